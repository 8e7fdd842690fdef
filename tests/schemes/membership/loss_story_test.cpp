// Stories of members that fall silent, wake up, part, merge and leave.
#include <catch2/catch.hpp>

#include "tests/support/fake_cluster.hpp"

using namespace std::chrono_literals;
using splitscope::base::EventKind;
using splitscope::env::ProgramHost;
using splitscope::schemes::Engine;
using splitscope::schemes::PlantedBugs;
using splitscope::tests::FakeCluster;
using splitscope::tests::FakeClusterOptions;

namespace {

// The recordings' quick settings: heartbeats 1 s / 10 s, merges 20 s / 10 s, no wait before
// joining.
const std::map<std::string, std::string> Quick{{"hazelcast.heartbeat.interval.seconds", "1"},
                                               {"hazelcast.max.no.heartbeat.seconds", "10"},
                                               {"hazelcast.merge.first.run.delay.seconds", "20"},
                                               {"hazelcast.merge.next.run.delay.seconds", "10"},
                                               {"hazelcast.wait.seconds.before.join", "0"}};

FakeClusterOptions quick(std::uint32_t members, std::vector<std::uint32_t> well_known,
                         Engine engine = Engine::Hz53, PlantedBugs bugs = {}) {
  FakeClusterOptions options;
  options.members = members;
  options.well_known = std::move(well_known);
  options.engine = engine;
  options.properties = Quick;
  options.bugs = bugs;
  return options;
}

// n1 first, so that it is master and the order of the list is the order of the names.
void form(FakeCluster& cluster, std::uint32_t members) {
  std::vector<std::uint32_t> started;
  for (std::uint32_t i = 0; i < members; ++i) {
    cluster.start(i);
    started.push_back(i);
    REQUIRE(cluster.run_until_agreed(started, 20s) >= 0);
  }
  cluster.world().run_for(3s);
}

}  // namespace

TEST_CASE("a silent member is removed when its heartbeats have run out, by the master alone",
          "[schemes][membership]") {
  const Engine engine = GENERATE(Engine::Hz312, Engine::Hz53);
  FakeCluster cluster(quick(3, {0}, engine));
  form(cluster, 3);
  cluster.cut({2}, {0, 1});
  const double seconds = cluster.run_until_agreed({0, 1}, 30s);
  CHECK(seconds >= 9.0);
  CHECK(seconds <= 11.4);
  cluster.world().run_for(2s);
  CHECK(cluster.seen_by(2) == "3");
}

TEST_CASE("a cut between two that are not master changes no list", "[schemes][membership]") {
  const Engine engine = GENERATE(Engine::Hz312, Engine::Hz53);
  FakeCluster cluster(quick(4, {0, 1, 2, 3}, engine));
  form(cluster, 4);
  cluster.cut({1}, {2});
  cluster.world().run_for(60s);
  for (const std::uint32_t member : {0u, 1u, 2u, 3u}) CHECK(cluster.seen_by(member) == "1>2>3>4");
  CHECK(cluster.node(1)->suspects().size() == 1);
}

TEST_CASE("a claimant waits five seconds for a lost member that it does not suspect yet",
          "[schemes][membership]") {
  FakeCluster cluster(quick(4, {0}));
  form(cluster, 4);
  // The master dies visibly; the fourth member has just fallen silent.
  cluster.cut({3}, {0, 1, 2});
  cluster.host(0).kill();
  const double seconds = cluster.run_until_agreed({1, 2}, 60s);
  CHECK(seconds >= 5.3);
  CHECK(seconds <= 16.0);
  CHECK(cluster.node(1)->is_master());
}

TEST_CASE("a member that wakes from a long pause finds itself alone and merges back",
          "[schemes][membership]") {
  const Engine engine = GENERATE(Engine::Hz312, Engine::Hz53);
  FakeCluster cluster(quick(4, {0, 1}, engine));
  form(cluster, 4);
  cluster.host(2).pause();
  REQUIRE(cluster.run_until_agreed({0, 1, 3}, 20s) >= 0);
  cluster.world().run_for(14s);
  const auto old_uuid = cluster.node(2)->uuid();
  cluster.host(2).resume();
  CHECK(cluster.world().run_until([&] { return cluster.seen_by(2) == "3"; }, 3s));
  CHECK(cluster.host(2).count(EventKind::HeartbeatReset) >= 1);
  CHECK(cluster.run_until_agreed({0, 1, 2, 3}, 30s) >= 0);
  CHECK(cluster.seen_by(0) == "1>2>4>3");
  CHECK(cluster.node(2)->uuid() != old_uuid);
}

TEST_CASE("a short pause changes nothing", "[schemes][membership]") {
  FakeCluster cluster(quick(3, {0}));
  form(cluster, 3);
  cluster.host(0).pause();
  cluster.world().run_for(5s);
  cluster.host(0).resume();
  cluster.world().run_for(20s);
  CHECK(cluster.seen_by(1) == "1>2>3");
  CHECK(cluster.host(1).count(EventKind::MemberRemoved) == 0);
}

TEST_CASE("a step of one wall clock removes nobody", "[schemes][membership]") {
  const std::uint32_t victim = GENERATE(0u, 1u);
  const auto step = GENERATE(splitscope::base::Duration{1h}, splitscope::base::Duration{-1h});
  FakeCluster cluster(quick(3, {0}));
  form(cluster, 3);
  cluster.host(victim).wall_offset += step;
  cluster.world().run_for(60s);
  CHECK(cluster.seen_by(0) == "1>2>3");
  CHECK(cluster.seen_by(2) == "1>2>3");
}

TEST_CASE(
    "a sole well-known member that restarts finds the others again only where the winner's "
    "question leaves its address",
    "[schemes][membership]") {
  FakeClusterOptions options = quick(3, {0});
  options.keeps_addresses = GENERATE(false, true);
  FakeCluster cluster(options);
  form(cluster, 3);
  cluster.host(0).kill();
  REQUIRE(cluster.run_until_agreed({1, 2}, 5s) >= 0);
  cluster.world().run_for(10s);
  cluster.start(0);
  cluster.world().run_for(60s);
  CHECK(cluster.seen_by(0) == (options.keeps_addresses ? "2>3>1" : "1"));
}

TEST_CASE("in a tie the master with the greater address text merges", "[schemes][membership]") {
  FakeCluster cluster(quick(4, {0, 1, 2, 3}));
  form(cluster, 4);
  cluster.cut({0, 3}, {1, 2});
  REQUIRE(cluster.run_until_agreed({0, 3}, 40s) >= 0);
  REQUIRE(cluster.run_until_agreed({1, 2}, 40s) >= 0);
  cluster.world().heal();
  REQUIRE(cluster.run_until_agreed({0, 1, 2, 3}, 40s) >= 0);
  CHECK(cluster.seen_by(0).substr(0, 3) == "1>4");
}

TEST_CASE("a merging side moves together, and each of it gets a new uuid",
          "[schemes][membership]") {
  FakeCluster cluster(quick(5, {0, 1, 2, 3, 4}));
  form(cluster, 5);
  cluster.cut({0, 1}, {2, 3, 4});
  REQUIRE(cluster.run_until_agreed({2, 3, 4}, 40s) >= 0);
  REQUIRE(cluster.run_until_agreed({0, 1}, 40s) >= 0);
  const auto winners = cluster.node(2)->uuid();
  cluster.world().heal();
  REQUIRE(cluster.run_until_agreed({0, 1, 2, 3, 4}, 40s) >= 0);
  cluster.world().run_for(2s);
  CHECK(cluster.node(0)->previous_uuids().size() == 1);
  CHECK(cluster.node(1)->previous_uuids().size() == 1);
  CHECK(cluster.node(2)->uuid() == winners);
  CHECK(cluster.host(0).count(EventKind::MergeStarted) == 1);
  CHECK(cluster.host(1).count(EventKind::MergeFinished) == 1);
}

TEST_CASE("a member that holds nothing is let go by its master after a moment",
          "[schemes][membership]") {
  FakeCluster cluster(quick(3, {0}));
  form(cluster, 3);
  const std::uint32_t leaver = GENERATE(0u, 2u);
  cluster.host(leaver).program()->shut_down();
  cluster.host(leaver).program()->shut_down();
  CHECK(cluster.node(leaver)->node_state() == "leaving");
  std::vector<std::uint32_t> rest{0, 1, 2};
  std::erase(rest, leaver);
  const double seconds = cluster.run_until_agreed(rest, 30s);
  CHECK(seconds >= 0.4);
  CHECK(seconds <= 1.0);
  CHECK(cluster.host(leaver).exited() == ProgramHost::Exit::Graceful);
  CHECK(cluster.host(leaver).count(EventKind::ShutdownFinished) == 1);
}

TEST_CASE("a lone member, or one that has not joined, leaves at once", "[schemes][membership]") {
  FakeCluster cluster(quick(2, {0}));
  cluster.start(0);
  cluster.world().run_for(3s);
  cluster.host(0).program()->shut_down();
  cluster.world().run_for(1ms);
  CHECK(cluster.host(0).exited() == ProgramHost::Exit::Graceful);
  cluster.start(1);
  cluster.world().run_for(100ms);
  cluster.host(1).program()->shut_down();
  cluster.world().run_for(1ms);
  CHECK(cluster.host(1).exited() == ProgramHost::Exit::Graceful);
}

TEST_CASE("a member asked to leave while its master is gone is drained by the next master",
          "[schemes][membership]") {
  FakeCluster cluster(quick(3, {0}));
  form(cluster, 3);
  cluster.host(0).kill();
  cluster.host(2).program()->shut_down();
  CHECK(cluster.run_until_agreed({1}, 10s) >= 0);
  CHECK(cluster.host(2).exited() == ProgramHost::Exit::Graceful);
}

TEST_CASE("planted bugs change what they say they change", "[schemes][membership]") {
  SECTION("a dead member stays") {
    PlantedBugs bugs;
    bugs.never_remove_the_dead = true;
    FakeCluster cluster(quick(3, {0}, Engine::Hz53, bugs));
    form(cluster, 3);
    cluster.host(2).kill();
    CHECK(cluster.run_until_agreed({0, 1}, 30s) < 0);
  }
  SECTION("a merged member keeps its uuid") {
    PlantedBugs bugs;
    bugs.keep_uuid_after_merge = true;
    FakeCluster cluster(quick(3, {0, 1, 2}, Engine::Hz53, bugs));
    form(cluster, 3);
    const auto uuid = cluster.node(2)->uuid();
    cluster.cut({2}, {0, 1});
    REQUIRE(cluster.run_until_agreed({0, 1}, 30s) >= 0);
    cluster.world().run_for(40s);
    cluster.world().heal();
    cluster.world().run_for(60s);
    CHECK(cluster.node(2)->uuid() == uuid);
  }
  SECTION("the newest member is put in front") {
    PlantedBugs bugs;
    bugs.reorder_view_on_join = true;
    FakeCluster cluster(quick(3, {0}, Engine::Hz53, bugs));
    form(cluster, 3);
    CHECK(cluster.seen_by(0) == "1>3>2");
  }
  SECTION("a lost suspicion keeps the dead master in front of the list") {
    PlantedBugs bugs;
    bugs.lose_suspicion = true;
    FakeCluster cluster(quick(3, {0}, Engine::Hz53, bugs));
    form(cluster, 3);
    cluster.host(0).kill();
    const auto lists_the_dead_in_front = [&] {
      return cluster.node(1)->is_master() && cluster.node(1)->view().version() == 4 &&
             cluster.seen_by(1) == "1>2>3";
    };
    CHECK(cluster.world().run_until(lists_the_dead_in_front, 600ms));
  }
  SECTION("a zombie that is deaf to explicit suspicion keeps its list") {
    PlantedBugs bugs;
    bugs.ignore_explicit_suspicion = true;
    FakeCluster cluster(quick(3, {0}, Engine::Hz53, bugs));
    form(cluster, 3);
    cluster.host(2).pause();
    REQUIRE(cluster.run_until_agreed({0, 1}, 20s) >= 0);
    cluster.world().run_for(10s);
    cluster.host(2).resume();
    cluster.world().run_for(5s);
    CHECK(cluster.seen_by(2) == "1>2>3");
  }
}
