#include "scenarios/kit/sim_world.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "engine/base/assert.hpp"
#include "schemes/membership/messages.hpp"

namespace splitscope::scenarios {

using base::EventKind;

SimWorld::SimWorld(SimWorldOptions options)
    : options_(std::move(options)),
      books_(*this, options_.check_invariants ? Checks::All : Checks::None),
      faults_(books_, *this, *this),
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
    books_.add_member(std::move(state));
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
  return books_.member(name);
}

void SimWorld::start(ClusterId cluster, const StartOptions& options) {
  base::Prng random = cluster_.simulation().stream("start offsets", cluster.value);
  const std::vector<base::NodeId> starters = cluster_.starters(cluster);
  const std::vector<base::Duration> offsets =
      start_offsets(cluster_.spec(cluster), options, random);
  for (std::size_t index = 0; index < starters.size(); ++index) {
    start_later(starters[index], offsets[index]);
  }
  books_.settle();
}

void SimWorld::start_later(base::NodeId node, base::Duration delay) {
  books_.observation().at(node).start_pending = true;
  books_.agenda().add(now() + delay, [this, node] { start_member(node); });
}

void SimWorld::start_member(base::NodeId node) {
  books_.observation().at(node).start_pending = false;
  books_.metrics().on_recovery_act(now());
  cluster_.start(node);
}

base::Result<void> SimWorld::probe(ClusterId cluster, const ProbePlan& plan) {
  has_probes_ = true;
  cluster_.begin_probes(cluster, plan, books_.clients());
  return {};
}

std::vector<std::uint64_t> SimWorld::values_of(std::uint64_t key) const {
  std::vector<std::uint64_t> values;
  for (const MemberState& member : books_.observation().members()) {
    const schemes::DataAccess* data = cluster_.data(member.node);
    if (data == nullptr) continue;
    if (const auto entry = data->owned_entry(key)) values.push_back(entry->value);
  }
  return values;
}

bool SimWorld::run_for(base::Duration duration) {
  advance(now() + duration, nullptr);
  return !must_end();
}

bool SimWorld::run_until(const Condition& condition, base::Duration deadline) {
  return advance(now() + deadline, &condition);
}

bool SimWorld::must_end() const {
  return books_.is_broken() || now() >= base::RunStart + options_.run_limit;
}

bool SimWorld::advance(base::Instant limit, const Condition* condition) {
  const base::Instant bounded = std::min(limit, base::RunStart + options_.run_limit);
  for (;;) {
    books_.settle();
    if (condition != nullptr && books_.holds(*condition)) return true;
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
  while (!books_.has_news() && cluster_.simulation().event_number() < number) {
    if (!cluster_.simulation().step(limit)) {
      cluster_.simulation().run(limit);
      return;
    }
  }
}

base::Instant SimWorld::next_own_moment() const {
  base::Instant next = books_.next_moment();
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

void SimWorld::on_fact(const base::TraceEvent& fact) {
  if (books_.take_fact(fact)) cluster_.simulation().stop();
}

void SimWorld::on_message_sent(std::uint16_t type, base::NodeId from) {
  if (books_.take_message(type, from)) cluster_.simulation().stop();
}

std::uint64_t SimWorld::messages_sent(const std::string& type) const {
  const auto number = schemes::message_type(type);
  if (!number.has_value()) return 0;
  return message_faults_.counts()[static_cast<std::uint16_t>(*number)].messages;
}

base::NodeId SimWorld::node_at(base::Endpoint endpoint) const {
  return cluster_.node_at(endpoint.address);
}

RunRecord SimWorld::finish() {
  SPLITSCOPE_ASSERT(!finished_);
  while (books_.monitors().has_open_deadlines() && !must_end()) {
    advance(books_.monitors().next_deadline(), nullptr);
  }
  if (window_length_.has_value() && !must_end()) {
    advance(faults_.first_at().value_or(base::RunStart) + *window_length_, nullptr);
  }
  finished_ = true;
  RunRecord record;
  books_.close(record);
  record.faults = faults_.with_effects();
  if (has_probes_) record.metrics.clients = books_.clients().finish(*this, now());
  for (std::uint16_t type = 1; type < MessageFaults::TypeCount; ++type) {
    const MessageCount& count = message_faults_.counts()[type];
    if (count.messages == 0) continue;
    record.messages[std::string(schemes::to_text(static_cast<schemes::MessageType>(type)))] = count;
  }
  record.events = cluster_.simulation().event_number();
  books_.judge(record);
  trace::Digest& digest = cluster_.simulation().digest();
  digest.absorb(static_cast<std::uint64_t>(record.verdict));
  record.digest = digest.value();
  return record;
}

SimWorld::~SimWorld() = default;

}  // namespace splitscope::scenarios
