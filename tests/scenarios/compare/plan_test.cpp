#include "scenarios/compare/plan.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "scenarios/compare/member_places.hpp"

using namespace splitscope;
using namespace splitscope::scenarios;

namespace {

ImportedConfig wka_config(std::initializer_list<const char*> entries) {
  ImportedConfig imported;
  imported.config.scheme = schemes::SchemeKind::Wka;
  for (const char* entry : entries) imported.config.wka.members.push_back({entry});
  return imported;
}

PlanOptions one_scenario() {
  PlanOptions options;
  options.seeds = 4;
  options.scenarios.push_back({.name = "steady_state", .title = "", .path = "s.lua", .text = ""});
  return options;
}

ComparisonPlan plan_of(const ImportedConfig& imported) {
  auto plan = make_plan(imported, one_scenario());
  REQUIRE(plan.has_value());
  return *plan;
}

std::vector<std::string> scheme_names(const ComparisonPlan& plan) {
  std::vector<std::string> names;
  for (const SchemeVariant& scheme : plan.schemes) names.push_back(scheme.name);
  return names;
}

bool assumes(const ComparisonPlan& plan, const std::string& words) {
  return std::ranges::any_of(plan.assumptions, [&](const std::string& sentence) {
    return sentence.find(words) != std::string::npos;
  });
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a list of three is compared with its first, its first two and multicast",
          "[scenarios][compare]") {
  const ComparisonPlan plan = plan_of(wka_config({"10.0.5.1:4000", "10.0.5.7", "10.0.5.9"}));
  CHECK(scheme_names(plan) == Names{"your list", "n1 only", "n1 and n2", "multicast"});
  CHECK(plan.members == 3);
  const auto& first = plan.schemes[1].cluster.config.wka.members;
  REQUIRE(first.size() == 1);
  CHECK(first[0].text == "10.0.5.1:4000");
  CHECK(plan.schemes[2].cluster.config.wka.members.size() == 2);
  CHECK(plan.schemes[3].cluster.config.scheme == schemes::SchemeKind::Multicast);
}

TEST_CASE("a list of one is compared once, and with two", "[scenarios][compare]") {
  const ComparisonPlan plan = plan_of(wka_config({"10.0.5.2"}));
  CHECK(scheme_names(plan) == Names{"your list", "n1 and n2", "multicast"});
  CHECK(assumes(plan, "compared once"));
  CHECK(assumes(plan, "Your list has one entry"));
}

TEST_CASE("multicast has no list, so the first members are taken", "[scenarios][compare]") {
  ImportedConfig imported;
  imported.config.scheme = schemes::SchemeKind::Multicast;
  const ComparisonPlan plan = plan_of(imported);
  CHECK(scheme_names(plan) == Names{"multicast", "n1 only", "n1 and n2"});
  CHECK(plan.schemes[1].cluster.config.wka.members[0].text ==
        base::to_text(plan.schemes[1].cluster.addresses[0]));
  CHECK(assumes(plan, "has no list"));
}

TEST_CASE("listed addresses belong to members in order and others follow in the same net",
          "[scenarios][compare]") {
  const auto listed = listed_members({{"10.0.5.12"}, {"db.example:4001"}});
  const MemberPlaces places = place_members(listed, schemes::ClusterConfig{}, 4, 1);
  REQUIRE(places.addresses.size() == 5);
  CHECK(places.addresses[0] == base::ipv4(10, 0, 5, 12));
  CHECK(places.host_names[1] == "db.example");
  CHECK(places.ports[1] == 4001);
  CHECK(places.addresses[1] == base::ipv4(10, 0, 5, 11));
  CHECK(places.addresses[2] == base::ipv4(10, 0, 5, 13));  // .12 has an owner
  CHECK(places.addresses[4] == base::ipv4(10, 0, 5, 15));
}

TEST_CASE("a list that fills its net leaves other members places in the next",
          "[scenarios][compare]") {
  const auto listed = listed_members({{"10.0.5.*"}});
  const MemberPlaces places = place_members(listed, schemes::ClusterConfig{}, 2, 1);
  CHECK(places.addresses[2].value >> 8 == base::ipv4(10, 0, 6, 0).value >> 8);
  CHECK_FALSE(places.notes.empty());
}

TEST_CASE("the window is twice the slowest chain and a minute", "[scenarios][compare]") {
  ImportedConfig imported = wka_config({"10.0.5.2"});
  imported.config.properties = {{"hazelcast.max.no.heartbeat.seconds", "50"},
                                {"hazelcast.merge.first.run.delay.seconds", "20"},
                                {"hazelcast.merge.next.run.delay.seconds", "10"}};
  const ComparisonPlan plan = plan_of(imported);
  CHECK(plan.window == std::chrono::seconds{2 * (50 + 20 + 10) + 60});
  CHECK(plan.fault_phase == std::chrono::seconds{10});
}

TEST_CASE("newcomers start in the middle of equal parts of the window", "[scenarios][compare]") {
  const base::Duration window = std::chrono::seconds{100};
  CHECK(probe_instant(window, 0, 4) == std::chrono::milliseconds{12'500});
  CHECK(probe_instant(window, 3, 4) == std::chrono::milliseconds{87'500});
  CHECK(probe_instant(window, 0, 1) == std::chrono::seconds{50});
}

TEST_CASE("some of the schemes are measured as long as all", "[scenarios][compare]") {
  ImportedConfig imported = wka_config({"10.0.5.1", "10.0.5.7", "10.0.5.9"});
  PlanOptions options = one_scenario();
  options.schemes = {"multicast", "n1 only"};
  const auto some = make_plan(imported, options);
  REQUIRE(some.has_value());
  CHECK(scheme_names(*some) == Names{"n1 only", "multicast"});
  CHECK(some->is_of_some_schemes);
  const ComparisonPlan all = plan_of(imported);
  CHECK(some->window == all.window);
  CHECK(some->join_bound == all.join_bound);
  options.schemes = {"n2 only"};
  const auto none = make_plan(imported, options);
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().message ==
        "--schemes: there is no scheme \"n2 only\" here; choose from \"your list\", \"n1 only\", "
        "\"n1 and n2\", \"multicast\"");
}

TEST_CASE("seeds begin where they are told to", "[scenarios][compare]") {
  PlanOptions options = one_scenario();
  options.first_seed = 17;
  options.seeds = 2;
  const auto plan = make_plan(wka_config({"10.0.5.1"}), options);
  REQUIRE(plan.has_value());
  CHECK(plan->seeds == std::vector<std::uint64_t>{17, 18});
}

TEST_CASE("what cannot be compared is an error that says what to give", "[scenarios][compare]") {
  const ImportedConfig imported = wka_config({"10.0.5.2"});
  PlanOptions options = one_scenario();
  options.members = ComparedMembersMax + 1;
  CHECK_FALSE(make_plan(imported, options).has_value());
  options.members = ComparedMembersMax;
  CHECK(make_plan(imported, options).has_value());
  options.site = "moon";
  CHECK(make_plan(imported, options).error().message.find("lan, routed") != std::string::npos);
  ImportedConfig off = imported;
  off.config.scheme = schemes::SchemeKind::None;
  CHECK_FALSE(make_plan(off, one_scenario()).has_value());
}
