#include "schemes/membership/split_brain_handler.hpp"

#include <algorithm>

#include "engine/base/assert.hpp"

namespace splitscope::schemes {

using base::Endpoint;
using base::EventKind;

SplitBrainHandler::SplitBrainHandler(env::Environment environment, const NodeConfig& config,
                                     ConnectionManager& connections, MembershipManager& membership,
                                     JoinManager& joins, MergeHost& host)
    : environment_(environment),
      config_(config),
      connections_(connections),
      membership_(membership),
      joins_(joins),
      host_(host),
      tick_timer_(environment.timers, base::Callback::to<&SplitBrainHandler::on_tick>(*this)),
      timer_(environment.timers, base::Callback::to<&SplitBrainHandler::on_timer>(*this)) {}

void SplitBrainHandler::start() {
  next_tick_ = environment_.clock.now() + config_.settings.merge_first_run_delay;
  tick_timer_.arm_at(next_tick_);
}

void SplitBrainHandler::stop() {
  tick_timer_.disarm();
  reset();
}

void SplitBrainHandler::reset() {
  timer_.disarm();
  state_ = State::Idle;
}

std::string_view SplitBrainHandler::state_name() const {
  switch (state_) {
    case State::Idle:
      return "idle";
    case State::Searching:
      return "searching";
    case State::Connecting:
      return "connecting";
    case State::Checking:
      return "checking";
  }
  return "unknown";
}

void SplitBrainHandler::enter(State next) {
  const bool allowed = next == State::Idle || (next == State::Searching) ||
                       (state_ == State::Searching && next == State::Connecting) ||
                       (state_ == State::Connecting && next == State::Checking);
  SPLITSCOPE_ASSERT(allowed);
  state_ = next;
}

bool SplitBrainHandler::may_search() const {
  return state_ == State::Idle && host_.may_search() && membership_.is_joined() &&
         membership_.is_master() && !membership_.is_claiming() && !joins_.is_join_in_progress();
}

void SplitBrainHandler::on_tick() {
  const base::Instant now = environment_.clock.now();
  while (next_tick_ <= now) next_tick_ += config_.settings.merge_next_run_delay;
  tick_timer_.arm_at(next_tick_);
  if (!may_search()) return;
  enter(State::Searching);
  host_.joiner().search();
}

void SplitBrainHandler::on_search_ended() {
  reset();
}

void SplitBrainHandler::check(Endpoint target) {
  SPLITSCOPE_ASSERT(state_ == State::Searching);
  candidate_ = target;
  target_ = target;
  redirect_count_ = 0;
  version_asked_ = membership_.view().version();
  enter(State::Connecting);
  timer_.arm_after(SplitBrainConnectWait);
  if (connections_.connect(target)) send_check();
}

void SplitBrainHandler::send_check() {
  enter(State::Checking);
  SplitBrainCheck request = host_.split_brain_message();
  request.round = ++round_;
  connections_.send(target_, connections_.encoder().encode(request), Delivery::Queued);
  timer_.arm_after(SplitBrainCheckWait);
}

void SplitBrainHandler::on_connected(Endpoint peer) {
  if (state_ == State::Connecting && peer == target_) send_check();
}

void SplitBrainHandler::on_unreachable(Endpoint peer) {
  const bool is_asked = state_ == State::Connecting || state_ == State::Checking;
  if (is_asked && peer == target_) conclude(MergeCheck::NoAnswer);
}

void SplitBrainHandler::on_timer() {
  conclude(MergeCheck::NoAnswer);
}

void SplitBrainHandler::conclude(MergeCheck outcome) {
  timer_.disarm();
  enter(State::Searching);
  host_.joiner().on_merge_checked(candidate_, outcome);
}

MergeDecision SplitBrainHandler::decide(const SplitBrainCheck& other) {
  const MergeDecision decision =
      decide_merge(host_.split_brain_message(), other, config_.settings.behaviour);
  const bool is_shared =
      decision == MergeDecision::AlreadyMember || decision == MergeDecision::MembersShared;
  if (is_shared && config_.bugs.skip_disjointness_check) return MergeDecision::LocalShouldMerge;
  return decision;
}

// What both sides do about a partial split or a winner, whoever asked.
void SplitBrainHandler::act_on(const SplitBrainCheck& other, MergeDecision decision) {
  if (decision == MergeDecision::LocalShouldMerge) {
    host_.joiner().learn(other.from.endpoint, LearnedFrom::SplitBrainCheck);
  }
  const bool lists_us = std::find(other.members.begin(), other.members.end(), membership_.self()) !=
                        other.members.end();
  if (decision == MergeDecision::MembersShared && lists_us) {
    // It takes us for its member: it is to drop us, so that the split is a full one.
    membership_.send_explicit_suspicion({other.from.endpoint, other.from.uuid, other.from.endpoint,
                                         other.from.uuid, other.view_version});
  }
}

void SplitBrainHandler::on_check(Endpoint from, const SplitBrainCheck& request) {
  if (!membership_.is_joined() || request.from.endpoint != from) return;
  // What is not the asker's business is answered too, with nobody's name, so that it need not wait.
  SplitBrainCheck answer;
  answer.round = request.round;
  if (!membership_.is_master()) {
    const bool names_master = config_.settings.behaviour.non_master_names_master;
    if (names_master && request.from.cluster_name == config_.cluster_name) {
      answer.from.endpoint = membership_.master();
    }
    return send_answer(from, false, answer);
  }
  if (membership_.is_claiming()) return send_answer(from, false, answer);
  // The asker is a master, and yet in our list: it has left us without our noticing.
  if (const MemberInfo* stale = membership_.view().find(from)) {
    membership_.suspect(stale->uuid, SuspicionReason::SplitBrain, false);
  }
  const MergeDecision decision = decide(request);
  act_on(request, decision);
  const bool is_stranger = decision == MergeDecision::OtherClusterName ||
                           decision == MergeDecision::OtherJoiner ||
                           decision == MergeDecision::OtherVersion;
  if (is_stranger) return send_answer(from, false, answer);
  // Whoever comes over to us has seen a higher version: it must take our next list.
  if (!cannot_merge(decision)) membership_.raise_version_above(request.view_version);
  answer = host_.split_brain_message();
  answer.round = request.round;
  send_answer(from, true, answer);
  const bool gives_way_too = decision == MergeDecision::RemoteShouldMerge;
  if (config_.bugs.merge_both_ways && gives_way_too) host_.merge_into(from);
}

void SplitBrainHandler::send_answer(Endpoint to, bool is_master, const SplitBrainCheck& cluster) {
  SplitBrainCheckAnswer answer;
  answer.is_master = is_master;
  answer.cluster = cluster;
  connections_.send(to, connections_.encoder().encode(answer), Delivery::Queued);
}

void SplitBrainHandler::on_answer(Endpoint from, const SplitBrainCheckAnswer& answer) {
  if (state_ != State::Checking || from != target_ || answer.cluster.round != round_) return;
  if (!membership_.is_joined() || !membership_.is_master()) return;
  if (!answer.is_master) {
    const Endpoint master = answer.cluster.from.endpoint;
    const bool is_useful = redirect_count_ < RedirectCountMax && master != base::NoEndpoint &&
                           master != membership_.self() && master != from &&
                           !membership_.is_member(master);
    if (!is_useful) return conclude(MergeCheck::CannotMerge);
    ++redirect_count_;
    target_ = master;
    state_ = State::Connecting;
    timer_.arm_after(SplitBrainConnectWait);
    if (connections_.connect(target_)) send_check();
    return;
  }
  if (answer.cluster.from.endpoint != from) return conclude(MergeCheck::CannotMerge);
  const MergeDecision decision = decide(answer.cluster);
  environment_.events.emit(EventKind::SplitBrainChecked,
                           {pack(from), static_cast<std::uint64_t>(decision), 0, 0});
  act_on(answer.cluster, decision);
  if (decision == MergeDecision::RemoteShouldMerge) {
    return conclude(MergeCheck::RemoteShouldMerge);
  }
  // A list that changed meanwhile makes the decision void; the next tick decides anew.
  const bool is_void = membership_.view().version() != version_asked_;
  const bool is_off = is_void && !config_.bugs.merge_both_ways;
  if (decision != MergeDecision::LocalShouldMerge || is_off) {
    return conclude(MergeCheck::CannotMerge);
  }
  conclude(MergeCheck::LocalShouldMerge);
  reset();
  host_.merge_into(from);
}

}  // namespace splitscope::schemes
