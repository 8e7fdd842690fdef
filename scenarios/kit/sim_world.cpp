#include "scenarios/kit/sim_world.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "engine/base/assert.hpp"
#include "engine/base/duration_text.hpp"
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

SimWorld::SimWorld(SimWorldOptions options)
    : options_(std::move(options)),
      metrics_(observation_),
      cluster_(options_.seed, options_.planted_bugs, message_faults_, *this),
      script_random_(base::derive_seed(options_.seed, "script")) {
  cluster_.simulation().add_listener(*this);
  cluster_.simulation().emit(EventKind::RunStarted, base::NoNode, {}, {options_.seed});
}

base::Result<void> SimWorld::set_network(const NetworkSpec& network) {
  return cluster_.set_network(network);
}

base::Result<ClusterId> SimWorld::add_cluster(const ClusterSpec& spec) {
  const base::Result<ClusterId> id = cluster_.add_cluster(spec);
  if (!id.has_value()) return id;
  for (const base::NodeId node : cluster_.members(*id)) {
    MemberState state;
    state.node = node;
    state.name = fmt::format("n{}", node.value + 1);
    state.cluster = id->value;
    state.cluster_name = spec.config.cluster_name;
    state.endpoint = {cluster_.address(node), spec.config.port};
    observation_.add(std::move(state));
  }
  return id;
}

ClusterBounds SimWorld::bounds(ClusterId cluster) const {
  return cluster_.bounds(cluster);
}

const ClusterSpec& SimWorld::spec(ClusterId cluster) const {
  return cluster_.spec(cluster);
}

std::optional<base::NodeId> SimWorld::member(std::string_view name) const {
  for (const MemberState& state : observation_.members()) {
    if (state.name == name) return state.node;
  }
  return std::nullopt;
}

void SimWorld::start(ClusterId cluster, const StartOptions& options) {
  base::Prng offsets = cluster_.simulation().stream("start offsets", cluster.value);
  const std::vector<std::uint32_t>& well_known = cluster_.spec(cluster).well_known;
  const std::vector<base::NodeId> starters = cluster_.starters(cluster);
  base::Duration stagger{};
  for (std::size_t index = 0; index < starters.size(); ++index) {
    const base::NodeId node = starters[index];
    constexpr std::int64_t SpreadNs = 1'000'000'000;
    const bool first = std::find(well_known.begin(), well_known.end(), index) != well_known.end();
    const base::Duration drawn{offsets.between(0, SpreadNs) + (first ? 0 : SpreadNs)};
    const base::Duration offset = options.together                           ? base::Duration{}
                                  : options.stagger > base::Duration::zero() ? stagger
                                                                             : drawn;
    stagger += options.stagger;
    start_later(node, offset);
  }
  settle();
}

void SimWorld::start_later(base::NodeId node, base::Duration delay) {
  observation_.at(node).start_pending = true;
  agenda_.add(now() + delay, [this, node] { start_member(node); });
}

void SimWorld::start_member(base::NodeId node) {
  observation_.at(node).start_pending = false;
  metrics_.on_recovery_act(now());
  cluster_.start(node);
}

bool SimWorld::run_for(base::Duration duration) {
  advance(now() + duration, nullptr);
  return !must_end();
}

bool SimWorld::run_until(const Condition& condition, base::Duration deadline) {
  return advance(now() + deadline, &condition);
}

bool SimWorld::must_end() const {
  return !invariants_.violations().empty() || now() >= base::RunStart + options_.run_limit;
}

bool SimWorld::advance(base::Instant limit, const Condition* condition) {
  const base::Instant bounded = std::min(limit, base::RunStart + options_.run_limit);
  for (;;) {
    settle();
    if (condition != nullptr && condition->holds(observation_, *this)) return true;
    if (now() >= bounded || must_end()) return false;
    run_events(std::min(bounded, next_own_moment()));
    intervene_if_due();
  }
}

// Up to `limit`, or to the event number that an intervention waits for.
void SimWorld::run_events(base::Instant limit) {
  const bool counts = next_intervention_ < options_.interventions.size() &&
                      options_.interventions[next_intervention_].at_event.has_value();
  if (!counts) {
    cluster_.simulation().run(limit);
    return;
  }
  const std::uint64_t number = *options_.interventions[next_intervention_].at_event;
  while (facts_.empty() && due_triggers_.empty() && cluster_.simulation().event_number() < number) {
    if (!cluster_.simulation().step(limit)) {
      cluster_.simulation().run(limit);
      return;
    }
  }
}

base::Instant SimWorld::next_own_moment() const {
  base::Instant next = std::min(agenda_.next_moment(), monitors_.next_deadline());
  if (next_intervention_ < options_.interventions.size()) {
    const Intervention& intervention = options_.interventions[next_intervention_];
    if (intervention.at_time.has_value()) next = std::min(next, *intervention.at_time);
  }
  return std::max(next, now());
}

void SimWorld::intervene_if_due() {
  while (next_intervention_ < options_.interventions.size()) {
    const Intervention& intervention = options_.interventions[next_intervention_];
    const bool due = intervention.at_time.has_value() ? *intervention.at_time <= now()
                                                      : cluster_.simulation().event_number() >=
                                                            intervention.at_event.value_or(0);
    if (!due) return;
    const std::uint64_t index = next_intervention_++;
    cluster_.simulation().set_cause(0);
    cluster_.simulation().emit(EventKind::Intervention, base::NoNode, {}, {index});
    if (const Fault* fault = std::get_if<Fault>(&intervention.act)) {
      if (const auto applied = apply(*fault); !applied.has_value()) {
        declare_inconclusive(applied.error().message);
      }
    } else {
      cluster_.reseed(std::get<FreshSeed>(intervention.act).seed);
    }
  }
}

void SimWorld::settle() {
  observation_.set_now(now());
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
    if (agenda_.run_one(now())) continue;
    break;
  }
  if (monitors_.next_deadline() <= now()) monitors_.update(observation_, *this, now());
}

void SimWorld::absorb_facts() {
  std::vector<base::TraceEvent> facts;
  facts.swap(facts_);
  for (const base::TraceEvent& fact : facts) absorb_fact(fact);
}

void SimWorld::absorb_fact(const base::TraceEvent& fact) {
  if (fact.kind == EventKind::MemberRemoved) {
    metrics_.advance(now());
    metrics_.on_removal(fact.node, {fact.arguments[1], fact.arguments[2]}, now());
  }
  if (options_.check_invariants && Invariants::watches(fact.kind)) {
    invariants_.on_fact(observation_, fact);
  }
  if (changes_observation(fact.kind) && fact.node != base::NoNode) observe(fact.node);
  run_triggers(&fact);
}

void SimWorld::observe(base::NodeId node) {
  metrics_.advance(now());
  MemberState& state = observation_.at(node);
  const MemberState before = state;
  cluster_.fill(node, state);
  if (state.joined && (state.view != before.view || state.view_version != before.view_version ||
                       state.uuid != before.uuid)) {
    if (options_.check_invariants) invariants_.on_view_changed(observation_, before, state);
  }
  changed_ = true;
}

void SimWorld::after_change() {
  changed_ = false;
  metrics_.advance(now());
  metrics_.refresh(now());
  monitors_.update(observation_, *this, now());
  run_triggers(nullptr);
}

void SimWorld::run_triggers(const base::TraceEvent* fact) {
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

void SimWorld::fire(Trigger& trigger) {
  if (trigger.fired) return;
  if (trigger.spec.nth != 0) trigger.fired = true;
  trigger.action();
}

void SimWorld::add_trigger(const TriggerSpec& spec, std::function<void()> action) {
  auto trigger = std::make_unique<Trigger>();
  trigger->spec = spec;
  trigger->action = std::move(action);
  if (spec.after.has_value()) {
    Trigger* timed = trigger.get();
    agenda_.add(std::max(now(), base::RunStart + *spec.after), [this, timed] { fire(*timed); });
  } else if (!spec.message_type.empty()) {
    const auto type = schemes::message_type(spec.message_type);
    trigger->message_type = type.has_value() ? static_cast<std::uint16_t>(*type) : std::uint16_t{0};
  }
  triggers_.push_back(std::move(trigger));
  changed_ = true;  // its condition may hold already
}

void SimWorld::on_fact(const base::TraceEvent& fact) {
  const bool watched = changes_observation(fact.kind) || Invariants::watches(fact.kind) ||
                       std::any_of(triggers_.begin(), triggers_.end(), [&](const auto& trigger) {
                         return trigger->spec.kind == fact.kind;
                       });
  if (!watched) return;
  facts_.push_back(fact);
  cluster_.simulation().stop();
}

void SimWorld::on_message_sent(std::uint16_t type, base::NodeId from) {
  for (std::size_t index = 0; index < triggers_.size(); ++index) {
    Trigger& trigger = *triggers_[index];
    if (trigger.message_type == 0 || trigger.message_type != type || trigger.fired) continue;
    if (trigger.spec.by.has_value() && *trigger.spec.by != from) continue;
    ++trigger.seen;
    if (trigger.spec.nth != 0 && trigger.seen != trigger.spec.nth) continue;
    due_triggers_.push_back(index);
    cluster_.simulation().stop();
  }
}

std::uint32_t SimWorld::add_monitor(const MonitorSpec& spec) {
  const std::uint32_t index = monitors_.add(spec, now());
  monitors_.update(observation_, *this, now());
  return index;
}

void SimWorld::expect(bool met, std::string words, std::uint32_t line, std::string seen) {
  Expectation expectation;
  expectation.words = std::move(words);
  expectation.line = line;
  expectation.outcome = met ? Expectation::Outcome::Met : Expectation::Outcome::Missed;
  expectation.decided_at = now();
  if (!met) expectation.seen = std::move(seen);
  monitors_.add_decided(std::move(expectation));
}

void SimWorld::declare_inconclusive(std::string why) {
  inconclusive_.push_back(std::move(why));
}

std::uint64_t SimWorld::messages_sent(const std::string& type) const {
  const auto number = schemes::message_type(type);
  if (!number.has_value()) return 0;
  return message_faults_.counts()[static_cast<std::uint16_t>(*number)].messages;
}

std::uint64_t SimWorld::agreement_availability_ppm() const {
  return metrics_.agreement_ppm();
}

base::NodeId SimWorld::node_at(base::Endpoint endpoint) const {
  return cluster_.node_at(endpoint.address);
}

RunRecord SimWorld::finish() {
  SPLITSCOPE_ASSERT(!finished_);
  while (monitors_.has_open_deadlines() && !must_end()) {
    advance(monitors_.next_deadline(), nullptr);
  }
  if (window_length_.has_value() && !must_end()) {
    advance(window_begin_.value_or(base::RunStart) + *window_length_, nullptr);
  }
  settle();
  finished_ = true;
  monitors_.finish(observation_, now());
  RunRecord record;
  record.expectations = monitors_.expectations();
  record.faults = faults_;
  for (std::size_t index = 0; index < faults_.size(); ++index) {
    record.faults[index].effect = effect(FaultId{static_cast<std::uint32_t>(index)});
  }
  record.violations = invariants_.violations();
  record.metrics = metrics_.finish(now());
  for (std::uint16_t type = 1; type < MessageFaults::TypeCount; ++type) {
    const MessageCount& count = message_faults_.counts()[type];
    if (count.messages == 0) continue;
    record.messages[std::string(schemes::to_text(static_cast<schemes::MessageType>(type)))] = count;
  }
  record.events = cluster_.simulation().event_number();
  record.ended_at = now();
  judge(record, inconclusive_, observation_);
  trace::Digest& digest = cluster_.simulation().digest();
  digest.absorb(static_cast<std::uint64_t>(record.verdict));
  record.digest = digest.value();
  return record;
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
