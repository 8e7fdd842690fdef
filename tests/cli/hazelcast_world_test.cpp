// splitscope run --world hazelcast: scenarios with real Hazelcast members, shortened by real
// properties. They need namespaces, Java, Maven and the artifacts; what Maven builds is kept in the
// cache of this user, so that each release is built once. One build's tests run them (hidden here).
#include <fstream>
#include <iterator>

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "library.hpp"
#include "tests/support/json_schema.hpp"
#include "tests/support/namespaces.hpp"
#include "tests/support/program_run.hpp"

using namespace splitscope;
using Catch::Matchers::Contains;
using tests::Library;
using tests::ProgramRun;
using tests::run_program;
using tests::run_schema;
using tests::ScratchFolder;

namespace {

// Heartbeats of a second, five until one is missed, merge ticks of three.
std::vector<std::string> hazelcast_run(const std::string& script,
                                       const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments{"run", script, "--world", "hazelcast"};
  for (const char* setting :
       {"wait.seconds.before.join=1", "heartbeat.interval.seconds=1", "max.no.heartbeat.seconds=5",
        "merge.first.run.delay.seconds=3", "merge.next.run.delay.seconds=3",
        "member.list.publish.interval.seconds=2", "mastership.claim.timeout.seconds=10"}) {
    arguments.emplace_back("--set");
    arguments.push_back(std::string("hazelcast.") + setting);
  }
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

// False, and said so, where real Hazelcast cannot run; builds it where it can.
bool has_hazelcast(const std::string& name, const ScratchFolder& folder,
                   const std::vector<std::string>& release = {}) {
  if (!testing::has_namespaces(name)) return false;
  folder.write("none.lua", "run_for('1ms')\n");
  std::vector<std::string> arguments{"run", "none.lua", "--world", "hazelcast"};
  arguments.insert(arguments.end(), release.begin(), release.end());
  const ProgramRun run = run_program(folder.path(), arguments);
  if (run.exit_code != 2) return true;
  // A member that does not compile is a mistake of ours, not something that is missing.
  INFO(run.err);
  REQUIRE_THAT(run.err, !Contains("COMPILATION ERROR"));
  REQUIRE_THAT(run.err, Contains("needs Java 17 and Maven") || Contains("Maven cannot build"));
  testing::skip(name, "Java 17, Maven and com.hazelcast:hazelcast in its cache");
  return false;
}

boost::json::value passed(const ProgramRun& run) {
  INFO(run.out << run.err);
  REQUIRE(run.exit_code == 0);
  const auto schema = run_schema();
  const auto document = boost::json::parse(run.out);
  CHECK(tests::SchemaValidator(schema).errors(document) == std::vector<std::string>{});
  CHECK(document.at("world") == "hazelcast");
  CHECK(document.at("verdict") == "pass");
  return document;
}

}  // namespace

TEST_CASE("real members report what their views, their masters and their ends are",
          "[.hazelcast]") {
  const ScratchFolder folder;
  if (!has_hazelcast("a killed master of real Hazelcast", folder)) return;
  // On a busy machine not all members are connected when their views first agree.
  folder.write("killed.lua", R"(
local c = cluster { scheme = wka { well_known = { "n1", "n2" } }, members = 3, profile = "hz-5.3" }
c:start()
run_until(c:agreed(), "60s")
run_for("5s")
local master = c:master()
local rest = c:others(master)
kill(master)
run_until(rest:agreed() & c:masters():equals(1), "30s")
)");
  const auto document = passed(run_program(
      folder.path(), hazelcast_run("killed.lua", {"--json", "--trace", "killed.trace"})));
  CHECK(document.at("faults").at(0).at("effect").at("processes") == 1);
  CHECK(document.at("metrics").at("elect_seconds").as_double() < 20);
  CHECK(document.at("members").at(2).at("view").as_array().size() == 2);
  const ProgramRun trace = run_program(folder.path(), {"trace", "killed.trace"});
  CHECK(trace.exit_code == 0);
  for (const char* fact : {"n1 member_starting own=10.77.0.11:5701", "n3 member_joined",
                           "n2 member_started", "n1 process_exited", "n3 member_removed"}) {
    CHECK_THAT(trace.out, Contains(fact));
  }
}

TEST_CASE("a library scenario runs with real Hazelcast: halves part and merge", "[.hazelcast]") {
  const ScratchFolder folder;
  if (!has_hazelcast("a partition of real Hazelcast", folder)) return;
  // Its partition comes when views first agree; then members that were not connected with each
  // other yet part too.
  std::ifstream in(Library + "split_two_three.lua");
  std::string script{std::istreambuf_iterator<char>(in), {}};
  const std::string formed = "run_until(c:agreed(), \"120s\")\n";
  REQUIRE_THAT(script, Contains(formed));
  script.insert(script.find(formed) + formed.size(), "run_for(\"5s\")\n");
  folder.write("split.lua", script);
  const auto document = passed(run_program(folder.path(), hazelcast_run("split.lua", {"--json"})));
  CHECK(document.at("faults").at(0).at("effect").at("packets_dropped").as_int64() > 10);
  CHECK(document.at("metrics").at("merge_seconds").as_double() > 0);
}

TEST_CASE("real Hazelcast 3.12 runs the same script, and the run can be replayed with it",
          "[.hazelcast]") {
  const ScratchFolder folder;
  const std::vector<std::string> release{"--hazelcast", "3.12.13"};
  if (!has_hazelcast("real Hazelcast 3.12", folder, release)) return;
  folder.write("leaving.lua", R"(
local c = cluster {
  scheme = wka { well_known = { "n1" } }, members = 2, profile = param("profile", "hz-5.3")
}
c:start()
run_until(c:agreed(), "60s")
run_for("3s")
stop("n2")
run_until(~c:live("n2") & c:agreed(), "30s")
run_for("2s")
)");
  std::vector<std::string> more = release;
  more.insert(more.end(), {"--set", "profile=hz-3.12", "--json", "--trace", "leaving.trace"});
  const auto document = passed(run_program(folder.path(), hazelcast_run("leaving.lua", more)));
  CHECK_THAT(std::string(document.at("replay").as_string()), Contains("--hazelcast 3.12.13"));
  const ProgramRun again = run_program(
      folder.path(), {"replay", "leaving.trace", "--world", "hazelcast", "--hazelcast", "3.12.13"});
  INFO(again.out << again.err);
  CHECK((again.exit_code == 0 || again.exit_code == 1));
  CHECK_THAT(again.out, Contains("again in the world \"hazelcast\"") && Contains("stop(n2)") &&
                            Contains("n2   has started") && !Contains("which did not come"));
}

TEST_CASE("real members find each other by multicast, and leave gracefully", "[.hazelcast]") {
  const ScratchFolder folder;
  if (!has_hazelcast("real Hazelcast by multicast", folder)) return;
  folder.write("multicast.lua", R"(
local c = cluster { scheme = multicast {}, members = 3, profile = "hz-5.3" }
c:start()
run_until(c:agreed(), "60s")
stop("n3")
run_until(~c:live("n3") & c:agreed(), "30s")
)");
  passed(run_program(folder.path(), hazelcast_run("multicast.lua", {"--json"})));
}

TEST_CASE("what real Hazelcast cannot do is said, and the run is inconclusive", "[.hazelcast]") {
  const ScratchFolder folder;
  if (!has_hazelcast("not in the Hazelcast world", folder)) return;
  const std::string begin =
      "local c = cluster { scheme = 'wka:n1', members = 1, profile = param('profile', 'hz-5.3') } "
      "c:start() run_until(c:agreed(), '60s') ";
  folder.write("clock.lua", begin + "clock.step('n1', '+1h') run_for('1s')\n");
  folder.write("drop.lua", begin + "drop { type = 'Heartbeat', for_ = '1s' } run_for('1s')\n");
  folder.write("other.lua", begin);
  const std::vector<std::vector<std::string>> cases{
      {"clock.lua", "clock step"},
      {"drop.lua", "faults on messages by type"},
      {"other.lua", "the profile hz-3.12 with Hazelcast 5.3.8", "--set", "profile=hz-3.12"}};
  for (const std::vector<std::string>& each : cases) {
    const ProgramRun run =
        run_program(folder.path(), hazelcast_run(each[0], {each.begin() + 2, each.end()}));
    INFO(run.out << run.err);
    CHECK(run.exit_code == 3);
    CHECK_THAT(run.out, Contains("not in this world: " + each[1]));
  }
}

TEST_CASE("a release of Hazelcast that is not known, or in another world, is refused", "[cli]") {
  const ScratchFolder folder;
  const std::string script = Library + "master_killed.lua";
  const ProgramRun unknown =
      run_program(folder.path(), {"run", script, "--world", "hazelcast", "--hazelcast", "4.2"});
  CHECK(unknown.exit_code == 2);
  CHECK_THAT(unknown.err, Contains("--hazelcast 4.2") && Contains("3.12.13"));
  const ProgramRun elsewhere =
      run_program(folder.path(), {"run", script, "--world", "sockets", "--hazelcast", "5.3.8"});
  CHECK(elsewhere.exit_code == 2);
  CHECK_THAT(elsewhere.err, Contains("--world hazelcast"));
  const ProgramRun nowhere = run_program(folder.path(), {"run", script, "--world", "moon"});
  CHECK(nowhere.exit_code == 2);
  CHECK_THAT(nowhere.err, Contains("sim, sockets or hazelcast"));
}
