#include "tests/support/cluster_lab.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

namespace splitscope::tests {

using namespace std::chrono_literals;
using base::EventKind;

Properties fast_heartbeat() {
  return {{"hazelcast.heartbeat.interval.seconds", "1"},
          {"hazelcast.max.no.heartbeat.seconds", "10"}};
}

Properties fast_merge() {
  return {{"hazelcast.merge.first.run.delay.seconds", "20"},
          {"hazelcast.merge.next.run.delay.seconds", "10"}};
}

Properties operator+(Properties left, const Properties& right) {
  left.insert(right.begin(), right.end());
  return left;
}

ClusterLab::ClusterLab(const LabOptions& options)
    : options_(options), world_(scenarios::SimWorldOptions{.seed = options.seed}) {
  world_.add_fact_listener(*this);
  const auto network = scenarios::site_named(options.routed ? "routed" : "lan");
  REQUIRE(world_.set_network(*network).has_value());
  scenarios::ClusterSpec spec;
  spec.config.engine = options.engine;
  spec.config.properties = options.properties;
  spec.config.scheme =
      options.multicast ? schemes::SchemeKind::Multicast : schemes::SchemeKind::Wka;
  spec.members = options.members;
  spec.same_host = options.same_host;
  if (options.routed) {
    for (std::uint32_t i = 0; i < options.members; ++i) {
      spec.subnet_of.push_back(i < options.members / 2 ? 0 : 1);
    }
  }
  if (options.bare_list) {
    spec.addresses = {base::ipv4(10, 77, 0, 11)};
    spec.config.wka.members = {{"10.77.0.11"}};
  } else if (!options.multicast) {
    for (const std::uint32_t number : options.well_known) spec.well_known.push_back(number - 1);
  }
  const auto cluster = world_.add_cluster(spec);
  INFO((cluster.has_value() ? std::string() : cluster.error().message));
  REQUIRE(cluster.has_value());
  cluster_ = *cluster;
}

const scenarios::MemberState& ClusterLab::at(std::uint32_t number) const {
  return world_.observation().at(node(number));
}

void ClusterLab::start(const std::vector<std::uint32_t>& numbers, const Properties& properties) {
  Fault fault;
  fault.kind = FaultKind::Start;
  fault.groups.emplace_back();
  for (const std::uint32_t number : numbers) fault.groups.front().push_back(node(number));
  fault.properties = properties;
  apply(std::move(fault));
}

bool ClusterLab::form(const std::vector<std::uint32_t>& numbers) {
  const Properties quickly{{"hazelcast.wait.seconds.before.join", "0"}};
  start({numbers.front()}, quickly);
  if (!until_started(numbers.front(), 120s).has_value()) return false;
  start({numbers.begin() + 1, numbers.end()}, quickly);
  const bool agreed = until_agreed(numbers, 120s);
  if (agreed) run(3500ms);
  return agreed;
}

scenarios::FaultId ClusterLab::apply(FaultKind kind,
                                     const std::vector<std::vector<std::uint32_t>>& groups) {
  Fault fault;
  fault.kind = kind;
  for (const auto& group : groups) {
    scenarios::Members members;
    for (const std::uint32_t number : group) members.push_back(node(number));
    fault.groups.push_back(std::move(members));
  }
  return apply(std::move(fault));
}

scenarios::FaultId ClusterLab::apply(Fault fault) {
  const auto applied = world_.apply(fault);
  REQUIRE(applied.has_value());
  return *applied;
}

bool ClusterLab::until_agreed(const std::vector<std::uint32_t>& numbers, base::Duration deadline) {
  scenarios::Members members;
  for (const std::uint32_t number : numbers) members.push_back(node(number));
  return world_.run_until(Condition::agreed(std::move(members), "they"), deadline);
}

std::optional<double> ClusterLab::until_started(std::uint32_t number, base::Duration deadline) {
  const auto begun = fact_after(EventKind::ProcessStarted, number, base::RunStart);
  const base::Instant limit = now() + deadline;
  while (now() < limit) {
    base::Instant last_start{};
    for (const base::TraceEvent& fact : facts_) {
      if (fact.kind == EventKind::ProcessStarted && fact.node == node(number))
        last_start = fact.time;
    }
    if (begun.has_value() || last_start != base::Instant{}) {
      if (const auto took = started_after(number, last_start)) return took;
    }
    run(20ms);
  }
  return std::nullopt;
}

double ClusterLab::since(base::Instant start) const {
  return static_cast<double>((now() - start).count()) / 1e6;
}

std::optional<base::Instant> ClusterLab::fact_after(EventKind kind, std::uint32_t number,
                                                    base::Instant since) const {
  for (const base::TraceEvent& fact : facts_) {
    if (fact.kind == kind && fact.node == node(number) && fact.time >= since) return fact.time;
  }
  return std::nullopt;
}

std::uint32_t ClusterLab::count(EventKind kind, std::uint32_t number, base::Instant since) const {
  std::uint32_t found = 0;
  for (const base::TraceEvent& fact : facts_) {
    if (fact.kind == kind && fact.node == node(number) && fact.time >= since) ++found;
  }
  return found;
}

std::optional<double> ClusterLab::started_after(std::uint32_t number, base::Instant since) const {
  const auto at = fact_after(EventKind::MemberStarted, number, since);
  if (!at.has_value()) return std::nullopt;
  return static_cast<double>((*at - since).count()) / 1e6;
}

std::optional<double> ClusterLab::removed_after(std::uint32_t observer, std::uint32_t removed,
                                                base::Instant since) const {
  const base::Endpoint endpoint = at(removed).endpoint;
  for (const base::TraceEvent& fact : facts_) {
    if (fact.kind == EventKind::MemberRemoved && fact.node == node(observer) &&
        fact.time >= since && fact.arguments[0] == base::pack(endpoint)) {
      return static_cast<double>((fact.time - since).count()) / 1e6;
    }
  }
  return std::nullopt;
}

std::optional<double> ClusterLab::master_changed_after(std::uint32_t number,
                                                       base::Instant since) const {
  std::uint64_t before = 0;
  for (const base::TraceEvent& fact : facts_) {
    if (fact.kind != EventKind::ViewChanged || fact.node != node(number)) continue;
    if (fact.time < since) {
      before = fact.arguments[3];
    } else if (fact.arguments[3] != before) {
      return static_cast<double>((fact.time - since).count()) / 1e6;
    }
  }
  return std::nullopt;
}

bool ClusterLab::probe(std::uint32_t entries) {
  world_.probe(cluster_, {.entries = entries});
  const base::Instant limit = now() + 30s;
  while (now() < limit && world_.clients().entry_count() < entries) run(50ms);
  if (world_.clients().entry_count() < entries) return false;
  run(2s);
  return true;
}

std::uint32_t ClusterLab::entries_of(const std::vector<std::uint32_t>& numbers) {
  std::uint32_t count = 0;
  for (const std::uint64_t key : world_.clients().entries()) {
    const bool is_there = std::any_of(numbers.begin(), numbers.end(), [&](std::uint32_t number) {
      const schemes::DataAccess* data = world_.cluster().data(node(number));
      return data != nullptr && data->owned_entry(key).has_value();
    });
    if (is_there) ++count;
  }
  return count;
}

bool ClusterLab::await_result() {
  const base::Instant limit = now() + 10s;
  while (!result_.has_value() && now() < limit) run(5ms);
  return result_.has_value() && result_->outcome == schemes::OperationResult::Outcome::Done;
}

bool ClusterLab::put(std::uint32_t number, std::uint64_t key, std::uint64_t value) {
  result_.reset();
  world_.cluster().data(node(number))->put(key, value, *this);
  return await_result();
}

std::optional<std::uint64_t> ClusterLab::get(std::uint32_t number, std::uint64_t key) {
  result_.reset();
  world_.cluster().data(node(number))->get(key, *this);
  return await_result() ? result_->value : std::nullopt;
}

double ClusterLab::gap_of(std::uint32_t number) const {
  return static_cast<double>(world_.clients().gap_of(node(number), now()).count()) / 1e6;
}

std::uint64_t ClusterLab::sum(EventKind kind, const std::vector<std::uint32_t>& numbers,
                              std::size_t argument, base::Instant since) const {
  std::uint64_t total = 0;
  for (const base::TraceEvent& fact : facts_) {
    const bool is_theirs = std::any_of(numbers.begin(), numbers.end(), [&](std::uint32_t number) {
      return fact.node == node(number);
    });
    if (fact.kind == kind && is_theirs && fact.time >= since) total += fact.arguments[argument];
  }
  return total;
}

std::string ClusterLab::view(std::uint32_t number) const {
  const scenarios::MemberState& member = at(number);
  if (!member.joined) return "-";
  std::string text;
  for (const scenarios::ViewEntry& entry : member.view) {
    if (!text.empty()) text += ">";
    std::string name = base::to_text(entry.endpoint);
    for (const scenarios::MemberState& other : world_.observation().members()) {
      if (other.endpoint == entry.endpoint) name = other.name;
    }
    text += name;
  }
  return text;
}

std::string ClusterLab::views(const std::vector<std::uint32_t>& numbers) const {
  std::string text;
  for (const std::uint32_t number : numbers) {
    if (!text.empty()) text += " | ";
    text += at(number).name + ":" + view(number);
  }
  return text;
}

std::string describe_all(const scenarios::Observation& observation) {
  std::string text;
  for (const scenarios::MemberState& member : observation.members()) {
    text += scenarios::describe(observation, member) + "\n";
  }
  return text;
}

}  // namespace splitscope::tests
