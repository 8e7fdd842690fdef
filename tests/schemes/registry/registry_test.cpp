#include "schemes/registry/registry.hpp"

#include <catch2/catch.hpp>

#include "tests/support/fake_environment.hpp"

using namespace std::chrono_literals;
using namespace splitscope;
using namespace splitscope::schemes;
using tests::FakeHost;
using tests::FakeWorld;

namespace {

ClusterConfig wka(std::vector<WellKnownEntry> members) {
  ClusterConfig config;
  config.scheme = SchemeKind::Wka;
  config.wka.members = std::move(members);
  config.properties["hazelcast.wait.seconds.before.join"] = "0";
  return config;
}

const NodeInspection* run(FakeHost& host, const ClusterPlan& plan, MemberSettings settings = {}) {
  auto member = make_member(plan, settings, host.environment(), host);
  REQUIRE(member.has_value());
  host.run(std::move(member->program));
  return member->inspection;
}

std::string error_of(const ClusterConfig& config) {
  const auto plan = ClusterPlan::make(config);
  return plan ? "" : plan.error().message;
}

}  // namespace

TEST_CASE("registry: members made from one plan form a cluster, by list or by multicast",
          "[schemes][registry]") {
  ClusterConfig config = wka({{"10.0.0.1:5701"}});
  config.scheme = GENERATE(SchemeKind::Wka, SchemeKind::Multicast);
  config.engine = GENERATE(Engine::Hz312, Engine::Hz53);
  const auto plan = ClusterPlan::make(config);
  REQUIRE(plan.has_value());
  FakeWorld world;
  const NodeInspection* first = run(world.add_host(base::ipv4(10, 0, 0, 1)), *plan);
  world.run_for(5s);
  const NodeInspection* second = run(world.add_host(base::ipv4(10, 0, 0, 2)), *plan);
  world.run_for(8s);
  CHECK(first->is_master());
  CHECK(second->is_started());
  CHECK(second->view().size() == 2);
  CHECK(second->master() == first->endpoint());
  CHECK(second->cluster_name() == "dev");
}

TEST_CASE("registry: members of one host take the next free port, and of their own the one named",
          "[schemes][registry]") {
  const auto plan = ClusterPlan::make(wka({{"10.0.0.1"}}));
  REQUIRE(plan.has_value());
  FakeWorld world;
  FakeHost& host = world.add_host(base::ipv4(10, 0, 0, 1));
  const NodeInspection* member = run(host, *plan, {.port = 7000});
  world.run_for(3s);
  CHECK(member->endpoint().port == 7000);
}

TEST_CASE("registry: what cannot be run is refused with a sentence", "[schemes][registry]") {
  ClusterConfig config = wka({{"10.0.0.1"}});
  CHECK(error_of(config).empty());

  config.properties["hazelcast.max.no.heartbeat.seconds"] = "soon";
  CHECK(error_of(config).find("soon") != std::string::npos);
  config.properties.erase("hazelcast.max.no.heartbeat.seconds");

  CHECK(error_of(wka({{"10.0.0.1:99999"}})).find("99999") != std::string::npos);

  config.scheme = SchemeKind::Aws;
  CHECK(error_of(config).find("aws") != std::string::npos);
  config.scheme = SchemeKind::Wka;

  config.engine = Engine::Hz35;
  CHECK(error_of(config).find("hz-3.5") != std::string::npos);
  config.engine = Engine::Hz53;

  config.cluster_name = std::string(256, 'x');
  CHECK(error_of(config).find("256") != std::string::npos);
  config.cluster_name = "dev";

  config.port = 0;
  CHECK(error_of(config).find("port") != std::string::npos);
  config.port = 5701;

  config.wka.required_member = "somewhere.example";
  CHECK(error_of(config).find("somewhere.example") != std::string::npos);
}

TEST_CASE("registry: a required member is all that a joiner tries", "[schemes][registry]") {
  ClusterConfig config = wka({{"10.0.0.2:5701"}});
  config.wka.required_member = "10.0.0.1:5701";
  const auto plan = ClusterPlan::make(config);
  REQUIRE(plan.has_value());
  FakeWorld world;
  FakeHost& required = world.add_host(base::ipv4(10, 0, 0, 1));
  const NodeInspection* joiner = run(world.add_host(base::ipv4(10, 0, 0, 3)), *plan);
  world.run_for(60s);
  CHECK_FALSE(joiner->is_joined());
  // The required member itself founds the cluster.
  const NodeInspection* master = run(required, *plan);
  world.run_for(5s);
  CHECK(master->is_master());
  CHECK(joiner->view().size() == 2);
}

TEST_CASE("registry: a profile stands for a release", "[schemes][registry]") {
  CHECK(release_of(Engine::Hz312) == Version{3, 12, 13});
  CHECK(release_of(Engine::Hz53) == Version{5, 3, 8});
  CHECK(is_available(SchemeKind::Multicast));
  CHECK_FALSE(is_available(SchemeKind::Ecs));
}
