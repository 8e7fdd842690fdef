// Clusters that find each other through the simulated cloud.
#include <catch2/catch.hpp>

#include "scenarios/kit/sim_world.hpp"

using namespace splitscope;
using namespace splitscope::scenarios;
using namespace std::chrono_literals;

namespace {

ClusterSpec aws_cluster(std::uint32_t members) {
  ClusterSpec spec;
  spec.config.scheme = schemes::SchemeKind::Aws;
  spec.config.cloud.parameters = {{"tag-key", "cluster"}, {"tag-value", "orders"}};
  spec.cloud.tags = {{"cluster", "orders"}};
  spec.members = members;
  return spec;
}

struct Lab {
  explicit Lab(ClusterSpec spec, std::uint64_t seed = 1) : world(options(seed)) {
    const auto added = world.add_cluster(spec);
    REQUIRE(added.has_value());
    cluster = *added;
  }
  static SimWorldOptions options(std::uint64_t seed) {
    SimWorldOptions result;
    result.seed = seed;
    return result;
  }
  void start() { world.start(cluster, {.together = true}); }
  FaultId apply(FaultKind kind, cloud::CloudFault own = {}, Members members = {}) {
    Fault fault;
    fault.kind = kind;
    fault.cloud = std::move(own);
    if (!members.empty()) fault.groups = {members};
    const auto applied = world.apply(fault);
    REQUIRE(applied.has_value());
    return *applied;
  }
  const MemberState& member(std::uint32_t number) const {
    return world.observation().at(base::NodeId{number - 1});
  }
  SimWorld world;
  ClusterId cluster;
};

}  // namespace

TEST_CASE("cloud: members that EC2 lists become one cluster", "[scenarios][cloud]") {
  Lab lab(aws_cluster(3));
  lab.start();
  lab.world.run_for(40s);
  for (std::uint32_t number = 1; number <= 3; ++number) {
    CHECK(lab.member(number).view.size() == 3);
  }
  CHECK(lab.world.cloud_calls("DescribeInstances").calls >= 3);
  CHECK(lab.world.cloud_calls("").failed == 0);
}

TEST_CASE("cloud: a member that gets no answer waits for four time-outs, then is alone",
          "[scenarios][cloud]") {
  Lab lab(aws_cluster(1));
  const FaultId fault = lab.apply(FaultKind::CloudFail, {.status = 0});
  lab.start();
  lab.world.run_for(47s);  // 4 x 10 s, and 7.1 s between them
  CHECK_FALSE(lab.member(1).joined);
  lab.world.run_for(3s);
  CHECK(lab.member(1).joined);
  CHECK(lab.world.effect(fault).calls == 4);
}

TEST_CASE("cloud: a fault is of the members that it names", "[scenarios][cloud]") {
  Lab lab(aws_cluster(2));
  const FaultId fault = lab.apply(
      FaultKind::CloudFail, {.status = 403, .code = "UnauthorizedOperation"}, {base::NodeId{0}});
  lab.start();
  lab.world.run_for(60s);
  // The other one finds it all the same: one way suffices.
  CHECK(lab.member(1).view.size() == 2);
  CHECK(lab.world.effect(fault).calls >= 4);
}

TEST_CASE("cloud: a fault that no call met makes the run inconclusive", "[scenarios][cloud]") {
  Lab lab(aws_cluster(2));
  lab.apply(FaultKind::CloudEmpty, {.action = "ListTasks"});
  lab.start();
  lab.world.run_for(40s);
  CHECK(lab.world.finish().verdict == Verdict::Inconclusive);
}

TEST_CASE("cloud: a fault that is healed strikes nobody any more", "[scenarios][cloud]") {
  Lab lab(aws_cluster(2));
  const FaultId fault = lab.apply(FaultKind::CloudMetadataOff);
  lab.start();
  lab.world.run_for(100ms);
  lab.world.heal(fault);
  lab.world.run_for(40s);
  CHECK(lab.member(1).view.size() == 2);
}

TEST_CASE("cloud: what a dead life asked reaches nobody", "[scenarios][cloud]") {
  Lab lab(aws_cluster(1));
  lab.apply(FaultKind::CloudSlow, {.late_new = {5s, 5s}});
  lab.start();
  lab.world.run_for(2s);
  Fault kill;
  kill.kind = FaultKind::Restart;
  kill.after = 1s;
  kill.groups = {{base::NodeId{0}}};
  REQUIRE(lab.world.apply(kill).has_value());
  lab.world.run_for(60s);
  CHECK(lab.member(1).joined);
  CHECK(lab.member(1).incarnation.value == 2);
}

TEST_CASE("cloud: a terminated instance is off, and the next start launches another",
          "[scenarios][cloud]") {
  Lab lab(aws_cluster(2));
  lab.start();
  lab.world.run_for(40s);
  lab.apply(FaultKind::CloudTerminate, {}, {base::NodeId{1}});
  lab.world.run_for(10s);
  CHECK_FALSE(lab.member(2).host_on);
  Fault start;
  start.kind = FaultKind::Start;
  start.groups = {{base::NodeId{1}}};
  REQUIRE(lab.world.apply(start).has_value());
  lab.world.run_for(90s);
  const auto& instances = lab.world.cluster().cloud().model().inventory().instances();
  REQUIRE(instances.size() == 3);
  CHECK(instances[1].terminated_at.has_value());
  CHECK(instances[2].spec.address == instances[1].spec.address);  // an address used again
}

TEST_CASE("cloud: one seed, one digest", "[scenarios][determinism]") {
  const auto run = [](std::uint64_t seed) {
    Lab lab(aws_cluster(4), seed);
    lab.apply(FaultKind::CloudLag, {.late_new = {0s, 3s}});
    lab.start();
    lab.world.run_for(60s);
    return lab.world.digest();
  };
  CHECK(run(1) == run(1));
  CHECK(run(1) != run(2));
}
