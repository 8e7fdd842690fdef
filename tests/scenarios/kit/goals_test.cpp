// Goals are judged by what members hold and whom they can reach.
#include <catch2/catch.hpp>

#include "scenarios/kit/condition.hpp"
#include "scenarios/kit/monitors.hpp"

using namespace splitscope;
using namespace splitscope::scenarios;

namespace {

base::Uuid uuid_of(std::uint32_t node) {
  return {1, node + 1};
}

// `count` live members of one cluster that all hold the list of all of them.
Observation agreed_cluster(std::uint32_t count) {
  Observation observation;
  for (std::uint32_t node = 0; node < count; ++node) {
    MemberState state;
    state.node = base::NodeId{node};
    state.process_running = true;
    state.joined = true;
    state.uuid = uuid_of(node);
    for (std::uint32_t other = 0; other < count; ++other) {
      state.view.push_back({uuid_of(other), {}});
    }
    observation.add(std::move(state));
  }
  return observation;
}

void see_only(Observation& observation, std::uint32_t node, std::vector<std::uint32_t> order) {
  MemberState& state = observation.at(base::NodeId{node});
  state.view.clear();
  for (const std::uint32_t other : order) state.view.push_back({uuid_of(other), {}});
}

struct NoCounters final : Counters {
  std::uint64_t messages_sent(const std::string&) const override { return 0; }
  std::uint64_t agreement_availability_ppm() const override { return 0; }
  std::uint64_t client_availability_ppm() const override { return 0; }
};

}  // namespace

TEST_CASE("goals: a cluster that agrees misses none", "[scenarios][goals]") {
  const Observation observation = agreed_cluster(3);
  for (const Goal goal : AllGoals) CHECK_FALSE(is_missed(goal, observation, 0));
}

TEST_CASE("goals: two masters count only where they can reach each other", "[scenarios][goals]") {
  Observation observation = agreed_cluster(3);
  see_only(observation, 2, {2});
  CHECK(is_missed(Goal::OneMaster, observation, 0));
  CHECK(is_missed(Goal::NoIsland, observation, 0));
  CHECK(is_missed(Goal::NoneExcluded, observation, 0));
  for (const std::uint32_t other : {0U, 1U}) {
    observation.block(base::NodeId{2}, base::NodeId{other});
    observation.block(base::NodeId{other}, base::NodeId{2});
  }
  CHECK_FALSE(is_missed(Goal::OneMaster, observation, 0));
  CHECK_FALSE(is_missed(Goal::NoIsland, observation, 0));
  CHECK_FALSE(is_missed(Goal::NoneExcluded, observation, 0));
}

TEST_CASE("goals: an island may have a master that is gone", "[scenarios][goals]") {
  Observation observation = agreed_cluster(3);
  see_only(observation, 2, {1, 2});  // it follows a member that follows another
  CHECK_FALSE(is_missed(Goal::OneMaster, observation, 0));
  CHECK(is_missed(Goal::NoIsland, observation, 0));
}

TEST_CASE("goals: a dead member in a list is missed until it is dropped", "[scenarios][goals]") {
  Observation observation = agreed_cluster(3);
  observation.at(base::NodeId{1}).process_running = false;
  CHECK(is_missed(Goal::NoDeadKept, observation, 0));
  see_only(observation, 0, {0, 2});
  see_only(observation, 2, {0, 2});
  CHECK_FALSE(is_missed(Goal::NoDeadKept, observation, 0));
}

TEST_CASE("goals: a paused member is no dead one", "[scenarios][goals]") {
  Observation observation = agreed_cluster(3);
  observation.at(base::NodeId{1}).paused = true;
  CHECK_FALSE(is_missed(Goal::NoDeadKept, observation, 0));
}

TEST_CASE("goals: a live member outside any cluster is missed", "[scenarios][goals]") {
  Observation observation = agreed_cluster(2);
  observation.at(base::NodeId{1}).joined = false;
  CHECK(is_missed(Goal::Joined, observation, 0));
  CHECK(Condition::goal_missed(0, Goal::Joined).holds(observation, NoCounters{}));
}

TEST_CASE("monitors: what is reported only neither holds the run open nor decides",
          "[scenarios][monitors]") {
  Observation observation = agreed_cluster(2);
  observation.at(base::NodeId{1}).joined = false;
  MonitorSpec spec;
  spec.kind = MonitorSpec::Kind::Never;
  spec.condition = Condition::goal_missed(0, Goal::Joined);
  spec.longer_than = std::chrono::seconds{5};
  spec.decides = false;
  Monitors monitors;
  monitors.add(spec, base::RunStart);
  monitors.update(observation, NoCounters{}, base::RunStart);
  CHECK_FALSE(monitors.has_open_deadlines());
  CHECK_FALSE(monitors.expectations().front().decides);
  monitors.update(observation, NoCounters{}, base::RunStart + std::chrono::seconds{5});
  CHECK(monitors.expectations().front().outcome == Expectation::Outcome::Missed);
}
