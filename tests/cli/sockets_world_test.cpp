// splitscope run --world sockets: scenarios of the library on real sockets, shortened by real
// properties. Each takes its own lab, so that several run side by side.
#include <chrono>
#include <functional>
#include <memory>
#include <thread>

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>

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
using tests::StartedProgram;

namespace {

// A cluster that forms in two seconds and notices in five.
const std::vector<std::string> Quick{"hazelcast.wait.seconds.before.join=1",
                                     "hazelcast.heartbeat.interval.seconds=1",
                                     "hazelcast.max.no.heartbeat.seconds=5",
                                     "hazelcast.merge.first.run.delay.seconds=3",
                                     "hazelcast.merge.next.run.delay.seconds=3",
                                     "hazelcast.member.list.publish.interval.seconds=2",
                                     "hazelcast.mastership.claim.timeout.seconds=10"};

std::vector<std::string> quick_run(const std::string& script,
                                   const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments{"run", script, "--world", "sockets"};
  for (const std::string& setting : Quick) {
    arguments.emplace_back("--set");
    arguments.push_back(setting);
  }
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

bool wait_for(const std::function<bool()>& condition) {
  for (int i = 0; i < 1500; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  return condition();
}

}  // namespace

TEST_CASE("library scenarios run unchanged on real sockets", "[cli][sockets][kernel]") {
  if (!testing::has_namespaces("library scenarios on real sockets")) return;
  struct Case {
    std::string script;
    std::vector<std::string> more;
  };
  const std::vector<std::vector<Case>> rounds{
      {{"master_killed.lua", {"--set", "calm=3s"}},
       {"host_power_off.lua", {}},
       {"one_way_cut.lua", {}}},
      {{"master_paused.lua", {}}, {"split_two_three.lua", {}}, {"all_start_at_once.lua", {}}},
  };
  const ScratchFolder folder;
  const auto schema = run_schema();
  tests::SchemaValidator validator(schema);
  for (const std::vector<Case>& round : rounds) {
    std::vector<std::unique_ptr<StartedProgram>> runs;
    for (const Case& each : round) {
      std::vector<std::string> arguments = quick_run(Library + each.script, each.more);
      arguments.emplace_back("--json");
      runs.push_back(std::make_unique<StartedProgram>(folder.path(), arguments));
    }
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const ProgramRun run = runs[i]->wait();
      INFO(round[i].script << "\n" << run.out << run.err);
      CHECK(run.exit_code == 0);
      CHECK_THAT(run.err, Contains("expected to take"));
      if (run.exit_code != 0) continue;
      const auto document = boost::json::parse(run.out);
      CHECK(validator.errors(document) == std::vector<std::string>{});
      CHECK(document.at("world") == "sockets");
      CHECK(document.at("verdict") == "pass");
    }
  }
}

TEST_CASE("what the sockets world cannot do is said, and the run is inconclusive",
          "[cli][sockets][kernel]") {
  if (!testing::has_namespaces("not in the sockets world")) return;
  const ScratchFolder folder;
  folder.write("slow.lua",
               "local c = cluster { scheme = 'wka:n1', members = 2 } c:start()\n"
               "run_until(c:agreed(), '60s') slow { c:master(), time = '11s' } run_for('1s')\n");
  const std::vector<std::pair<std::string, std::string>> cases{
      {"slow.lua", "events that take more than ten seconds each"},
      {Library + "aws_port_4000.lua", "members that find each other by aws"},
      {Library + "ecs_steady.lua", "members that find each other by aws-ecs"}};
  for (const auto& [script, words] : cases) {
    const ProgramRun run = run_program(folder.path(), quick_run(script, {"--long"}));
    INFO(run.out << run.err);
    CHECK(run.exit_code == 3);
    CHECK_THAT(run.out, Contains("not in this world: " + words));
  }
}

TEST_CASE("a run of the simulator is replayed on real sockets, fact by fact",
          "[cli][sockets][kernel]") {
  if (!testing::has_namespaces("a replay on real sockets")) return;
  const ScratchFolder folder;
  std::vector<std::string> recording{"run", Library + "master_killed.lua", "--set", "calm=3s"};
  for (const std::string& setting : Quick) {
    recording.emplace_back("--set");
    recording.push_back(setting);
  }
  recording.insert(recording.end(), {"--trace", "run.trace"});
  REQUIRE(run_program(folder.path(), recording).exit_code == 0);
  const ProgramRun run = run_program(folder.path(), {"replay", "run.trace", "--world", "sockets"});
  INFO(run.out << run.err);
  // Whether members join one by one or together is the kernel's to say.
  CHECK((run.exit_code == 0 || run.exit_code == 1));
  CHECK_THAT(run.err, Contains("expected to take about"));
  CHECK_THAT(run.out, Contains("again in the world \"sockets\"") && Contains("kill(n1)"));
  CHECK_THAT(run.out, Contains("Alike (") && !Contains("Alike (0)"));
  CHECK_THAT(run.out, !Contains("which did not come"));
}

TEST_CASE("a run of more than ten minutes needs --long", "[cli][sockets]") {
  const ScratchFolder folder;
  const ProgramRun run =
      run_program(folder.path(), {"run", Library + "loss_20_percent.lua", "--world", "sockets"});
  CHECK(run.exit_code == 2);
  CHECK_THAT(run.err, Contains("--long"));
}

TEST_CASE("faults on messages, clocks and packets count in the sockets world, and are recorded",
          "[cli][sockets][kernel]") {
  if (!testing::has_namespaces("faults in the sockets world")) return;
  const ScratchFolder folder;
  folder.write("faults.lua", R"(
local c = cluster { scheme = wka { well_known = { "n1" } }, members = 3, profile = "hz-5.3" }
c:start()
run_until(c:agreed(), "60s")
clock.step("n2", "+1h")
clock.drift("n2", "200ppm")
slow { "n2", time = "2ms", for_ = "3s" }
local joins = 0
on_message({ type = "FinalizeJoin", nth = 0 }, function() joins = joins + 1 end)
drop { type = "Heartbeat", from = "n2", to = "n3", for_ = "3s" }
delay { from = "n1", by = "5ms", for_ = "3s" }
run_for("4s")
kill("n3")
run_for("1s")
start { "n3", boot = "3s" }
run_for("2s")
expect(~c:members("n3"):joined(), "it boots still")
expect(eventually(c:agreed(), "60s"), "it is back")
run_until(c:agreed(), "60s")
expect(joins > 0, "the message that lets it join was seen")
)");
  const ProgramRun run = run_program(
      folder.path(),
      quick_run("faults.lua", {"--json", "--trace", "run.trace", "--pcap", "run.pcapng"}));
  INFO(run.out << run.err);
  REQUIRE(run.exit_code == 0);
  const auto document = boost::json::parse(run.out);
  const auto& faults = document.at("faults").as_array();
  REQUIRE(faults.size() == 7);
  CHECK(faults[0].at("effect").at("clocks") == 1);
  CHECK(faults[1].at("effect").at("clocks") == 1);
  CHECK(faults[2].at("effect").at("processes") == 1);
  CHECK(faults[3].at("effect").at("messages").as_int64() >= 2);
  CHECK(faults[4].at("effect").at("packets_delayed").as_int64() >= 5);
  CHECK(document.at("metrics").at("messages").as_object().contains("Heartbeat"));
  const ProgramRun shown = run_program(folder.path(), {"trace", "run.trace"});
  CHECK(shown.exit_code == 0);
  CHECK_THAT(shown.out, Contains("member_joined") && Contains("clock_stepped"));
  CHECK(folder.read("run.pcapng").size() > 1000);
}

TEST_CASE("Ctrl-C ends a run on real sockets in order: all is removed, the verdict is inconclusive",
          "[cli][sockets][kernel]") {
  if (!testing::has_namespaces("Ctrl-C in the sockets world")) return;
  const ScratchFolder folder;
  const std::size_t before = run_program(folder.path(), {"lab", "status"}).out.size();
  StartedProgram program(folder.path(), quick_run(Library + "steady_state.lua", {"--long"}));
  const auto status = [&] { return run_program(folder.path(), {"lab", "status"}).out; };
  REQUIRE(wait_for([&] { return status().find("3 of its 3") != std::string::npos; }));
  program.signal(SIGINT);
  const ProgramRun run = program.wait();
  INFO(run.out << run.err);
  CHECK(run.exit_code == 3);
  CHECK_THAT(run.out, Contains("the run was interrupted"));
  CHECK(before == run_program(folder.path(), {"lab", "status"}).out.size());
}

TEST_CASE("where the system lets nobody make a lab the run ends at once and says why",
          "[cli][sockets][kernel]") {
  if (!testing::has_namespaces("a system without TAP devices")) return;
  const ScratchFolder folder;
  folder.write("any.lua",
               "local c = cluster { scheme = 'wka:n1', members = 2 } c:start() run_for('1s')\n");
  ProgramRun run;
  std::jthread([&] {
    REQUIRE(unshare(CLONE_FS | CLONE_NEWNS) == 0);
    REQUIRE(mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0);
    REQUIRE(mount("none", "/dev/net", "tmpfs", 0, nullptr) == 0);
    run = run_program(folder.path(), quick_run("any.lua"));
  }).join();
  INFO(run.out << run.err);
  CHECK(run.exit_code == 2);
  CHECK_THAT(run.err, Contains("/dev/net/tun"));
  CHECK(run.out.empty());
}

TEST_CASE("where the disk fills up the run ends with an error, and the trace so far is readable",
          "[cli][sockets][kernel]") {
  if (!testing::has_namespaces("a full disk while tracing")) return;
  const ScratchFolder folder;
  folder.write("endless.lua", R"(
local c = cluster { scheme = wka { well_known = { "n1" } }, members = 3, profile = "hz-5.3" }
c:start()
for i = 1, 60 do run_for("1s") restart { "n3", after = "200ms" } end
)");
  ProgramRun run;
  ProgramRun reading;
  // A mount of this thread's own, which goes with it.
  std::jthread([&] {
    REQUIRE(unshare(CLONE_FS | CLONE_NEWNS) == 0);
    REQUIRE(mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0);
    const std::string small = folder.path() / "small";
    REQUIRE(mkdir(small.c_str(), 0700) == 0);
    REQUIRE(mount("none", small.c_str(), "tmpfs", 0, "size=4k") == 0);
    run = run_program(folder.path(), quick_run("endless.lua", {"--trace", "small/run.trace"}));
    reading = run_program(folder.path(), {"trace", "small/run.trace.part"});
  }).join();
  INFO(run.out << run.err << reading.out << reading.err);
  CHECK(run.exit_code == 2);
  CHECK_THAT(run.err, Contains("disk may be full") && Contains("small/run.trace.part"));
  CHECK(reading.exit_code == 0);
  CHECK_THAT(reading.out, Contains("process_started"));
}
