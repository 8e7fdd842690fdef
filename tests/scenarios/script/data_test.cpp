// Clients in scripts: c:probe, the availability they see, and what a run_with_data says of them.
#include <catch2/catch.hpp>

#include "scenarios/script/play.hpp"

using namespace splitscope;
using namespace splitscope::scenarios;
using Catch::Matchers::Contains;

namespace {

const std::string Five =
    "c = cluster { scheme = wka { well_known = { 1, 2 } }, members = 5 } c:start()\n"
    "run_until(c:agreed(), '120s')\n";

Played run_with_data(const std::string& text) {
  RunSpec spec;
  spec.script_path = "test.lua";
  spec.script = text;
  spec.seed = 3;
  return play(spec, {});
}

}  // namespace

TEST_CASE("script: clients hardly notice one killed member, and nothing is lost",
          "[scenarios][script][data]") {
  const Played played = run_with_data(
      Five +
      "c:probe { entries = 500 } run_for('5s') kill('n3') run_for('20s')\n"
      "expect(c:availability { of = 'client' }:at_least(0.97), 'clients are served')\n"
      "print(c:availability { of = 'client' }:value() <= 1)");
  INFO(played.script.error);
  CHECK(played.record.verdict == Verdict::Pass);
  REQUIRE(played.record.metrics.clients.has_value());
  const ClientMetrics& clients = *played.record.metrics.clients;
  CHECK(clients.entries == 500);
  CHECK(clients.lost_writes == 0);
  CHECK(clients.stale_reads == 0);
  // Four clients, five keys, twice a second, for twenty seconds.
  CHECK(clients.requests >= 780);
  CHECK(clients.requests <= 840);
  CHECK(played.notes == std::vector<std::string>{"true"});
}

TEST_CASE("script: two members killed at once lose a tenth of what is held",
          "[scenarios][script][data]") {
  const Played played = run_with_data(
      Five + "c:probe { entries = 1000 } run_for('5s') kill({ 'n3', 'n4' }) run_for('20s')");
  INFO(played.script.error);
  REQUIRE(played.record.metrics.clients.has_value());
  CHECK(played.record.metrics.clients->lost_writes >= 50);
  CHECK(played.record.metrics.clients->lost_writes <= 170);
}

TEST_CASE("script: a minority without a quorum answers nobody", "[scenarios][script][data]") {
  const std::string script =
      "c = cluster { scheme = wka { well_known = 'all' }, members = 3, data = { quorum = QUORUM "
      "},\n"
      "  properties = { ['hazelcast.heartbeat.interval.seconds'] = 1,\n"
      "                 ['hazelcast.max.no.heartbeat.seconds'] = 10 } }\n"
      "c:start() run_until(c:agreed(), '120s') c:probe { entries = 10 } run_for('5s')\n"
      "partition({ 'n1', 'n2' }, { 'n3' }) run_for('120s')";
  const auto availability = [&](char quorum) {
    std::string text = script;
    text.replace(text.find("QUORUM"), 6, 1, quorum);
    const Played played = run_with_data(text);
    INFO(played.script.error);
    REQUIRE(played.record.metrics.clients.has_value());
    return played.record.metrics.clients->availability_ppm();
  };
  const auto without = availability('0');
  const auto with = availability('2');
  CHECK(without > 850'000);
  // One of three clients is not served from the removal on.
  CHECK(with < without - 200'000);
}

TEST_CASE("script: a probed run written down literally is the same run",
          "[scenarios][script][data]") {
  const Played played = run_with_data(
      "c = cluster { scheme = 'wka:n1', members = 3,\n"
      "  data = { backups = 2, quorum = 1, merge_policy = 'latest_update',"
      "    migration_time = '12ms' } }\n"
      "c:start() run_until(c:agreed(), '120s') c:probe { entries = 20, interval = '2s' } "
      "run_for('5s')\n"
      "kill('n2') run_for('10s')\n"
      "expect(c:availability { of = 'client' }:above(0.5), 'served')");
  INFO(played.script.error);
  CHECK_THAT(played.literal, Contains("probe { entries = 20, interval = \"2s\" }"));
  CHECK_THAT(played.literal,
             Contains("data = { backups = 2, quorum = 1, merge_policy = \"latest_update\", "
                      "migration_time = \"12ms\" }"));
  const Played again = run_with_data(played.literal);
  INFO(again.script.error);
  CHECK(again.record.digest == played.record.digest);
  CHECK(again.record.metrics.clients == played.record.metrics.clients);
}

TEST_CASE("script: mistakes about data are answered", "[scenarios][script][data]") {
  const auto error_of = [](const std::string& text) { return run_with_data(text).script.error; };
  CHECK_THAT(error_of(Five + "print(c:availability { of = 'client' }:value())"),
             Contains("write c:probe"));
  CHECK_THAT(error_of(Five + "c:availability { of = 'users' }"), Contains("\"client\""));
  CHECK_THAT(error_of(Five + "c:probe { entry = 5 }"), Contains("the options are entries"));
  CHECK_THAT(error_of(Five + "c:probe {} c:probe {}"), Contains("probed already"));
  CHECK_THAT(error_of("cluster { scheme = 'multicast', members = 2, data = { backups = 7 } }"),
             Contains("backups"));
  CHECK_THAT(error_of("cluster { scheme = 'multicast', members = 2,\n"
                      "  data = { merge_policy = 'latest_updates' } }"),
             Contains("did you mean \"latest_update\""));
}

TEST_CASE("script: a run_with_data without clients has no metrics of them",
          "[scenarios][script][data]") {
  CHECK_FALSE(run_with_data(Five).record.metrics.clients.has_value());
}
