#include "scenarios/kit/run_books.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "engine/base/duration_text.hpp"
#include "scenarios/kit/history.hpp"
#include "schemes/membership/messages.hpp"

namespace splitscope::scenarios {
namespace {

using base::EventKind;

// Facts after which the members must be looked at again.
bool changes_observation(EventKind kind) {
  switch (kind) {
    case EventKind::ProcessStarted:
    case EventKind::ProcessExited:
    case EventKind::ProcessPaused:
    case EventKind::ProcessResumed:
    case EventKind::HostPoweredOff:
    case EventKind::HostPoweredOn:
    case EventKind::MemberStarting:
    case EventKind::MemberJoined:
    case EventKind::MemberStarted:
    case EventKind::ViewChanged:
    case EventKind::MemberRemoved:
    case EventKind::MasterChanged:
    case EventKind::MergeStarted:
    case EventKind::MergeFinished:
    case EventKind::ShutdownStarted:
    case EventKind::JoinFailed:
      return true;
    default:
      return false;
  }
}

}  // namespace

RunBooks::RunBooks(BooksHost& host, Checks checks)
    : host_(host), checks_(checks), metrics_(observation_) {}

RunBooks::~RunBooks() = default;

std::optional<base::NodeId> RunBooks::member(std::string_view name) const {
  for (const MemberState& state : observation_.members()) {
    if (state.name == name) return state.node;
  }
  return std::nullopt;
}

// --- what happens ---

bool RunBooks::take_fact(const base::TraceEvent& fact) {
  const bool watched = changes_observation(fact.kind) || Invariants::watches(fact.kind) ||
                       (history_ != nullptr && History::keeps(fact.kind)) ||
                       std::any_of(triggers_.begin(), triggers_.end(), [&](const auto& trigger) {
                         return trigger->spec.kind == fact.kind;
                       });
  if (watched) facts_.push_back(fact);
  return watched;
}

bool RunBooks::take_message(std::uint16_t type, base::NodeId from) {
  bool waited = false;
  for (std::size_t index = 0; index < triggers_.size(); ++index) {
    Trigger& trigger = *triggers_[index];
    if (trigger.message_type == 0 || trigger.message_type != type || trigger.fired) continue;
    if (trigger.spec.by.has_value() && *trigger.spec.by != from) continue;
    ++trigger.seen;
    if (trigger.spec.nth != 0 && trigger.seen != trigger.spec.nth) continue;
    due_triggers_.push_back(index);
    waited = true;
  }
  return waited;
}

void RunBooks::settle() {
  observation_.set_now(host_.now());
  for (;;) {
    if (!facts_.empty()) {
      absorb_facts();
      continue;
    }
    if (changed_) {
      after_change();
      continue;
    }
    if (!due_triggers_.empty()) {
      const std::size_t index = due_triggers_.front();
      due_triggers_.erase(due_triggers_.begin());
      fire(*triggers_[index]);
      continue;
    }
    if (agenda_.run_one(host_.now())) continue;
    break;
  }
  if (monitors_.next_deadline() <= host_.now()) {
    monitors_.update(observation_, *this, host_.now());
  }
}

base::Instant RunBooks::next_moment() const {
  return std::min(agenda_.next_moment(), monitors_.next_deadline());
}

void RunBooks::absorb_facts() {
  std::vector<base::TraceEvent> facts;
  facts.swap(facts_);
  for (const base::TraceEvent& fact : facts) absorb_fact(fact);
}

void RunBooks::absorb_fact(const base::TraceEvent& fact) {
  if (fact.kind == EventKind::MemberRemoved) {
    metrics_.advance(host_.now());
    metrics_.on_removal(fact.node, {fact.arguments[1], fact.arguments[2]}, host_.now());
  }
  if (checks_ == Checks::All && Invariants::watches(fact.kind)) {
    invariants_.on_fact(observation_, fact);
  }
  if (fact.kind == EventKind::ProcessStarted || fact.kind == EventKind::ProcessExited) {
    observation_.at(fact.node).started = false;
  }
  if (fact.kind == EventKind::MemberStarted) observation_.at(fact.node).started = true;
  if (changes_observation(fact.kind) && fact.node != base::NoNode) observe(fact.node);
  if (history_ != nullptr && History::keeps(fact.kind)) remember(fact);
  run_triggers(&fact);
}

void RunBooks::observe(base::NodeId node) {
  metrics_.advance(host_.now());
  MemberState& state = observation_.at(node);
  const MemberState before = state;
  host_.fill(node, state);
  if (state.joined && (state.view != before.view || state.view_version != before.view_version ||
                       state.uuid != before.uuid)) {
    if (checks_ != Checks::None) invariants_.on_view_changed(observation_, before, state);
  }
  changed_ = true;
}

void RunBooks::keep_history() {
  if (history_ == nullptr) history_ = std::make_unique<History>();
}

// The running member there, else one that was there before; NoNode if there was none.
base::NodeId RunBooks::member_at(base::Endpoint endpoint) const {
  base::NodeId found = base::NoNode;
  for (const MemberState& member : observation_.members()) {
    if (member.endpoint != endpoint) continue;
    if (member.process_running) return member.node;
    if (found == base::NoNode) found = member.node;
  }
  return found;
}

void RunBooks::remember(const base::TraceEvent& fact) {
  HistoryEntry entry;
  entry.at = fact.time;
  entry.node = fact.node;
  entry.kind = fact.kind;
  switch (fact.kind) {
    case EventKind::MemberAdded:
    case EventKind::MemberRemoved:
    case EventKind::MemberSuspected:
    case EventKind::MasterChanged:
    case EventKind::MergeStarted:
    case EventKind::MergeFinished:
    case EventKind::ExplicitSuspicion:
      entry.of = member_at(base::unpack_endpoint(fact.arguments[0]));
      break;
    default:
      break;
  }
  if (fact.kind == EventKind::MergeFinished) entry.succeeded = fact.arguments[1] == 1;
  for (const ViewEntry& seen : observation_.at(fact.node).view) {
    entry.view.push_back(member_at(seen.endpoint));
  }
  history_->add(std::move(entry));
}

void RunBooks::after_change() {
  changed_ = false;
  metrics_.advance(host_.now());
  const Availability before = metrics_.availability();
  metrics_.refresh(host_.now());
  if (availability_ != nullptr && metrics_.availability() != before) {
    availability_->on_availability(host_.now(), metrics_.availability());
  }
  monitors_.update(observation_, *this, host_.now());
  run_triggers(nullptr);
}

// --- triggers ---

void RunBooks::run_triggers(const base::TraceEvent* fact) {
  for (std::size_t index = 0; index < triggers_.size(); ++index) {
    Trigger& trigger = *triggers_[index];
    if (trigger.fired) continue;
    if (trigger.spec.condition.has_value()) {
      if (fact != nullptr) continue;
      const bool holds = trigger.spec.condition->holds(observation_, *this);
      if (holds && !trigger.was_true) due_triggers_.push_back(index);
      trigger.was_true = holds;
      continue;
    }
    if (fact == nullptr || trigger.spec.kind == EventKind::None) continue;
    if (fact->kind != trigger.spec.kind) continue;
    if (trigger.spec.by.has_value() && *trigger.spec.by != fact->node) continue;
    if (trigger.spec.of.has_value()) {
      const base::Endpoint of = observation_.at(*trigger.spec.of).endpoint;
      if (fact->arguments[0] != base::pack(of)) continue;
    }
    ++trigger.seen;
    if (trigger.spec.nth == 0 || trigger.seen == trigger.spec.nth) due_triggers_.push_back(index);
  }
}

void RunBooks::fire(Trigger& trigger) {
  if (trigger.fired) return;
  if (trigger.spec.nth != 0) trigger.fired = true;
  trigger.action();
}

void RunBooks::add_trigger(const TriggerSpec& spec, std::function<void()> action) {
  auto trigger = std::make_unique<Trigger>();
  trigger->spec = spec;
  trigger->action = std::move(action);
  if (spec.after.has_value()) {
    Trigger* timed = trigger.get();
    agenda_.add(std::max(host_.now(), base::RunStart + *spec.after),
                [this, timed] { fire(*timed); });
  } else if (!spec.message_type.empty()) {
    const auto type = schemes::message_type(spec.message_type);
    trigger->message_type = type.has_value() ? static_cast<std::uint16_t>(*type) : std::uint16_t{0};
  }
  triggers_.push_back(std::move(trigger));
  changed_ = true;  // its condition may hold already
}

// --- statements ---

std::uint32_t RunBooks::add_monitor(const MonitorSpec& spec) {
  const std::uint32_t index = monitors_.add(spec, host_.now());
  monitors_.update(observation_, *this, host_.now());
  return index;
}

void RunBooks::expect(bool met, std::string words, std::uint32_t line, std::string seen) {
  Expectation expectation;
  expectation.words = std::move(words);
  expectation.line = line;
  expectation.outcome = met ? Expectation::Outcome::Met : Expectation::Outcome::Missed;
  expectation.decided_at = host_.now();
  if (!met) expectation.seen = std::move(seen);
  monitors_.add_decided(std::move(expectation));
}

void RunBooks::close(RunRecord& record) {
  settle();
  monitors_.finish(observation_, host_.now());
  record.expectations = monitors_.expectations();
  record.violations = invariants_.violations();
  record.metrics = metrics_.finish(host_.now());
  record.ended_at = host_.now();
}

void judge(RunRecord& record, const std::vector<std::string>& inconclusive,
           const Observation& observation) {
  bool failed = false;
  for (const Violation& violation : record.violations) {
    failed = true;
    record.reasons.push_back(fmt::format("a bug of ours: {} at {} on {}: {}", violation.invariant,
                                         base::to_text(violation.at),
                                         observation.at(violation.node).name, violation.what));
  }
  for (const Expectation& expectation : record.expectations) {
    if (expectation.outcome != Expectation::Outcome::Missed) continue;
    if (!expectation.decides || expectation.across_seeds) continue;
    failed = true;
    record.reasons.push_back(fmt::format("line {}: missed at {}: {}; seen: {}", expectation.line,
                                         base::to_text(expectation.decided_at), expectation.words,
                                         expectation.seen));
  }
  std::vector<std::string> doubts = inconclusive;
  for (const AppliedFault& applied : record.faults) {
    if (!applied.effect.is_none()) continue;
    doubts.push_back(fmt::format(
        "line {}: {} touched nothing", applied.fault.line,
        applied.fault.label.empty() ? to_text(applied.fault.kind) : applied.fault.label));
  }
  record.verdict = failed ? Verdict::Fail : !doubts.empty() ? Verdict::Inconclusive : Verdict::Pass;
  record.reasons.insert(record.reasons.end(), doubts.begin(), doubts.end());
}

}  // namespace splitscope::scenarios
