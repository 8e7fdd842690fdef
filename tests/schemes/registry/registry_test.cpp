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

  config.scheme = SchemeKind::Kubernetes;
  CHECK(error_of(config).find("kubernetes") != std::string::npos);
  config.scheme = SchemeKind::Aws;
  config.cloud.parameters = {{"region", "aws-is-no-region"}};
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
  CHECK(is_available(SchemeKind::Ecs));
  CHECK_FALSE(is_available(SchemeKind::Kubernetes));
}

namespace {

// A cloud that lists the addresses; metadata answer, or do not.
struct FakeCloud {
  std::string list;
  bool has_metadata = true;
  std::size_t questions = 0;

  std::function<base::Result<env::HttpResponse>(const env::HttpRequest&)> web() {
    return [this](const env::HttpRequest& request) -> base::Result<env::HttpResponse> {
      if (request.url.find("DescribeInstances") == std::string::npos) {
        if (!has_metadata) return base::failure("refused");
        if (request.url.ends_with("group-name/")) return env::HttpResponse{404, {}, ""};
        return env::HttpResponse{200, {}, "us-east-1a"};
      }
      ++questions;
      return env::HttpResponse{200,
                               {},
                               "<DescribeInstancesResponse><reservationSet><item><instancesSet>" +
                                   list +
                                   "</instancesSet></item></reservationSet>"
                                   "</DescribeInstancesResponse>"};
    };
  }
  void add(base::Ipv4 address) {
    list += "<item><privateIpAddress>" + base::to_text(address) + "</privateIpAddress></item>";
  }
};

ClusterPlan aws_plan() {
  ClusterConfig config;
  config.scheme = SchemeKind::Aws;
  config.cloud.parameters = {{"tag-key", "cluster"}};
  auto plan = ClusterPlan::make(config);
  REQUIRE(plan.has_value());
  return *plan;
}

MemberSettings with_keys() {
  MemberSettings settings;
  settings.cloud.keys = wire::Credentials{"AKIA", "secret", ""};
  return settings;
}

}  // namespace

TEST_CASE("registry: members that AWS lists form a cluster", "[schemes][registry]") {
  const ClusterPlan plan = aws_plan();
  FakeWorld world;
  FakeCloud cloud;
  std::vector<const NodeInspection*> members;
  for (const std::uint8_t number : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{3}}) {
    FakeHost& host = world.add_host(base::ipv4(10, 0, 0, number));
    cloud.add(host.address());
    host.web = cloud.web();
    members.push_back(run(host, plan, with_keys()));
  }
  world.run_for(40s);
  for (const NodeInspection* member : members) {
    CHECK(member->is_started());
    CHECK(member->view().size() == 3);
  }
}

TEST_CASE("registry: a member that AWS lists nobody for asks for five seconds, then is alone",
          "[schemes][registry]") {
  const ClusterPlan plan = aws_plan();
  FakeWorld world;
  FakeCloud cloud;
  FakeHost& host = world.add_host(base::ipv4(10, 0, 0, 1));
  host.web = cloud.web();
  host.web_latency = 20ms;
  const NodeInspection* member = run(host, plan, with_keys());
  world.run_for(8s);
  CHECK(member->is_master());
  CHECK(member->view().size() == 1);
  // Recorded of real members: 11 to 14 calls, whose first ones took longer than ours.
  CHECK(cloud.questions >= 11);
  CHECK(cloud.questions <= 15);
}

TEST_CASE("registry: a member without instance metadata does not start", "[schemes][registry]") {
  const ClusterPlan plan = aws_plan();
  FakeWorld world;
  FakeCloud cloud;
  cloud.has_metadata = false;
  FakeHost& host = world.add_host(base::ipv4(10, 0, 0, 1));
  host.web = cloud.web();
  run(host, plan, with_keys());
  world.run_for(60s);
  CHECK(host.exited() == env::ProgramHost::Exit::GaveUp);
  CHECK(host.count(base::EventKind::JoinFailed) == 1);
}
