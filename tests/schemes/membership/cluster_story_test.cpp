// Stories of whole members over perfect links: form, lose, elect, split, merge, leave.
#include <catch2/catch.hpp>

#include "tests/support/fake_cluster.hpp"

using namespace std::chrono_literals;
using splitscope::base::EventKind;
using splitscope::schemes::Engine;
using splitscope::tests::FakeCluster;
using splitscope::tests::FakeClusterOptions;

namespace {

const std::map<std::string, std::string> Fast{{"hazelcast.heartbeat.interval.seconds", "1"},
                                              {"hazelcast.max.no.heartbeat.seconds", "10"},
                                              {"hazelcast.merge.first.run.delay.seconds", "20"},
                                              {"hazelcast.merge.next.run.delay.seconds", "10"}};

}  // namespace

TEST_CASE("a member with nobody else listed is its own master at once", "[schemes][membership]") {
  FakeCluster cluster({.members = 1, .well_known = {0}});
  cluster.start_all();
  CHECK(cluster.run_until_agreed({0}, 1s) >= 0);
  CHECK(cluster.node(0)->is_master());
  CHECK(cluster.node(0)->view().version() == 1);
}

TEST_CASE("a member whose listed peers refuse founds its own cluster after a second",
          "[schemes][membership]") {
  const Engine engine = GENERATE(Engine::Hz312, Engine::Hz53);
  FakeCluster cluster({.members = 3, .well_known = {0, 1}, .engine = engine});
  cluster.start(2);
  const double seconds = cluster.run_until_agreed({2}, 60s);
  CHECK(seconds >= 0.9);
  CHECK(seconds <= 1.3);
}

TEST_CASE("members that start together form one cluster, the smallest address its master",
          "[schemes][membership]") {
  const Engine engine = GENERATE(Engine::Hz312, Engine::Hz53);
  FakeCluster cluster({.members = 5, .well_known = {0, 1}, .engine = engine});
  cluster.start_all();
  const double seconds = cluster.run_until_agreed({0, 1, 2, 3, 4}, 60s);
  CHECK(seconds >= 10.0);
  CHECK(seconds <= 12.4);
  CHECK(cluster.node(0)->is_master());
}

TEST_CASE("a later member is admitted after the master's wait", "[schemes][membership]") {
  const Engine engine = GENERATE(Engine::Hz312, Engine::Hz53);
  FakeCluster cluster({.members = 2, .well_known = {0}, .engine = engine});
  cluster.start(0);
  cluster.world().run_for(3s);
  cluster.start(1);
  const double seconds = cluster.run_until_agreed({0, 1}, 60s);
  CHECK(seconds >= (engine == Engine::Hz312 ? 5.9 : 4.9));
  CHECK(seconds <= (engine == Engine::Hz312 ? 7.3 : 6.3));
}

TEST_CASE("a killed master is replaced by the next oldest within a second",
          "[schemes][membership]") {
  const Engine engine = GENERATE(Engine::Hz312, Engine::Hz53);
  FakeCluster cluster({.members = 3, .well_known = {0}, .engine = engine});
  cluster.start_all();
  REQUIRE(cluster.run_until_agreed({0, 1, 2}, 60s) >= 0);
  const std::int32_t version = cluster.node(1)->view().version();
  cluster.world().run_for(2s);
  cluster.host(0).kill();
  const double seconds = cluster.run_until_agreed({1, 2}, 60s);
  CHECK(seconds >= 0.3);
  CHECK(seconds <= 0.54);
  CHECK(cluster.node(1)->view().version() == version + 1);
}

TEST_CASE("the halves of a partition settle apart and merge after the heal",
          "[schemes][membership]") {
  const Engine engine = GENERATE(Engine::Hz312, Engine::Hz53);
  FakeCluster cluster(
      {.members = 5, .well_known = {0, 1, 2, 3, 4}, .engine = engine, .properties = Fast});
  cluster.start_all();
  REQUIRE(cluster.run_until_agreed({0, 1, 2, 3, 4}, 60s) >= 0);
  cluster.world().run_for(3s);
  const auto old_uuid = cluster.node(0)->uuid();
  cluster.cut({0, 1}, {2, 3, 4});
  CHECK(cluster.run_until_agreed({0, 1}, 60s) <= 12.0);
  CHECK(cluster.run_until_agreed({2, 3, 4}, 60s) >= 0);
  cluster.world().heal();
  const double seconds = cluster.run_until_agreed({0, 1, 2, 3, 4}, 60s);
  INFO(cluster.seen_by(0) << " " << cluster.seen_by(2));
  CHECK(seconds >= 0);
  CHECK(seconds <= 10.0 + 6.5 + 6.0);  // the next tick, the rejoin
  CHECK(cluster.node(0)->uuid() != old_uuid);
  CHECK(cluster.node(0)->previous_uuids().front() == old_uuid);
  CHECK_FALSE(cluster.node(0)->is_master());
}
