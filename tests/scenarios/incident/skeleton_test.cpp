// The whole way round: a simulated run writes logs, the logs become a story, the story a script,
// and the script, run in the simulator, passes and gives the same order of views.
#include "scenarios/incident/skeleton.hpp"

#include <catch2/catch.hpp>

#include "scenarios/incident/incident_text.hpp"
#include "scenarios/script/play.hpp"
#include "tests/support/simulated_logs.hpp"

using namespace splitscope;
using namespace splitscope::scenarios::incident;
using namespace std::chrono_literals;

namespace {

struct LoggedRun {
  scenarios::Played played;
  Incident story;
};

LoggedRun run_logged(const std::string& script, std::uint64_t seed,
                     std::map<std::uint32_t, base::Duration> ahead = {}) {
  tests::SimulatedLogs logs(std::move(ahead), 10s);
  scenarios::RunSpec spec{.script_path = "story.lua", .script = script, .seed = seed};
  scenarios::PlayOptions options;
  options.prepare = [&logs](scenarios::SimWorld& world) { world.add_fact_listener(logs); };
  scenarios::Played played = scenarios::play(spec, options);
  INFO(script);
  REQUIRE(played.script.error.empty());
  return {std::move(played), logs.story()};
}

std::vector<std::vector<MemberIndexes>> order_of_views(const Incident& story) {
  std::vector<std::vector<MemberIndexes>> order;
  for (const SettledViews& views : settled_views(story)) order.push_back(views.sets);
  return order;
}

// The views from the first that all members share, since members may form it in another order.
std::vector<std::vector<MemberIndexes>> from_formation(const Incident& story) {
  auto order = order_of_views(story);
  const auto formed = std::find_if(order.begin(), order.end(), [&story](const auto& sets) {
    return sets.size() == 1 && sets.front().size() == story.members.size();
  });
  return {formed, order.end()};
}

std::string cluster(std::string_view options) {
  return "local c = cluster { scheme = wka { well_known = 2 }, members = 4, properties = {\n"
         "  [\"hazelcast.max.no.heartbeat.seconds\"] = 10,\n"
         "  [\"hazelcast.heartbeat.interval.seconds\"] = 1 }, " +
         std::string(options) +
         " }\nc:start()\nrun_until(c:agreed(), \"120s\")\nrun_for(\"20s\")\n";
}

void check_round_trip(const std::string& script, std::uint64_t seed) {
  const LoggedRun original = run_logged(script, seed, {{1, 7200s + 250ms}, {2, -3s}, {3, 90ms}});
  const std::string skeleton = to_scenario(original.story);
  INFO(to_plain_text(original.story));
  INFO(skeleton);
  const LoggedRun again = run_logged(skeleton, seed + 100);
  INFO(to_plain_text(again.story));
  CHECK(again.played.record.verdict == scenarios::Verdict::Pass);
  CHECK(from_formation(again.story) == from_formation(original.story));
  CHECK(from_formation(original.story).size() > 1);
}

}  // namespace

TEST_CASE("a simulated split comes back from its logs", "[incident]") {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    check_round_trip(cluster("profile = \"hz-5.3\"") +
                         "local cut = partition({ \"n1\", \"n2\" }, { \"n3\", \"n4\" })\n"
                         "run_for(\"60s\")\ncut:heal()\nrun_until(c:agreed(), \"15m\")\n"
                         "run_for(\"10s\")",
                     seed);
  }
}

TEST_CASE("a simulated kill and restart come back from their logs", "[incident]") {
  for (const std::string profile : {"hz-3.12", "hz-5.3"}) {
    check_round_trip(cluster("profile = \"" + profile + "\"") +
                         "kill(\"n1\")\nrun_for(\"30s\")\nstart(\"n1\")\n"
                         "run_until(c:agreed(), \"15m\")\nrun_for(\"10s\")",
                     4);
  }
}

TEST_CASE("a simulated graceful stop comes back from its logs", "[incident]") {
  check_round_trip(cluster("profile = \"hz-5.3\"") + "stop(\"n3\")\nrun_for(\"30s\")", 5);
}

TEST_CASE("a simulated power loss comes back from its logs", "[incident]") {
  check_round_trip(cluster("profile = \"hz-3.12\"") +
                       "power_off(\"n4\")\nrun_for(\"60s\")\npower_on(\"n4\")\n"
                       "run_until(c:agreed(), \"15m\")\nrun_for(\"10s\")",
                   6);
}

TEST_CASE("a simulated pause comes back from its logs", "[incident]") {
  check_round_trip(cluster("profile = \"hz-5.3\"") +
                       "local f = pause(\"n2\")\nrun_for(\"40s\")\nresume(\"n2\")\n"
                       "run_until(c:agreed(), \"15m\")\nrun_for(\"10s\")",
                   7);
}

TEST_CASE("each statement of the skeleton stands under the lines that led to it", "[incident]") {
  const LoggedRun run =
      run_logged(cluster("profile = \"hz-5.3\"") + "kill(\"n4\")\nrun_for(\"30s\")", 1);
  const std::string text = to_scenario(run.story);
  CHECK(text.find("[inferred: ") != text.npos);
  CHECK(text.find("n1.log:") != text.npos);
  CHECK(text.find("\nkill(\"n4\")\n") != text.npos);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    CHECK(end - begin <= 100);
    begin = end + 1;
  }
}
