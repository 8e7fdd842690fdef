#include "scenarios/compare/cloud_variants.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "scenarios/compare/plan.hpp"

using namespace splitscope;
using namespace splitscope::scenarios;
using Catch::Matchers::Contains;

namespace {

using Texts = std::map<std::string, std::string>;

ImportedConfig cloud_config(schemes::SchemeKind kind, const Texts& parameters) {
  ImportedConfig imported;
  imported.config.scheme = kind;
  imported.config.port = 5701;
  imported.config.cloud.parameters = parameters;
  return imported;
}

base::Result<ComparisonPlan> cloud_plan(const ImportedConfig& imported, const std::string& site) {
  PlanOptions options;
  options.seeds = 2;
  options.site = site;
  options.scenarios.push_back({.name = "s", .title = "", .path = "s.lua", .text = ""});
  return make_plan(imported, options);
}

std::vector<std::string> names_of(const ComparisonPlan& plan) {
  std::vector<std::string> names;
  for (const SchemeVariant& scheme : plan.schemes) names.push_back(scheme.name);
  return names;
}

const ClusterSpec& cluster_of(const ComparisonPlan& plan, const std::string& name) {
  return std::ranges::find(plan.schemes, name, &SchemeVariant::name)->cluster;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a list in a cloud is compared with all four schemes", "[scenarios][compare]") {
  ImportedConfig imported;
  imported.config.scheme = schemes::SchemeKind::Wka;
  imported.config.port = 4000;
  imported.config.wka.members = {{"10.0.5.1:4000"}, {"10.0.5.2:4000"}, {"10.0.5.3:4000"}};
  const auto plan = cloud_plan(imported, "vpc");
  REQUIRE(plan.has_value());
  CHECK(names_of(*plan) == Names{"your list", "n1 only", "n1 and n2", "multicast", "aws", "ecs"});
  CHECK(cluster_of(*plan, "your list").config.port == 4000);
  // On the port that the plugin tries, or they could not find each other.
  CHECK(cluster_of(*plan, "aws").config.port == 5701);
  CHECK(cluster_of(*plan, "aws").ports.empty());
  CHECK(cluster_of(*plan, "ecs").cloud.is_task);
  const auto on_premises = cloud_plan(imported, "");
  REQUIRE(on_premises.has_value());
  CHECK(on_premises->site == "lan");
  CHECK(on_premises->schemes.size() == 4);
}

TEST_CASE("files that ask a cloud are compared in one, the schemes of the cloud first",
          "[scenarios][compare]") {
  const auto plan = cloud_plan(
      cloud_config(schemes::SchemeKind::Aws,
                   {{"tag-key", "app"}, {"tag-value", "shop"}, {"security-group-name", "hz"}}),
      "");
  REQUIRE(plan.has_value());
  CHECK(plan->site == "vpc");
  CHECK(names_of(*plan) == Names{"aws", "ecs", "n1 only", "n1 and n2", "multicast"});
  CHECK(cluster_of(*plan, "aws").cloud.tags == Texts{{"app", "shop"}});
  CHECK(cluster_of(*plan, "aws").cloud.security_group == "hz");
}

TEST_CASE("a port that the plugin does not try is compared as it is, and beside it one that works",
          "[scenarios][compare]") {
  ImportedConfig imported = cloud_config(schemes::SchemeKind::Aws, {{"tagKey", "app"}});
  imported.config.wso2 = true;
  imported.config.port = 4000;
  const auto plan = cloud_plan(imported, "");
  REQUIRE(plan.has_value());
  CHECK(cluster_of(*plan, "aws").config.port == 4000);
  CHECK(cluster_of(*plan, "aws on 5701").config.port == 5701);
}

TEST_CASE("the tag that ECS consoles no longer give is on no instance", "[scenarios][compare]") {
  ImportedConfig imported =
      cloud_config(schemes::SchemeKind::Ecs, {{"tagKey", "aws:cloudformation:stack-name"},
                                              {"tagValue", "EC2ContainerService-shop"},
                                              {"networkInterface", "10.77.*.*"}});
  imported.config.wso2 = true;
  const auto plan = cloud_plan(imported, "");
  REQUIRE(plan.has_value());
  CHECK(cluster_of(*plan, "ecs").cloud.tags.empty());
}

TEST_CASE("settings of a cloud that cannot be end the plan with a sentence",
          "[scenarios][compare]") {
  const auto plan = cloud_plan(cloud_config(schemes::SchemeKind::Aws, {{"region", "moon"}}), "");
  REQUIRE_FALSE(plan.has_value());
  CHECK_THAT(plan.error().message, Contains("moon"));
}

TEST_CASE("hz-3.12 is not compared on ECS, which it does not know", "[scenarios][compare]") {
  ImportedConfig imported = cloud_config(schemes::SchemeKind::Aws, {{"tag-key", "app"}});
  imported.config.engine = schemes::Engine::Hz312;
  const auto plan = cloud_plan(imported, "");
  REQUIRE(plan.has_value());
  CHECK(names_of(*plan) == Names{"aws", "n1 only", "n1 and n2", "multicast"});
}
