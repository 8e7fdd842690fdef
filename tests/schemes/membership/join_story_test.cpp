// Stories of members that want in, and of masters that let them in or do not.
#include <catch2/catch.hpp>

#include "schemes/membership/connection_monitor.hpp"
#include "tests/support/fake_cluster.hpp"

using namespace std::chrono_literals;
using splitscope::base::EventKind;
using splitscope::env::ProgramHost;
using splitscope::schemes::Engine;
using splitscope::schemes::JoinFailure;
using splitscope::schemes::JoinRefusal;
using splitscope::tests::FakeCluster;
using splitscope::tests::FakeClusterOptions;
using splitscope::tests::FakeHost;

namespace {

const std::map<std::string, std::string> NoWait{{"hazelcast.wait.seconds.before.join", "0"}};

// How often the host refused somebody for that reason.
std::size_t refusals(const FakeHost& host, JoinRefusal reason) {
  std::size_t count = 0;
  for (const FakeHost::Fact& fact : host.facts()) {
    if (fact.kind != EventKind::JoinRequestRefused) continue;
    if (fact.arguments[1] == static_cast<std::uint64_t>(reason)) ++count;
  }
  return count;
}

// Lets through all but the first `count` messages of that type.
void drop_first(FakeHost& host, splitscope::schemes::MessageType type, int count) {
  host.filter = [type, left = count](const splitscope::base::Message& frame) mutable {
    const auto header = splitscope::wire::read_frame_header(frame.bytes());
    if (!header || header->type != static_cast<std::uint16_t>(type) || left == 0) return true;
    --left;
    return false;
  };
}

}  // namespace

TEST_CASE(
    "join: a well-known member that accepts connections and never answers holds a joiner up "
    "for all of max.join.seconds",
    "[schemes][membership]") {
  const Engine engine = GENERATE(Engine::Hz312, Engine::Hz53);
  FakeCluster cluster({.members = 2, .well_known = {0}, .engine = engine});
  cluster.start(0);
  cluster.world().run_for(2s);
  cluster.host(0).pause();
  cluster.start(1);
  cluster.world().run_for(299s);
  CHECK(cluster.seen_by(1) == "not joined");
  cluster.world().run_for(12s);
  CHECK(cluster.seen_by(1) == "not running");
  CHECK(cluster.host(1).exited() == ProgramHost::Exit::GaveUp);
  CHECK(cluster.host(1).count(EventKind::JoinFailed) == 1);
}

TEST_CASE(
    "join: addresses that swallow what is sent delay a founder by the connect time-out, and "
    "by its vote where votes wait",
    "[schemes][membership]") {
  const Engine engine = GENERATE(Engine::Hz312, Engine::Hz53);
  FakeCluster cluster({.members = 2, .well_known = {0}, .engine = engine});
  cluster.world().cut(FakeCluster::address(0), FakeCluster::address(1));
  cluster.start(1);
  const double seconds = cluster.run_until_agreed({1}, 60s);
  CHECK(seconds == Approx(engine == Engine::Hz312 ? 11.0 : 15.0).margin(0.1));
}

TEST_CASE("join: another cluster name is refused and blacklisted; both clusters live on",
          "[schemes][membership]") {
  const Engine engine = GENERATE(Engine::Hz312, Engine::Hz53);
  FakeCluster cluster({.members = 2, .well_known = {0, 1}, .engine = engine});
  cluster.set_name(1, "other");
  cluster.start(0);
  cluster.world().run_for(3s);
  cluster.start(1);
  CHECK(cluster.run_until_agreed({1}, 10s) >= 0);
  CHECK(refusals(cluster.host(0), JoinRefusal::ClusterName) >= 1);
  cluster.world().run_for(400s);
  CHECK(cluster.seen_by(0) == "1");
  CHECK(cluster.seen_by(1) == "2");
}

TEST_CASE("join: another release is refused for good, and the joiner's start-up fails",
          "[schemes][membership]") {
  FakeCluster cluster({.members = 2, .well_known = {0}, .properties = NoWait});
  cluster.start(0);
  cluster.world().run_for(3s);
  cluster.version = {5, 4, 0};
  cluster.start(1);
  cluster.world().run_for(5s);
  CHECK(cluster.host(1).exited() == ProgramHost::Exit::GaveUp);
  CHECK(refusals(cluster.host(0), JoinRefusal::VersionMismatch) == 1);
  CHECK(cluster.seen_by(0) == "1");
}

TEST_CASE("join: another patch level is welcome", "[schemes][membership]") {
  FakeCluster cluster({.members = 2, .well_known = {0}, .properties = NoWait});
  cluster.start(0);
  cluster.world().run_for(3s);
  cluster.version = {5, 3, 1};
  cluster.start(1);
  CHECK(cluster.run_until_agreed({0, 1}, 5s) >= 0);
}

TEST_CASE("join: a member that knows the master only by another member is led to it",
          "[schemes][membership]") {
  FakeCluster cluster({.members = 3, .well_known = {0, 1}, .properties = NoWait});
  cluster.start(0);
  cluster.world().run_for(3s);
  cluster.start(1);
  REQUIRE(cluster.run_until_agreed({0, 1}, 10s) >= 0);
  // The third asks both; the master's own answers are lost, the other's suffices.
  cluster.start(2);
  CHECK(cluster.run_until_agreed({0, 1, 2}, 10s) >= 0);
}

TEST_CASE("join: a lost FinalizeJoin is sent again at the joiner's next request",
          "[schemes][membership]") {
  FakeCluster cluster({.members = 2, .well_known = {0}, .properties = NoWait});
  cluster.start(0);
  cluster.world().run_for(3s);
  drop_first(cluster.host(1), splitscope::schemes::MessageType::FinalizeJoin, 2);
  cluster.start(1);
  CHECK(cluster.run_until_agreed({0, 1}, 10s) >= 1.0);
  CHECK(cluster.node(0)->view().version() == 2);
}

TEST_CASE("join: a member that comes back at once under a new uuid replaces its old self",
          "[schemes][membership]") {
  FakeCluster cluster({.members = 3, .well_known = {0}, .properties = NoWait});
  cluster.start_all();
  REQUIRE(cluster.run_until_agreed({0, 1, 2}, 20s) >= 0);
  const auto old_uuid = cluster.node(1)->uuid();
  // Silence instead of a closed connection: nobody notices that it is gone.
  cluster.cut({1}, {0, 2});
  cluster.host(1).kill();
  cluster.world().run_for(1s);
  cluster.start(1);
  cluster.world().run_for(100ms);
  cluster.world().heal();
  REQUIRE(cluster.run_until_agreed({0, 1, 2}, 20s) >= 0);
  CHECK(cluster.node(1)->uuid() != old_uuid);
  CHECK_FALSE(cluster.node(0)->view().contains(old_uuid));
}

TEST_CASE("join: without a free port the start-up fails", "[schemes][membership]") {
  FakeCluster cluster({.members = 1, .well_known = {0}});
  class Squatter final : public splitscope::env::ConnectionHandler {
    void on_connected(splitscope::base::Endpoint, splitscope::env::ConnectionId) override {}
    void on_accepted(splitscope::base::Endpoint, splitscope::env::ConnectionId) override {}
    void on_message(splitscope::env::ConnectionId, const splitscope::base::Message&) override {}
    void on_closed(splitscope::env::ConnectionId, splitscope::env::CloseReason) override {}
  } squatter;
  REQUIRE(cluster.host(0).listen(5701, 1, squatter));
  cluster.start(0);
  cluster.world().run_for(1s);
  CHECK(cluster.host(0).exited() == ProgramHost::Exit::GaveUp);
}

TEST_CASE("join: the join window is the master's, and each newcomer moves its end",
          "[schemes][membership]") {
  FakeCluster cluster({.members = 3, .well_known = {0}});
  cluster.start(0);
  cluster.world().run_for(3s);
  cluster.start(1);
  cluster.world().run_for(3s);
  cluster.start(2);
  cluster.world().run_for(4s);
  CHECK(cluster.seen_by(0) == "1");
  CHECK(cluster.node(1)->join_state() == "asking");
  CHECK(cluster.run_until_agreed({0, 1, 2}, 10s) >= 0);
  // Both in one batch.
  CHECK(cluster.host(0).count(EventKind::ViewChanged) == 2);
}

TEST_CASE("connection monitor: a fault within the interval of another does not count",
          "[schemes][membership]") {
  using splitscope::base::RunStart;
  splitscope::schemes::FaultCount faults;
  CHECK_FALSE(faults.on_fault(RunStart + 1ms, 100ms, 3));
  for (int i = 2; i < 100; ++i) {
    CHECK_FALSE(faults.on_fault(RunStart + i * 1ms, 100ms, 3));
  }
  CHECK_FALSE(faults.on_fault(RunStart + 200ms, 100ms, 3));
  CHECK_FALSE(faults.on_fault(RunStart + 301ms, 100ms, 3));
  CHECK_FALSE(faults.on_fault(RunStart + 401ms, 100ms, 3));
  CHECK(faults.on_fault(RunStart + 402ms, 100ms, 3));
}
