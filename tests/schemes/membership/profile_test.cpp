#include "schemes/membership/profile.hpp"

#include <set>

#include <catch2/catch.hpp>

#include "schemes/membership/properties.hpp"

namespace splitscope::schemes {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using Properties = std::map<std::string, std::string>;

Settings settings_of(Profile profile, const Properties& properties = {}) {
  const auto settings = resolve_settings(profile, properties);
  REQUIRE(settings);
  return *settings;
}

std::string error_of(const Properties& properties) {
  const auto settings = resolve_settings(Profile{}, properties);
  return settings ? "" : settings.error().message;
}

std::string default_of(std::string_view name, Engine engine, bool wso2 = false) {
  const PropertyRow* row = find_property(name);
  REQUIRE(row != nullptr);
  return std::string(default_value(*row, engine, wso2));
}

constexpr Profile Old{Engine::Hz35, false};
constexpr Profile Middle{Engine::Hz312, false};
constexpr Profile New{Engine::Hz53, false};
constexpr Profile NewWso2{Engine::Hz53, true};

}  // namespace

TEST_CASE("the defaults are those of each engine's documentation", "[schemes][profile]") {
  struct Expected {
    std::string_view name;
    std::string hz35, hz312, hz53;
  };
  const std::vector<Expected> table{
      {"hazelcast.heartbeat.interval.seconds", "1", "5", "5"},
      {"hazelcast.max.no.heartbeat.seconds", "300", "60", "60"},
      {"hazelcast.master.confirmation.interval.seconds", "30", "30", ""},
      {"hazelcast.max.no.master.confirmation.seconds", "500", "150", ""},
      {"hazelcast.member.list.publish.interval.seconds", "300", "60", "60"},
      {"hazelcast.merge.first.run.delay.seconds", "300", "300", "300"},
      {"hazelcast.merge.next.run.delay.seconds", "120", "120", "120"},
      {"hazelcast.wait.seconds.before.join", "5", "5", "5"},
      {"hazelcast.max.wait.seconds.before.join", "20", "20", "20"},
      {"hazelcast.max.join.seconds", "300", "300", "300"},
      {"hazelcast.max.join.merge.target.seconds", "20", "20", "20"},
      {"hazelcast.tcp.join.port.try.count", "3", "3", "3"},
      {"hazelcast.mastership.claim.timeout.seconds", "", "120", "120"},
      {"hazelcast.connect.all.wait.seconds", "120", "120", "120"},
      {"hazelcast.connection.monitor.interval", "100", "100", "100"},
      {"hazelcast.connection.monitor.max.faults", "3", "3", "3"},
      {"hazelcast.socket.connect.timeout.seconds", "0", "10", "10"},
      {"hazelcast.initial.min.cluster.size", "0", "0", "0"},
      {"hazelcast.partition.count", "271", "271", "271"},
      {"hazelcast.graceful.shutdown.max.wait", "600", "600", "600"},
      {"hazelcast.heartbeat.failuredetector.type", "", "deadline", "deadline"},
      {"hazelcast.heartbeat.phiaccrual.failuredetector.threshold", "", "10", "10"},
      {"hazelcast.heartbeat.phiaccrual.failuredetector.sample.size", "", "200", "200"},
      {"hazelcast.heartbeat.phiaccrual.failuredetector.min.std.dev.millis", "", "100", "100"},
      {"hazelcast.partial.member.disconnection.resolution.heartbeat.count", "", "", "0"},
      {"hazelcast.stale.join.prevention.duration.seconds", "", "30", "30"},
  };
  for (const Expected& row : table) {
    INFO(row.name);
    CHECK(default_of(row.name, Engine::Hz35) == row.hz35);
    CHECK(default_of(row.name, Engine::Hz312) == row.hz312);
    CHECK(default_of(row.name, Engine::Hz53) == row.hz53);
  }
}

TEST_CASE("names are unique and every default is a value that its own row accepts",
          "[schemes][profile]") {
  std::set<std::string_view> names;
  for (const PropertyRow& row : property_table()) {
    INFO(row.name);
    CHECK(names.insert(row.name).second);
    CHECK(row.name.starts_with("hazelcast."));
    CHECK_FALSE((row.hz35.empty() && row.hz312.empty() && row.hz53.empty()));
    for (const std::string_view value : {row.hz35, row.hz312, row.hz53, row.wso2}) {
      if (!value.empty()) CHECK(parse_property(row, value));
    }
  }
}

TEST_CASE("hz-5.3 resolves to its typed defaults", "[schemes][profile]") {
  const Settings settings = settings_of(New);
  CHECK(settings.heartbeat_interval == 5s);
  CHECK(settings.max_no_heartbeat == 60s);
  CHECK(settings.failure_detector == DetectorKind::Deadline);
  CHECK(settings.phi_threshold_thousandths == 10'000);
  CHECK(settings.phi_min_std_dev == 100ms);
  CHECK(settings.member_list_publish_interval == 60s);
  CHECK(settings.merge_first_run_delay == 300s);
  CHECK(settings.merge_next_run_delay == 120s);
  CHECK(settings.wait_before_join == 5s);
  CHECK(settings.max_wait_before_join == 20s);
  CHECK(settings.max_join == 300s);
  CHECK(settings.max_join_merge_target == 20s);
  CHECK(settings.mastership_claim_timeout == 120s);
  CHECK(settings.connection_monitor_interval == 100ms);
  CHECK(settings.connection_monitor_max_faults == 3);
  CHECK(settings.socket_connect_timeout == 10s);
  CHECK(settings.address_retention == 4h);
  CHECK(settings.stale_join_prevention == 30s);
  CHECK(settings.master_confirmation_interval == 0s);
  CHECK(settings.ignored_properties.empty());
}

TEST_CASE("WSO2 sets its own time-outs, where the engine has them", "[schemes][profile]") {
  const Settings settings = settings_of(NewWso2);
  CHECK(settings.max_no_heartbeat == 600s);
  CHECK(settings.merge_first_run_delay == 60s);
  CHECK(settings.merge_next_run_delay == 30s);
  CHECK(settings.heartbeat_interval == 5s);
  CHECK(settings.max_no_master_confirmation == 0s);
  CHECK(settings_of({Engine::Hz312, true}).max_no_master_confirmation == 900s);
}

TEST_CASE("a user's property beats WSO2's and the engine's", "[schemes][profile]") {
  const Properties properties{{"hazelcast.max.no.heartbeat.seconds", "60"},
                              {"hazelcast.merge.first.run.delay.seconds", "120"}};
  const Settings settings = settings_of(NewWso2, properties);
  CHECK(settings.max_no_heartbeat == 60s);
  CHECK(settings.merge_first_run_delay == 120s);
  CHECK(settings.merge_next_run_delay == 30s);
}

TEST_CASE("phi accrual is chosen and tuned by its properties", "[schemes][profile]") {
  const Settings settings = settings_of(
      New, {{"hazelcast.heartbeat.failuredetector.type", "phi-accrual"},
            {"hazelcast.heartbeat.phiaccrual.failuredetector.threshold", "8.5"},
            {"hazelcast.heartbeat.phiaccrual.failuredetector.min.std.dev.millis", "250"}});
  CHECK(settings.failure_detector == DetectorKind::PhiAccrual);
  CHECK(settings.phi_threshold_thousandths == 8'500);
  CHECK(settings.phi_min_std_dev == 250ms);
}

TEST_CASE("a bad value is told with the property, the value and what to write",
          "[schemes][profile]") {
  CHECK(error_of({{"hazelcast.max.no.heartbeat.seconds", "10s"}}) ==
        "hazelcast.max.no.heartbeat.seconds is \"10s\"; write whole seconds of 1 to 2147483647");
  CHECK(error_of({{"hazelcast.max.no.heartbeat.seconds", "-1"}}).find("\"-1\"") !=
        std::string::npos);
  CHECK(error_of({{"hazelcast.max.join.seconds", "2147483648"}}).find("write") !=
        std::string::npos);
  CHECK(error_of({{"hazelcast.heartbeat.failuredetector.type", "ping"}}) ==
        "hazelcast.heartbeat.failuredetector.type is \"ping\"; write deadline or phi-accrual");
  CHECK(error_of({{"hazelcast.discovery.enabled", "yes"}}).find("true or false") !=
        std::string::npos);
  CHECK(error_of({{"hazelcast.heartbeat.phiaccrual.failuredetector.threshold", "0.5"}})
            .find("1 to 100") != std::string::npos);
  CHECK_FALSE(
      error_of({{"hazelcast.heartbeat.phiaccrual.failuredetector.threshold", "8.12345"}}).empty());
  CHECK_FALSE(error_of({{"hazelcast.max.join.seconds", ""}}).empty());
}

TEST_CASE("a misspelt membership property is an error, not ignored", "[schemes][profile]") {
  CHECK(error_of({{"hazelcast.max.no.hearbeat.seconds", "60"}}) ==
        "hazelcast.max.no.hearbeat.seconds is no property of Hazelcast; "
        "write hazelcast.max.no.heartbeat.seconds");
  CHECK(error_of({{"hazelcast.merge.first.delay", "60"}})
            .find("not a membership property that is known here") != std::string::npos);
}

TEST_CASE("other properties are ignored and listed", "[schemes][profile]") {
  const Settings settings =
      settings_of(New, {{"hazelcast.phone.home.enabled", "false"},
                        {"hazelcast.max.no.master.confirmation.seconds", "900"},
                        {"hazelcast.operation.call.timeout.millis", "30000"}});
  CHECK(settings.ignored_properties ==
        std::vector<std::string>{"hazelcast.max.no.master.confirmation.seconds",
                                 "hazelcast.phone.home.enabled"});
}

TEST_CASE("the configuration's own join settings are carried over", "[schemes][profile]") {
  ClusterConfig config;
  config.wka.connection_timeout = 12s;
  config.multicast.timeout = 60s;
  const auto settings = resolve_settings(config);
  REQUIRE(settings);
  CHECK(settings->connection_timeout == 12s);
  CHECK(settings->multicast.timeout == 60s);
}

TEST_CASE("engines differ as they were recorded to", "[schemes][profile]") {
  const Behaviour hz53 = behaviour_of(New);
  const Behaviour hz312 = behaviour_of(Middle);
  const Behaviour hz35 = behaviour_of(Old);
  CHECK(hz53.tie_break == TieBreak::GreaterText);
  CHECK(hz312.tie_break == TieBreak::GreaterText);
  CHECK(hz35.tie_break == TieBreak::GreaterHash);
  // Rule 13: 3.12.13 and 5.3.8 keep addresses; only 5.3.8 those that merely checked us.
  CHECK(hz53.keeps_joined_addresses);
  CHECK(hz312.keeps_joined_addresses);
  CHECK_FALSE(hz35.keeps_joined_addresses);
  CHECK(hz53.keeps_checking_addresses);
  CHECK_FALSE(hz312.keeps_checking_addresses);
  CHECK(hz53.non_master_names_master);
  CHECK_FALSE(hz312.non_master_names_master);
  CHECK_FALSE(hz35.has_view_versions);
  CHECK(behaviour_of(NewWso2).wso2_listener_learns);
  CHECK_FALSE(hz53.wso2_listener_learns);
}

TEST_CASE("under WSO2 hz-3.12 is 3.12.2, which forgets addresses", "[schemes][profile]") {
  CHECK_FALSE(behaviour_of({Engine::Hz312, true}).keeps_joined_addresses);
}

TEST_CASE("bounds hold what was recorded and stay useful", "[schemes][profile][bounds]") {
  const Properties lab{{"hazelcast.heartbeat.interval.seconds", "1"},
                       {"hazelcast.max.no.heartbeat.seconds", "10"},
                       {"hazelcast.merge.first.run.delay.seconds", "20"},
                       {"hazelcast.merge.next.run.delay.seconds", "10"}};
  for (const Profile profile : {Middle, New}) {
    const Bounds bounds = compute_bounds(settings_of(profile, lab), SchemeKind::Wka, 5);
    CHECK(bounds.join > 15'500ms);
    CHECK(bounds.join < 60s);
    CHECK(bounds.detect > 11'400ms);
    CHECK(bounds.detect < 20s);
    CHECK(bounds.elect > 20'500ms);
    CHECK(bounds.elect < 40s);
    CHECK(bounds.merge > 22s);
    CHECK(bounds.merge < 100s);
  }
}

TEST_CASE("bounds follow the settings", "[schemes][profile][bounds]") {
  const Bounds plain = compute_bounds(settings_of(New), SchemeKind::Wka, 3);
  const Bounds wso2 = compute_bounds(settings_of(NewWso2), SchemeKind::Wka, 3);
  CHECK(plain.detect > 61'100ms);
  CHECK(plain.detect < 80s);
  CHECK(wso2.detect > 600s);
  CHECK(wso2.merge < plain.merge);
  CHECK(plain.elect > plain.detect);

  ClusterConfig config;
  config.multicast.timeout = 60s;
  const auto slow = resolve_settings(config);
  REQUIRE(slow);
  CHECK(compute_bounds(*slow, SchemeKind::Multicast, 3).join > 97s);
  CHECK(compute_bounds(settings_of(New), SchemeKind::Multicast, 3).join > 13'200ms);
}

TEST_CASE("bounds do not overflow, whatever is configured", "[schemes][profile][bounds]") {
  Properties properties;
  for (const PropertyRow& row : property_table()) {
    if (row.unit == PropertyUnit::Seconds) properties.emplace(row.name, "2147483647");
  }
  const Bounds bounds = compute_bounds(settings_of(New, properties), SchemeKind::Wka, 10'000);
  for (const base::Duration bound : {bounds.join, bounds.detect, bounds.elect, bounds.merge}) {
    CHECK(bound > 24h * 365);
  }
}

TEST_CASE("3.5 takes three seconds more for each further lost member",
          "[schemes][profile][bounds]") {
  const Settings old = settings_of(Old);
  CHECK(compute_bounds(old, SchemeKind::Wka, 3).detect > 306s);
  CHECK(compute_bounds(old, SchemeKind::Wka, 3).detect < 330s);
}

}  // namespace splitscope::schemes
