#include "schemes/membership/mastership.hpp"

#include <algorithm>

#include "engine/base/assert.hpp"

namespace splitscope::schemes {

using base::Endpoint;
using base::EventKind;
using ClaimVerdict = FetchMembersViewAnswer::Verdict;

Mastership::Mastership(env::Environment environment, const NodeConfig& config,
                       ConnectionManager& connections, MembershipManager& membership)
    : environment_(environment),
      config_(config),
      connections_(connections),
      membership_(membership),
      timer_(environment.timers, base::Callback::to<&Mastership::on_timer>(*this)) {}

void Mastership::claim() {
  SPLITSCOPE_ASSERT(state_ == State::Idle);
  SPLITSCOPE_ASSERT(membership_.is_claiming());
  state_ = State::Fetching;
  ++round_;
  asks_.clear();
  latest_ = membership_.view();
  deadline_ = environment_.clock.now() + config_.settings.mastership_claim_timeout;
  for (const MemberInfo& member : membership_.view().members()) {
    if (member.uuid == membership_.uuid() || membership_.is_suspected(member.uuid)) continue;
    ask(member);
  }
  environment_.events.emit(
      EventKind::MastershipClaimed,
      {static_cast<std::uint64_t>(membership_.view().version()), asks_.size(), 0, 0});
  start_pass();
  advance();
}

void Mastership::abandon() {
  state_ = State::Idle;
  timer_.disarm();
  asks_.clear();
}

void Mastership::ask(const MemberInfo& member) {
  Ask ask;
  ask.member = member;
  asks_.push_back(ask);
  send(asks_.back());
}

void Mastership::send(const Ask& ask) {
  FetchMembersView message;
  message.round = round_;
  message.sender = membership_.uuid();
  message.receiver = ask.member.uuid;
  connections_.send(ask.member.endpoint, connections_.encoder().encode(message), Delivery::Queued);
}

void Mastership::on_answer(Endpoint from, FetchMembersViewAnswer answer) {
  if (state_ != State::Fetching || answer.round != round_) return;
  const auto found = std::find_if(asks_.begin(), asks_.end(), [&](const Ask& ask) {
    return ask.member.endpoint == from && ask.member.uuid == answer.sender;
  });
  if (found == asks_.end() || found->progress != Ask::Progress::Waiting) return;
  if (answer.verdict == ClaimVerdict::RetryLater) {
    const base::Duration fast = std::chrono::milliseconds{1 << std::min(found->retry_count, 8u)};
    const bool is_fast = found->retry_count < FastRetryCount;
    ++found->retry_count;
    found->retry_at = environment_.clock.now() + (is_fast ? fast : RetryPause);
    arm();
    return;
  }
  const bool accepted = answer.verdict == ClaimVerdict::Accepted;
  found->progress = accepted ? Ask::Progress::Accepted : Ask::Progress::Refused;
  found->retry_at = base::EndOfTime;
  if (accepted && answer.view.version() > latest_.version()) {
    latest_ = answer.view;
    ask_unknown(latest_);
  }
  advance();
}

void Mastership::ask_unknown(const MembersView& view) {
  for (const MemberInfo& member : unknown_members(membership_.view(), view)) {
    const bool is_asked = std::any_of(asks_.begin(), asks_.end(), [&](const Ask& ask) {
      return ask.member.endpoint == member.endpoint;
    });
    if (is_asked || member.endpoint == membership_.self()) continue;
    if (asks_.size() < MemberCountMax) ask(member);
  }
}

void Mastership::start_pass() {
  position_ = 0;
  pass_is_final_ = true;
  slice_end_ = base::EndOfTime;
}

bool Mastership::must_be_known(const Ask& ask) const {
  return !membership_.is_suspected(ask.member.uuid) && latest_.contains(ask.member.uuid) &&
         environment_.clock.now() < deadline_;
}

void Mastership::advance() {
  if (config_.bugs.skip_fetch_phase) return decide();
  while (position_ < asks_.size()) {
    if (asks_[position_].progress == Ask::Progress::Waiting) {
      if (slice_end_ == base::EndOfTime) {
        slice_end_ = std::min(environment_.clock.now() + FetchMembersSlice, deadline_);
      }
      return arm();
    }
    ++position_;
    slice_end_ = base::EndOfTime;
  }
  if (pass_is_final_) return decide();
  start_pass();
  advance();
}

void Mastership::give_up_waiting() {
  const Ask& silent = asks_[position_];
  if (must_be_known(silent)) {
    pass_is_final_ = false;
    send(silent);
  }
  ++position_;
  slice_end_ = base::EndOfTime;
  advance();
}

void Mastership::arm() {
  base::Instant next = slice_end_;
  for (const Ask& ask : asks_) next = std::min(next, ask.retry_at);
  timer_.arm_at(next);
}

void Mastership::on_timer() {
  if (state_ != State::Fetching) return;
  const base::Instant now = environment_.clock.now();
  for (Ask& ask : asks_) {
    if (ask.retry_at > now) continue;
    ask.retry_at = base::EndOfTime;
    send(ask);
  }
  if (slice_end_ <= now) return give_up_waiting();
  arm();
}

void Mastership::decide() {
  std::vector<base::Uuid> accepted;
  for (const Ask& ask : asks_) {
    const bool agreed = ask.progress == Ask::Progress::Accepted || config_.bugs.skip_fetch_phase;
    if (agreed && !membership_.is_suspected(ask.member.uuid)) accepted.push_back(ask.member.uuid);
  }
  const auto suspects = membership_.suspects();
  if (config_.bugs.lose_suspicion)
    accepted.insert(accepted.end(), suspects.begin(), suspects.end());
  MembersView decided = claimed_view(latest_, membership_.uuid(), accepted);
  if (config_.bugs.claim_forgets_version) decided = decided.with_version(1);
  abandon();
  environment_.events.emit(EventKind::MastershipWon,
                           {static_cast<std::uint64_t>(decided.version()), 0, 0, 0});
  membership_.finish_claim(decided);
}

}  // namespace splitscope::schemes
