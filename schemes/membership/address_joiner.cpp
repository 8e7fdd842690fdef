#include "schemes/membership/address_joiner.hpp"

#include <algorithm>

#include "engine/base/assert.hpp"
#include "schemes/membership/claim_rules.hpp"
#include "schemes/membership/node_config.hpp"

namespace splitscope::schemes {

using base::Duration;
using base::Endpoint;
using base::EventKind;

AddressJoiner::AddressJoiner(env::Environment environment, std::unique_ptr<Discovery> discovery,
                             JoinerKind kind, std::optional<Endpoint> required)
    : environment_(environment),
      discovery_(std::move(discovery)),
      kind_(kind),
      required_(required),
      timer_(environment.timers, base::Callback::to<&AddressJoiner::on_timer>(*this)) {}

void AddressJoiner::start(JoinerHost& host) {
  host_ = &host;
  discovery_->start(host.self(), *this);
}

std::string_view AddressJoiner::state_name() const {
  switch (state_) {
    case State::Idle:
      return "idle";
    case State::Targeting:
      return "knocking";
    case State::Resolving:
      return "resolving";
    case State::Asking:
      return "asking";
    case State::Claiming:
      return "claiming";
    case State::Listing:
      return "listing";
    case State::Searching:
      return "searching";
  }
  return "unknown";
}

void AddressJoiner::enter(State next) {
  const bool is_search = next == State::Listing || next == State::Searching;
  SPLITSCOPE_ASSERT(!is_search || state_ == State::Idle || state_ == State::Listing);
  state_ = next;
}

void AddressJoiner::join(std::optional<Endpoint> target) {
  SPLITSCOPE_ASSERT(!host_->is_joined());
  blacklist_.clear();
  ++join_calls_;
  join_started_ = environment_.clock.now();
  const Settings& settings = host_->settings();
  discovery_idle_ = DiscoveryIdleMin;
  target_is_all_ = !target && required_.has_value();
  if (!target && !required_) {
    enter(State::Resolving);
    discovery_->refresh();
    return;
  }
  target_ = target ? *target : *required_;
  join_limit_ = target_is_all_ ? settings.max_join : settings.max_join_merge_target;
  if (target_ == host_->self()) {
    host_->become_master();
    return end_join();
  }
  enter(State::Targeting);
  target_once();
}

void AddressJoiner::stop() {
  timer_.disarm();
  enter(State::Idle);
}

void AddressJoiner::end_join() {
  timer_.disarm();
  enter(State::Idle);
  blacklist_.clear();
  if (join_calls_ == JoinCallLimit && !host_->is_joined()) host_->become_master();
  if (host_->is_joined()) join_calls_ = 0;
  host_->on_join_ended();
}

void AddressJoiner::on_candidates(std::span<const Endpoint> candidates) {
  if (state_ != State::Resolving && state_ != State::Listing) return;
  candidates_.assign(candidates.begin(), candidates.end());
  if (state_ == State::Resolving) {
    if (ask_again_later()) return;
    join_started_ = environment_.clock.now();
    join_limit_ = host_->settings().max_join;
    return begin_round();
  }
  enter(State::Searching);
  search_position_ = 0;
  check_next();
}

bool AddressJoiner::ask_again_later() {
  if (kind_ != JoinerKind::Discovery || !candidates_.empty()) return false;
  const Duration asked = environment_.clock.now() - join_started_;
  if (asked >= host_->settings().wait_before_join) return false;
  timer_.arm_after(discovery_idle_);
  const bool doubles = discovery_idle_ < DiscoveryIdleDoubledMax;
  discovery_idle_ = doubles ? discovery_idle_ * 2 : DiscoveryIdleMax;
  return true;
}

void AddressJoiner::on_discovery_failed() {
  if (state_ != State::Resolving) return;
  stop();
  host_->on_discovery_failed();
}

void AddressJoiner::sleep(Duration duration) {
  const Duration oversleep = environment_.random.between(Duration::zero(), OversleepMax);
  timer_.arm_after(duration + oversleep);
}

void AddressJoiner::on_timer() {
  switch (state_) {
    case State::Idle:
    case State::Listing:
    case State::Searching:
      return;
    case State::Resolving:
      return discovery_->refresh();
    case State::Targeting:
      return target_once();
    case State::Asking:
      return ask_once();
    case State::Claiming:
      return end_claim(false);
  }
}

bool AddressJoiner::is_time_over() const {
  return environment_.clock.now() - join_started_ >= join_limit_;
}

void AddressJoiner::target_once() {
  if (host_->is_joined()) return end_join();
  if (is_time_over()) {
    if (target_is_all_) return end_join();
    enter(State::Resolving);
    return discovery_->refresh();
  }
  if (host_->connect(target_)) {
    if (host_->master_to_join() != target_) host_->set_master_to_join(target_);
    host_->send_join_request(target_);
  }
  sleep(JoinRequestRetry);
}

void AddressJoiner::begin_round() {
  enter(State::Asking);
  round_started_ = environment_.clock.now();
  ask_once();
}

void AddressJoiner::ask_once() {
  if (host_->is_joined()) return end_join();
  const Duration round_time = environment_.clock.now() - round_started_;
  const auto master = host_->master_to_join();
  // A round is never shorter than one wait, whatever is configured.
  const Duration round_length = std::max(host_->settings().connection_timeout, JoinedPoll);
  const bool round_over = round_time >= round_length;
  if (round_over || (all_blacklisted() && !master)) return end_round();
  if (master) {
    host_->send_join_request(*master);
  } else {
    for (const Endpoint& endpoint : open_candidates()) host_->send_who_is_master(endpoint);
  }
  sleep(JoinedPoll);
}

void AddressJoiner::end_round() {
  if (all_blacklisted()) {
    host_->become_master();
    return end_join();
  }
  std::vector<Endpoint> connected = open_candidates();
  std::erase_if(connected, [this](Endpoint peer) { return !host_->is_connected(peer); });
  if (may_claim(host_->self(), connected)) return begin_claim();
  end_claim(false);
}

void AddressJoiner::begin_claim() {
  enter(State::Claiming);
  ++claim_round_;
  ballots_.clear();
  bool is_lost = false;
  for (const Endpoint& endpoint : open_candidates()) {
    // Where a message does not wait for its connection, the vote has failed already.
    if (!waits_for_connection(host_->settings()) && !host_->is_connected(endpoint)) is_lost = true;
    ballots_.push_back({endpoint, false});
    host_->send_mastership_claim(endpoint, claim_round_);
  }
  if (is_lost) return end_claim(false);
  timer_.arm_after(ClaimVoteWait);
}

void AddressJoiner::on_vote(Endpoint voter, std::uint32_t round, bool yes) {
  if (state_ != State::Claiming || round != claim_round_) return;
  if (!yes) return end_claim(false);
  std::uint32_t yes_count = 0;
  for (Ballot& ballot : ballots_) {
    if (ballot.voter == voter) ballot.answered = true;
    if (ballot.answered) ++yes_count;
  }
  const auto asked = static_cast<std::uint32_t>(ballots_.size());
  if (decide_claim(asked, yes_count, 0) == ClaimOutcome::Won) end_claim(true);
}

void AddressJoiner::end_claim(bool won) {
  timer_.disarm();
  if (host_->is_joined()) return end_join();
  if (won) {
    host_->become_master();
    return end_join();
  }
  host_->set_master_to_join(std::nullopt);
  if (is_time_over()) return end_join();
  begin_round();
}

void AddressJoiner::on_joined() {
  const bool is_joining = state_ == State::Targeting || state_ == State::Asking;
  // Else the next look at it will tell.
  if (is_joining && wakes_when_joined(host_->settings())) timer_.arm_after(Duration::zero());
}

void AddressJoiner::on_master_known(Endpoint) {
  // The wait for an answer is over; the next request goes out a second from now.
  if (state_ == State::Asking && wakes_when_joined(host_->settings())) sleep(JoinRequestRetry);
}

void AddressJoiner::on_unreachable(Endpoint peer) {
  if (host_->is_joined()) return;
  blacklist(peer, false);
}

void AddressJoiner::on_connected(Endpoint peer) {
  if (host_->is_joined()) return;
  std::erase_if(blacklist_, [peer](const Blacklisted& entry) {
    return entry.endpoint == peer && !entry.permanent;
  });
  const bool is_target = state_ == State::Targeting && peer == target_;
  if (is_target && wakes_when_joined(host_->settings())) timer_.arm_after(Duration::zero());
}

void AddressJoiner::blacklist(Endpoint peer, bool permanent) {
  const auto found =
      std::find_if(blacklist_.begin(), blacklist_.end(),
                   [peer](const Blacklisted& entry) { return entry.endpoint == peer; });
  if (found != blacklist_.end() || blacklist_.size() >= BlacklistSizeMax) return;
  blacklist_.push_back({peer, permanent});
  environment_.events.emit(EventKind::AddressBlacklisted,
                           {pack(peer), permanent ? std::uint64_t{1} : 0, 0, 0});
}

bool AddressJoiner::is_blacklisted(Endpoint endpoint) const {
  return std::any_of(blacklist_.begin(), blacklist_.end(),
                     [endpoint](const Blacklisted& entry) { return entry.endpoint == endpoint; });
}

bool AddressJoiner::all_blacklisted() const {
  return std::all_of(candidates_.begin(), candidates_.end(),
                     [this](Endpoint endpoint) { return is_blacklisted(endpoint); });
}

std::vector<Endpoint> AddressJoiner::open_candidates() const {
  std::vector<Endpoint> open = candidates_;
  std::erase_if(open, [this](Endpoint endpoint) { return is_blacklisted(endpoint); });
  return open;
}

bool AddressJoiner::vote(Endpoint candidate) {
  VoterState voter;
  voter.joiner = kind_;
  voter.is_joined = host_->is_joined();
  voter.is_claiming = state_ == State::Claiming;
  const auto master = host_->master_to_join();
  voter.knows_other_master = master.has_value() && *master != candidate;
  return votes_yes(voter);
}

void AddressJoiner::search() {
  enter(State::Listing);
  discovery_->refresh();
}

void AddressJoiner::check_next() {
  while (search_position_ < candidates_.size()) {
    const Endpoint candidate = candidates_[search_position_++];
    if (candidate == host_->self() || host_->is_member(candidate)) continue;
    const bool is_stranger =
        std::any_of(blacklist_.begin(), blacklist_.end(), [candidate](const Blacklisted& entry) {
          return entry.endpoint == candidate && entry.permanent;
        });
    if (is_stranger) continue;
    return host_->check_merge(candidate);
  }
  enter(State::Idle);
  host_->on_search_ended();
}

void AddressJoiner::on_merge_checked(Endpoint, MergeCheck outcome) {
  if (state_ != State::Searching) return;
  if (outcome == MergeCheck::LocalShouldMerge) return enter(State::Idle);
  check_next();
}

void AddressJoiner::learn(Endpoint endpoint, LearnedFrom from) {
  if (endpoint != host_->self()) discovery_->learn(endpoint, from);
}

}  // namespace splitscope::schemes
