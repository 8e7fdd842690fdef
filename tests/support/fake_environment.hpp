// A hand-driven world for unit and story tests of the schemes: several hosts, one clock, perfect
// in-memory links with a fixed delay, connections with the real outcomes (accepted, refused, lost
// in the dark, closed). Nothing here models TCP; the simulator does.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/base/endpoint.hpp"
#include "engine/base/trace_event.hpp"
#include "engine/env/environment.hpp"
#include "engine/env/program.hpp"

namespace splitscope::tests {

class FakeHost;

// Owns the hosts and the queue of what is to happen. Equal instants run in the order they were
// asked for.
class FakeWorld {
 public:
  explicit FakeWorld(std::uint64_t seed = 1);
  FakeWorld(const FakeWorld&) = delete;
  FakeWorld& operator=(const FakeWorld&) = delete;
  ~FakeWorld();

  // A host with one address. Hosts live as long as the world.
  FakeHost& add_host(base::Ipv4 address);
  base::Instant now() const { return now_; }
  void run_for(base::Duration duration);
  // False if the condition did not hold within `limit`. It is looked at after each event.
  bool run_until(const std::function<bool()>& condition, base::Duration limit);

  // Nothing passes between the two addresses until healed; connections stay open and stall: what
  // was sent arrives after the heal.
  void cut(base::Ipv4 a, base::Ipv4 b) { cuts_.insert(ordered(a, b)); }
  void heal();
  bool is_cut(base::Ipv4 a, base::Ipv4 b) const { return cuts_.contains(ordered(a, b)); }

  // From here on only the fakes call.
  void at(base::Instant when, std::function<void()> action);
  FakeHost* find(base::Ipv4 address);
  base::MessagePool& messages() { return messages_; }
  base::Duration latency = std::chrono::microseconds{200};
  struct Pipe {
    FakeHost* ends[2] = {nullptr, nullptr};
    std::uint32_t lives[2] = {0, 0};
    env::ConnectionId ids[2];
    env::ConnectionHandler* handlers[2] = {nullptr, nullptr};
    bool open[2] = {false, false};
  };
  // Runs `action` at `to` after the latency, or after the heal.
  void pass(FakeHost& from, FakeHost& to, std::function<void()> action);
  std::uint64_t next_connection = 1;
  std::vector<FakeHost*> group_members(base::Endpoint group) const;

 private:
  static std::pair<std::uint32_t, std::uint32_t> ordered(base::Ipv4 a, base::Ipv4 b) {
    return a.value < b.value ? std::pair{a.value, b.value} : std::pair{b.value, a.value};
  }
  bool step(base::Instant limit);

  base::MessagePool messages_;
  std::uint64_t seed_;
  base::Instant now_{};
  std::uint64_t next_order_ = 0;
  std::map<std::pair<base::Instant, std::uint64_t>, std::function<void()>> queue_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> cuts_;
  struct Stalled {
    FakeHost* from;
    FakeHost* to;
    std::function<void()> action;
  };
  std::vector<Stalled> stalled_;
  std::vector<std::unique_ptr<FakeHost>> hosts_;
};

// One host and, at most, one process on it.
class FakeHost final : public env::Clock,
                       public env::Timers,
                       public env::Transport,
                       public env::Random,
                       public env::Resolver,
                       public env::HttpClient,
                       public env::EventSink,
                       public env::ProgramHost {
 public:
  FakeHost(FakeWorld& world, base::Ipv4 address, std::uint64_t seed);
  ~FakeHost();

  env::Environment environment() { return {*this, *this, *this, *this, *this, *this, *this}; }
  // Takes the program and calls start() from the loop.
  void run(std::unique_ptr<env::Program> program);
  env::Program* program() { return program_.get(); }
  // kill -9: the peers' kernels learn of it.
  void kill();
  // Its send buffers are full: the connections say Congested, until they are writable again.
  void set_congested(bool congested);
  // SIGSTOP and SIGCONT: what comes in waits.
  void pause() { paused_ = true; }
  void resume();

  bool is_running() const { return program_ != nullptr; }
  std::optional<Exit> exited() const { return exited_; }
  base::Ipv4 address() const { return address_; }
  struct Fact {
    base::Instant time;
    base::EventKind kind;
    std::array<std::uint64_t, 4> arguments;
  };
  const std::vector<Fact>& facts() const { return facts_; }
  std::size_t count(base::EventKind kind) const;
  // What the wall clock is ahead by.
  base::Duration wall_offset{};
  bool is_congested = false;
  mutable std::vector<env::ConnectionId> expected_sends;  // mutable: hints change nothing
  std::vector<env::ConnectionId> sends;
  // Names that resolve here.
  std::map<std::string, std::vector<base::Ipv4>, std::less<>> names;
  // Sees every frame before its handler; false drops it.
  std::function<bool(const base::Message&)> filter;

  // Answers HTTP requests after `web_latency`; without it they are refused.
  std::function<base::Result<env::HttpResponse>(const env::HttpRequest&)> web;
  base::Duration web_latency = std::chrono::milliseconds{5};

  base::Instant now() const override { return world_.now(); }
  base::WallTime wall_now() const override {
    return base::WallTime{std::chrono::hours{480'000} + world_.now().time_since_epoch() +
                          wall_offset};
  }
  env::TimerSlot acquire(base::Callback callback) override;
  void release(env::TimerSlot slot) override;
  void arm(env::TimerSlot slot, base::Instant at) override;
  void disarm(env::TimerSlot slot) override;

  std::span<const base::Ipv4> local_addresses() const override { return {&address_, 1}; }
  base::MessagePool& messages() override { return world_.messages(); }
  base::Result<void> listen(std::uint16_t port, std::uint32_t backlog,
                            env::ConnectionHandler& handler) override;
  env::ConnectionId connect(base::Endpoint peer, base::Duration timeout,
                            env::ConnectionHandler& handler) override;
  env::SendOutcome send(env::ConnectionId connection, const base::Message& frame) override;
  void expect_send(env::ConnectionId connection) const override {
    expected_sends.push_back(connection);
  }
  void close(env::ConnectionId connection) override;
  base::Result<void> join_group(const env::MulticastOptions& options,
                                env::DatagramHandler& handler) override;
  void leave_group(base::Endpoint group) override;
  void send_multicast(const env::MulticastOptions& options, const base::Message& datagram) override;
  base::Result<void> bind_datagram(std::uint16_t, env::DatagramHandler&) override {
    return base::failure("not in this world");
  }
  void send_datagram(std::uint16_t, base::Endpoint, const base::Message&) override {}

  std::uint64_t next() override { return prng_.next(); }
  void resolve(std::string_view name, env::ResolveHandler& handler) override;
  void forget(env::ResolveHandler& handler) override;
  env::HttpRequestId send(env::HttpRequest request, env::HttpHandler& handler) override;
  void cancel(env::HttpRequestId request) override { requests_.erase(request.value); }
  void emit(base::EventKind kind, std::array<std::uint64_t, 4> arguments) override {
    facts_.push_back({world_.now(), kind, arguments});
  }
  void exit_process(Exit reason) override;

 private:
  friend class FakeWorld;
  using PipePtr =
      std::shared_ptr<FakeWorld::Pipe>;  // shared: both ends and events under way hold it

  struct TimerState {
    base::Callback callback;
    std::uint64_t armed = 0;  // counts arms; an old event finds another number
    bool used = false;
  };
  // Runs now, or on resume, unless the process is another one by then.
  void handle(std::uint32_t life, std::function<void()> action);
  void end_process();
  void connect_arrived(const PipePtr& pipe, std::uint16_t port);
  void end_closed(const PipePtr& pipe, std::size_t end, env::CloseReason reason);

  FakeWorld& world_;
  base::Ipv4 address_;
  base::Prng prng_;
  std::uint32_t life_ = 0;
  bool paused_ = false;
  std::deque<std::function<void()>> held_;
  std::unique_ptr<env::Program> program_;
  std::optional<Exit> exited_;
  std::vector<TimerState> timers_;
  std::map<std::uint16_t, env::ConnectionHandler*> listeners_;
  std::map<std::uint64_t, PipePtr> pipes_;
  std::map<base::Endpoint, env::DatagramHandler*> groups_;
  std::set<env::ResolveHandler*> forgotten_;
  std::vector<Fact> facts_;
  std::set<std::uint64_t> requests_;  // under way
  std::uint64_t next_request_ = 1;
};

}  // namespace splitscope::tests
