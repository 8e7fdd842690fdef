#include "schemes/multicast/multicast_joiner.hpp"

#include <algorithm>

#include "engine/base/assert.hpp"
#include "schemes/membership/node_config.hpp"

namespace splitscope::schemes {

using base::Duration;
using base::Endpoint;
using base::EventKind;

MulticastJoiner::MulticastJoiner(env::Environment environment, MulticastJoinerOptions options)
    : environment_(environment),
      options_(std::move(options)),
      timer_(environment.timers, base::Callback::to<&MulticastJoiner::on_timer>(*this)) {}

std::string_view MulticastJoiner::state_name() const {
  switch (state_) {
    case State::Idle:
      return "idle";
    case State::Knocking:
      return "knocking";
    case State::Asking:
      return "asking";
    case State::Listening:
      return "listening";
    case State::Checking:
      return "checking";
  }
  return "unknown";
}

void MulticastJoiner::start(JoinerHost& host) {
  SPLITSCOPE_ASSERT(host_ == nullptr);
  host_ = &host;
  budget_.emplace(multicast_try_count(options_.multicast.timeout, host.self(), options_.base_port));
  enter_group();
}

env::MulticastOptions MulticastJoiner::group() const {
  return {.group = options_.multicast.group,
          .ttl = options_.multicast.ttl,
          .loopback = options_.multicast.loopback};
}

// A network without multicast is no error to Hazelcast: the node hears nobody and stays alone.
void MulticastJoiner::enter_group() {
  if (!is_in_group_) is_in_group_ = environment_.transport.join_group(group(), *this).has_value();
}

void MulticastJoiner::multicast(const base::Message& datagram) {
  environment_.transport.send_multicast(group(), datagram);
}

void MulticastJoiner::enter(State next) {
  const bool is_search = next == State::Listening || next == State::Checking;
  const bool was_joining = state_ == State::Knocking || state_ == State::Asking;
  SPLITSCOPE_ASSERT(!is_search || !was_joining);
  state_ = next;
}

void MulticastJoiner::join(std::optional<Endpoint> target) {
  SPLITSCOPE_ASSERT(!host_->is_joined());
  enter_group();
  blacklist_.clear();
  announcements_.clear();
  ++join_calls_;
  join_started_ = environment_.clock.now();
  if (!target) return find_master();
  if (*target == host_->self()) return found_cluster();
  host_->set_master_to_join(target);
  knock_at(*target);
}

void MulticastJoiner::stop() {
  timer_.disarm();
  enter(State::Idle);
  if (is_in_group_) environment_.transport.leave_group(options_.multicast.group);
  is_in_group_ = false;
}

void MulticastJoiner::find_master() {
  if (environment_.clock.now() - join_started_ >= host_->settings().max_join) return end_join();
  host_->set_master_to_join(std::nullopt);
  budget_->restart();
  enter(State::Asking);
  ask_once();
}

void MulticastJoiner::ask_once() {
  if (!budget_->take()) return found_cluster();
  multicast(host_->encoder().encode(JoinRequest{host_->join_message(), budget_->taken()}));
  if (const auto master = host_->master_to_join()) return knock_at(*master);
  timer_.arm_after(environment_.random.between(PublishGapMin, PublishGapMax));
}

void MulticastJoiner::knock_at(Endpoint master) {
  if (master == host_->self()) return found_cluster();
  enter(State::Knocking);
  knocked_at_ = master;
  knock_started_ = environment_.clock.now();
  knock_once();
}

void MulticastJoiner::knock_once() {
  if (host_->is_joined()) return end_join();
  const Duration limit = host_->settings().max_wait_before_join + MulticastKnockMargin;
  const auto master = host_->master_to_join();
  const bool is_over = environment_.clock.now() - knock_started_ >= limit;
  if (is_over || !master || is_blacklisted(knocked_at_)) return find_master();
  knocked_at_ = *master;
  host_->send_join_request(*master);
  sleep(JoinRequestRetry);
}

void MulticastJoiner::found_cluster() {
  host_->become_master();
  end_join();
}

void MulticastJoiner::end_join() {
  timer_.disarm();
  enter(State::Idle);
  blacklist_.clear();
  budget_->restart();
  if (join_calls_ == JoinCallLimit && !host_->is_joined()) host_->become_master();
  if (host_->is_joined()) join_calls_ = 0;
  host_->on_join_ended();
}

void MulticastJoiner::sleep(Duration duration) {
  timer_.arm_after(duration + environment_.random.between(Duration::zero(), OversleepMax));
}

void MulticastJoiner::on_timer() {
  switch (state_) {
    case State::Idle:
    case State::Checking:
      return;
    case State::Knocking:
      return knock_once();
    case State::Asking:
      return ask_once();
    case State::Listening:
      enter(State::Idle);
      return host_->on_search_ended();
  }
}

void MulticastJoiner::on_joined() {
  // Else the next look at it will tell.
  if (state_ == State::Knocking && wakes_when_joined(host_->settings())) {
    timer_.arm_after(Duration::zero());
  }
}

void MulticastJoiner::on_master_known(Endpoint) {
  // A member that is not master named its master: the next knock goes there.
}

void MulticastJoiner::on_unreachable(Endpoint peer) {
  if (!host_->is_joined()) blacklist(peer, false);
}

void MulticastJoiner::blacklist(Endpoint peer, bool permanent) {
  if (is_blacklisted(peer) || blacklist_.size() >= BlacklistSizeMax) return;
  blacklist_.push_back(peer);
  environment_.events.emit(EventKind::AddressBlacklisted,
                           {pack(peer), permanent ? std::uint64_t{1} : 0, 0, 0});
}

bool MulticastJoiner::is_blacklisted(Endpoint endpoint) const {
  return std::find(blacklist_.begin(), blacklist_.end(), endpoint) != blacklist_.end();
}

bool MulticastJoiner::vote(Endpoint) {
  return false;
}
void MulticastJoiner::on_vote(Endpoint, std::uint32_t, bool) {}
void MulticastJoiner::learn(Endpoint, LearnedFrom) {}

void MulticastJoiner::on_datagram(Endpoint from, const base::Message& datagram) {
  const MulticastMessage message = decode_datagram(datagram);
  if (const auto* request = std::get_if<JoinRequest>(&message)) return on_request(*request);
  if (const auto* answer = std::get_if<MulticastAnswer>(&message)) {
    if (is_of_our_cluster(answer->from)) on_master_heard(answer->from);
    return;
  }
  if (const auto* announcement = std::get_if<SplitBrainCheck>(&message)) {
    return on_announcement(*announcement);
  }
  ++malformed_count_;
  environment_.events.emit(EventKind::MessageMalformed, {pack(from), 0, 0, 0});
}

// What we sent ourselves comes back where loopback is on.
bool MulticastJoiner::is_of_our_cluster(const JoinMessage& from) {
  if (from.endpoint == host_->self()) return false;
  const bool is_ours = from.cluster_name == host_->join_message().cluster_name;
  if (!is_ours) ++stranger_count_;
  return is_ours;
}

void MulticastJoiner::on_request(const JoinRequest& request) {
  if (!is_of_our_cluster(request.from)) return;
  if (!host_->is_joined()) return budget_->on_other_request(host_->uuid(), request.from.uuid);
  if (host_->is_master())
    multicast(host_->encoder().encode(MulticastAnswer{host_->join_message()}));
}

// The first master heard of is kept until knocking there fails.
void MulticastJoiner::on_master_heard(const JoinMessage& master) {
  if (host_->is_joined() || state_ != State::Asking) return;
  if (host_->master_to_join() || is_blacklisted(master.endpoint)) return;
  host_->set_master_to_join(master.endpoint);
}

void MulticastJoiner::on_announcement(const SplitBrainCheck& announcement) {
  if (!is_of_our_cluster(announcement.from)) return;
  // To a joiner any word of a master will do.
  if (!host_->is_joined()) return on_master_heard(announcement.from);
  if (!host_->is_master()) return;
  announcements_.push(announcement);
  if (state_ == State::Listening) check_next();
}

void MulticastJoiner::announce() {
  multicast(host_->encoder().encode(fit_datagram(host_->split_brain_message())));
}

void MulticastJoiner::search() {
  SPLITSCOPE_ASSERT(state_ == State::Idle);
  enter(State::Listening);
  announce();
  check_next();
}

void MulticastJoiner::check_next() {
  while (const auto announcement = announcements_.pop()) {
    const Endpoint target = announcement->from.endpoint;
    if (host_->is_member(target)) continue;
    timer_.disarm();
    enter(State::Checking);
    return host_->check_merge(target);
  }
  enter(State::Listening);
  timer_.arm_after(MulticastPollWait);
}

void MulticastJoiner::on_merge_checked(Endpoint, MergeCheck outcome) {
  if (state_ != State::Checking) return;
  if (outcome == MergeCheck::LocalShouldMerge) return enter(State::Idle);
  // The other side has to come to us: it shall hear of us once more.
  if (outcome == MergeCheck::RemoteShouldMerge) announce();
  check_next();
}

}  // namespace splitscope::schemes
