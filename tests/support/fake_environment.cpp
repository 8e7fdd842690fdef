#include "tests/support/fake_environment.hpp"

#include <algorithm>

namespace splitscope::tests {

using base::Duration;
using base::Endpoint;
using base::Instant;
using env::CloseReason;
using env::ConnectionId;

FakeWorld::FakeWorld(std::uint64_t seed) : seed_(seed) {}

FakeWorld::~FakeWorld() {
  for (auto& host : hosts_) host->end_process();
  stalled_.clear();
  queue_.clear();
}

FakeHost& FakeWorld::add_host(base::Ipv4 address) {
  hosts_.push_back(
      std::make_unique<FakeHost>(*this, address, base::derive_seed(seed_, "host", address.value)));
  return *hosts_.back();
}

FakeHost* FakeWorld::find(base::Ipv4 address) {
  for (auto& host : hosts_) {
    if (host->address() == address) return host.get();
  }
  return nullptr;
}

std::vector<FakeHost*> FakeWorld::group_members(Endpoint group) const {
  std::vector<FakeHost*> members;
  for (const auto& host : hosts_) {
    if (host->groups_.contains(group)) members.push_back(host.get());
  }
  return members;
}

void FakeWorld::at(Instant when, std::function<void()> action) {
  queue_.emplace(std::pair{std::max(when, now_), next_order_++}, std::move(action));
}

void FakeWorld::pass(FakeHost& from, FakeHost& to, std::function<void()> action) {
  if (is_cut(from.address(), to.address())) {
    stalled_.push_back({&from, &to, std::move(action)});
    return;
  }
  at(now_ + latency, std::move(action));
}

void FakeWorld::heal() {
  cuts_.clear();
  std::vector<Stalled> stalled;
  stalled.swap(stalled_);
  for (Stalled& entry : stalled) pass(*entry.from, *entry.to, std::move(entry.action));
}

bool FakeWorld::step(Instant limit) {
  if (queue_.empty() || queue_.begin()->first.first > limit) return false;
  auto next = queue_.extract(queue_.begin());
  now_ = next.key().first;
  next.mapped()();
  return true;
}

void FakeWorld::run_for(Duration duration) {
  const Instant limit = now_ + duration;
  while (step(limit)) {
  }
  now_ = limit;
}

bool FakeWorld::run_until(const std::function<bool()>& condition, Duration limit) {
  const Instant end = now_ + limit;
  while (!condition()) {
    if (!step(end)) {
      now_ = end;
      return condition();
    }
  }
  return true;
}

FakeHost::FakeHost(FakeWorld& world, base::Ipv4 address, std::uint64_t seed)
    : world_(world), address_(address), prng_(seed) {}

FakeHost::~FakeHost() {
  end_process();
}

void FakeHost::run(std::unique_ptr<env::Program> program) {
  program_ = std::move(program);
  exited_.reset();
  const std::uint32_t life = life_;
  world_.at(world_.now(), [this, life] { handle(life, [this] { program_->start(); }); });
}

void FakeHost::handle(std::uint32_t life, std::function<void()> action) {
  if (life != life_ || program_ == nullptr) return;
  if (paused_) {
    held_.push_back(std::move(action));
    return;
  }
  action();
}

void FakeHost::resume() {
  paused_ = false;
  std::deque<std::function<void()>> held;
  held.swap(held_);
  const std::uint32_t life = life_;
  for (auto& action : held) {
    world_.at(world_.now(), [this, life, action] { handle(life, action); });
  }
}

void FakeHost::kill() {
  end_process();
}

void FakeHost::exit_process(Exit reason) {
  exited_ = reason;
  const std::uint32_t life = life_;
  world_.at(world_.now(), [this, life] {
    if (life == life_) end_process();
  });
}

void FakeHost::end_process() {
  if (program_ == nullptr) return;
  program_.reset();
  ++life_;
  paused_ = false;
  held_.clear();
  timers_.clear();
  listeners_.clear();
  groups_.clear();
  auto pipes = std::move(pipes_);
  pipes_.clear();
  for (auto& [id, pipe] : pipes) {
    const std::size_t mine = pipe->ids[0].value == id ? 0 : 1;
    pipe->open[mine] = false;
    FakeHost* peer = pipe->ends[1 - mine];
    if (peer == nullptr) continue;  // still connecting
    const std::size_t theirs = 1 - mine;
    const PipePtr held = pipe;
    world_.pass(*this, *peer,
                [peer, held, theirs] { peer->end_closed(held, theirs, CloseReason::Closed); });
  }
}

void FakeHost::end_closed(const PipePtr& pipe, std::size_t end, CloseReason reason) {
  if (!pipe->open[end]) return;
  const PipePtr held = pipe;
  handle(pipe->lives[end], [this, held, end, reason] {
    if (!held->open[end]) return;
    held->open[end] = false;
    pipes_.erase(held->ids[end].value);
    held->handlers[end]->on_closed(held->ids[end], reason);
  });
}

env::TimerSlot FakeHost::acquire(base::Callback callback) {
  timers_.push_back({callback, 0, true});
  return {static_cast<std::uint32_t>(timers_.size() - 1)};
}

void FakeHost::release(env::TimerSlot slot) {
  timers_[slot.value].used = false;
  ++timers_[slot.value].armed;
}

void FakeHost::arm(env::TimerSlot slot, Instant at) {
  const std::uint64_t armed = ++timers_[slot.value].armed;
  const std::uint32_t life = life_;
  world_.at(at, [this, slot, armed, life] {
    handle(life, [this, slot, armed] {
      TimerState& timer = timers_[slot.value];
      if (!timer.used || timer.armed != armed) return;
      ++timer.armed;
      timer.callback();
    });
  });
}

void FakeHost::disarm(env::TimerSlot slot) {
  ++timers_[slot.value].armed;
}

base::Result<void> FakeHost::listen(std::uint16_t port, std::uint32_t,
                                    env::ConnectionHandler& handler) {
  if (!listeners_.emplace(port, &handler).second) return base::failure("port in use");
  return {};
}

ConnectionId FakeHost::connect(Endpoint peer, Duration timeout, env::ConnectionHandler& handler) {
  auto pipe = std::make_shared<FakeWorld::Pipe>();
  const ConnectionId id{world_.next_connection++};
  pipe->ends[0] = this;
  pipe->lives[0] = life_;
  pipe->ids[0] = id;
  pipe->handlers[0] = &handler;
  pipe->open[0] = true;
  pipes_.emplace(id.value, pipe);
  const Duration limit = timeout == Duration::zero() ? std::chrono::seconds{130} : timeout;
  world_.at(world_.now() + limit, [this, pipe] {
    if (pipe->ends[1] == nullptr) end_closed(pipe, 0, CloseReason::TimedOut);
  });
  FakeHost* target = world_.find(peer.address);
  if (target == nullptr) return id;
  world_.pass(*this, *target, [target, pipe, peer] { target->connect_arrived(pipe, peer.port); });
  return id;
}

void FakeHost::connect_arrived(const PipePtr& pipe, std::uint16_t port) {
  if (!pipe->open[0]) return;
  FakeHost* caller = pipe->ends[0];
  const auto listener = listeners_.find(port);
  if (program_ == nullptr || listener == listeners_.end()) {
    world_.pass(*this, *caller,
                [caller, pipe] { caller->end_closed(pipe, 0, CloseReason::Refused); });
    return;
  }
  pipe->ends[1] = this;
  pipe->lives[1] = life_;
  pipe->ids[1] = ConnectionId{world_.next_connection++};
  pipe->handlers[1] = listener->second;
  pipe->open[1] = true;
  pipes_.emplace(pipe->ids[1].value, pipe);
  const Endpoint from{caller->address(), 40000};
  handle(life_, [pipe, from] {
    if (pipe->open[1]) pipe->handlers[1]->on_accepted(from, pipe->ids[1]);
  });
  const Endpoint to{address_, port};
  world_.pass(*this, *caller, [caller, pipe, to] {
    caller->handle(pipe->lives[0], [pipe, to] {
      if (pipe->open[0]) pipe->handlers[0]->on_connected(to, pipe->ids[0]);
    });
  });
}

env::SendOutcome FakeHost::send(ConnectionId connection, const base::Message& frame) {
  const auto found = pipes_.find(connection.value);
  if (found == pipes_.end()) return env::SendOutcome::Gone;
  const PipePtr pipe = found->second;
  const std::size_t mine = pipe->ids[0] == connection ? 0 : 1;
  const std::size_t theirs = 1 - mine;
  FakeHost* peer = pipe->ends[theirs];
  if (peer == nullptr) return env::SendOutcome::Gone;
  if (is_congested) return env::SendOutcome::Congested;
  sends.push_back(connection);
  world_.pass(*this, *peer, [peer, pipe, theirs, frame] {
    if (!pipe->open[theirs]) return;
    peer->handle(pipe->lives[theirs], [peer, pipe, theirs, frame] {
      if (!pipe->open[theirs]) return;
      if (peer->filter && !peer->filter(frame)) return;
      pipe->handlers[theirs]->on_message(pipe->ids[theirs], frame);
    });
  });
  return env::SendOutcome::Queued;
}

void FakeHost::set_congested(bool congested) {
  is_congested = congested;
  if (congested) return;
  for (const auto& [id, pipe] : pipes_) {
    const std::size_t mine = pipe->ids[0].value == id ? 0 : 1;
    handle(life_, [link = pipe, mine] {
      if (link->open[mine]) link->handlers[mine]->on_writable(link->ids[mine]);
    });
  }
}

void FakeHost::close(ConnectionId connection) {
  const auto found = pipes_.find(connection.value);
  if (found == pipes_.end()) return;
  const PipePtr pipe = found->second;
  pipes_.erase(found);
  const std::size_t mine = pipe->ids[0] == connection ? 0 : 1;
  pipe->open[mine] = false;
  FakeHost* peer = pipe->ends[1 - mine];
  if (peer == nullptr) return;
  const std::size_t theirs = 1 - mine;
  world_.pass(*this, *peer,
              [peer, pipe, theirs] { peer->end_closed(pipe, theirs, CloseReason::Closed); });
}

base::Result<void> FakeHost::join_group(const env::MulticastOptions& options,
                                        env::DatagramHandler& handler) {
  if (!groups_.emplace(options.group, &handler).second) return base::failure("joined twice");
  return {};
}

void FakeHost::leave_group(Endpoint group) {
  groups_.erase(group);
}

void FakeHost::send_multicast(const env::MulticastOptions& options, const base::Message& datagram) {
  for (FakeHost* member : world_.group_members(options.group)) {
    if (member == this || world_.is_cut(address_, member->address())) continue;
    const Endpoint from{address_, options.group.port};
    const Endpoint group = options.group;
    world_.pass(*this, *member, [member, from, group, datagram] {
      member->handle(member->life_, [member, from, group, datagram] {
        const auto found = member->groups_.find(group);
        if (found != member->groups_.end()) found->second->on_datagram(from, datagram);
      });
    });
  }
}

void FakeHost::resolve(std::string_view name, env::ResolveHandler& handler) {
  const std::string text{name};
  const std::uint32_t life = life_;
  env::ResolveHandler* target = &handler;
  forgotten_.erase(target);
  world_.at(world_.now(), [this, text, life, target] {
    handle(life, [this, text, target] {
      if (forgotten_.contains(target)) return;
      const auto literal = base::parse_ipv4(text);
      if (literal) {
        const base::Ipv4 address = *literal;
        target->on_resolved(text, env::ResolveOutcome::Found, {&address, 1});
        return;
      }
      const auto found = names.find(text);
      if (found == names.end()) {
        target->on_resolved(text, env::ResolveOutcome::NotFound, {});
      } else {
        target->on_resolved(text, env::ResolveOutcome::Found, found->second);
      }
    });
  });
}

env::HttpRequestId FakeHost::send(env::HttpRequest request, env::HttpHandler& handler) {
  const env::HttpRequestId id{next_request_++};
  requests_.insert(id.value);
  env::HttpHandler* target = &handler;
  world_.at(world_.now() + web_latency, [this, id, target, request, life = life_] {
    handle(life, [this, id, target, request] {
      if (requests_.erase(id.value) == 0) return;
      target->on_response(id, web ? web(request) : base::failure("refused"));
    });
  });
  return id;
}

void FakeHost::forget(env::ResolveHandler& handler) {
  forgotten_.insert(&handler);
}

std::size_t FakeHost::count(base::EventKind kind) const {
  return static_cast<std::size_t>(std::count_if(
      facts_.begin(), facts_.end(), [kind](const Fact& fact) { return fact.kind == kind; }));
}

}  // namespace splitscope::tests
