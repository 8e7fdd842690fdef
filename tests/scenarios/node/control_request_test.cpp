#include "scenarios/node/control_request.hpp"

#include <catch2/catch.hpp>

#include "scenarios/node/message_rules.hpp"
#include "schemes/membership/messages.hpp"

namespace splitscope::scenarios {
namespace {

std::string error_of(std::string_view line) {
  const auto request = parse_control_request(line);
  return request.has_value() ? "" : request.error().message;
}

}  // namespace

TEST_CASE("requests with their arguments", "[node][control]") {
  const auto facts = parse_control_request(R"({"command": "facts", "from": 7})");
  REQUIRE(facts.has_value());
  CHECK(std::get<FactsRequest>(*facts).from == 7);
  CHECK(std::get<FactsRequest>(*parse_control_request(R"({"command": "facts"})")).from == 1);
  const auto clock = parse_control_request(R"({"command": "clock", "step_ns": -5})");
  REQUIRE(clock.has_value());
  CHECK(std::get<ClockRequest>(*clock).step == base::Duration{-5});
  CHECK_FALSE(std::get<ClockRequest>(*clock).drift_ppb.has_value());
  const auto drift = parse_control_request(R"({"command": "clock", "drift_ppb": -200000})");
  REQUIRE(drift.has_value());
  CHECK(std::get<ClockRequest>(*drift).drift_ppb == -200'000);
  const auto slow = parse_control_request(R"({"command": "slow", "service_ns": 4000000})");
  REQUIRE(slow.has_value());
  CHECK(std::get<SlowRequest>(*slow).service_time == std::chrono::milliseconds{4});
  const auto watch = parse_control_request(R"({"command": "watch", "type": "FinalizeJoin"})");
  REQUIRE(watch.has_value());
  CHECK(std::get<WatchRequest>(*watch).type ==
        static_cast<std::uint16_t>(schemes::MessageType::FinalizeJoin));
  const auto rule = parse_control_request(
      R"({"command": "rule", "id": 3, "kind": "delay", "type": "FinalizeJoin",)"
      R"( "from": ["10.0.0.2", "10.0.0.1"], "nth": 2, "delay_ns": 1000})");
  REQUIRE(rule.has_value());
  const auto& added = std::get<AddRuleRequest>(*rule);
  CHECK(added.id == 3);
  CHECK(added.rule.kind == FaultKind::DelayMessage);
  CHECK(added.rule.type == static_cast<std::uint16_t>(schemes::MessageType::FinalizeJoin));
  CHECK(added.rule.from == Members{MessageRules::node_of(base::ipv4(10, 0, 0, 1)),
                                   MessageRules::node_of(base::ipv4(10, 0, 0, 2))});
  CHECK(added.rule.nth == 2);
  CHECK(added.rule.delay == base::Duration{1000});
}

TEST_CASE("what cannot be asked is refused with what to write", "[node][control]") {
  CHECK_THAT(error_of("status"), Catch::Contains("one JSON object"));
  CHECK_THAT(error_of("[]"), Catch::Contains("one JSON object"));
  CHECK_THAT(error_of("{}"), Catch::Contains("\"command\" must be"));
  CHECK_THAT(error_of(R"({"command": "dance"})"), Catch::Contains("\"command\" must be"));
  CHECK_THAT(error_of(R"({"command": "facts", "from": 0})"), Catch::Contains("\"from\""));
  CHECK_THAT(error_of(R"({"command": "clock"})"), Catch::Contains("\"step_ns\""));
  CHECK_THAT(error_of(R"({"command": "clock", "drift_ppb": 1000000001})"),
             Catch::Contains("\"drift_ppb\""));
  CHECK_THAT(error_of(R"({"command": "slow"})"), Catch::Contains("\"service_ns\""));
  CHECK_THAT(error_of(R"({"command": "slow", "service_ns": 10000000001})"),
             Catch::Contains("\"service_ns\""));
  CHECK_THAT(error_of(R"({"command": "watch"})"), Catch::Contains("\"type\""));
  CHECK_THAT(error_of(R"({"command": "unrule"})"), Catch::Contains("\"id\""));
  const auto rule_error = [](const std::string& rest) {
    return error_of(R"({"command": "rule", "id": 1, "kind": "drop")" + rest + "}");
  };
  CHECK(rule_error("").empty());
  CHECK_THAT(rule_error(R"(, "type": "Nonsense")"), Catch::Contains("\"type\""));
  CHECK_THAT(rule_error(R"(, "from": ["n1"])"), Catch::Contains("\"from\""));
  CHECK_THAT(rule_error(R"(, "nth": -1)"), Catch::Contains("\"nth\""));
  CHECK_THAT(rule_error(R"(, "delay_ns": 1.5)"), Catch::Contains("\"delay_ns\""));
  CHECK_THAT(error_of(R"({"command": "rule", "id": 1, "kind": "burn"})"),
             Catch::Contains("\"kind\""));
}

TEST_CASE("rules have the client's ids, once, and a limit", "[node][control]") {
  MessageRules rules;
  CHECK(rules.install(5, {}).has_value());
  CHECK_FALSE(rules.install(5, {}).has_value());
  for (std::uint64_t id = 100; rules.touched().size() < MessageRules::RuleCountMax; ++id) {
    REQUIRE(rules.install(id, {}).has_value());
  }
  CHECK_FALSE(rules.install(6, {}).has_value());
}

}  // namespace splitscope::scenarios
