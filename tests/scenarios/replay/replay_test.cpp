// A run recorded in the simulator and driven again: with its own seed, with another one, and under
// another profile.
#include "scenarios/replay/replay.hpp"

#include <sstream>

#include <catch2/catch.hpp>

#include "engine/trace/trace_writer.hpp"
#include "scenarios/script/play.hpp"

using namespace splitscope;
using namespace splitscope::scenarios;
using namespace std::chrono_literals;

namespace {

class TraceOfRun final : public sim::FactListener {
 public:
  explicit TraceOfRun(trace::TraceWriter& writer) : writer_(writer) {}
  void on_fact(const base::TraceEvent& fact) override { writer_.write(fact); }

 private:
  trace::TraceWriter& writer_;
};

struct Recording {
  RecordedRun run;
  std::string literal;
};

Recording record(const std::string& script, std::uint64_t seed) {
  auto out = std::make_unique<std::stringstream>();
  auto writer =
      trace::TraceWriter::create(*out, {{"scenario", "a.lua"}, {"seed", std::to_string(seed)}});
  REQUIRE(writer.has_value());
  TraceOfRun listener(*writer);
  PlayOptions options;
  options.prepare = [&listener](SimWorld& world) { world.add_fact_listener(listener); };
  const Played played = play({.script_path = "a.lua", .script = script, .seed = seed}, options);
  INFO(played.script.error);
  REQUIRE(played.script.error.empty());
  REQUIRE(writer->finish({}).has_value());
  auto reader = trace::TraceReader::open(std::move(out), "a.trace");
  REQUIRE(reader.has_value());
  auto run = read_recorded_run(*reader);
  REQUIRE(run.has_value());
  return {std::move(*run), played.literal};
}

ReplayOutcome replayed(const Recording& recording, const ReplayOptions& options) {
  SimWorld world(SimWorldOptions{.seed = options.seed});
  auto outcome = replay(recording.run, "a.literal.lua", recording.literal, options, world,
                        [&world] { (void)world.finish(); });
  REQUIRE(outcome.has_value());
  return std::move(*outcome);
}

const std::string Cluster =
    "local c = cluster { scheme = wka { well_known = 2 }, members = 4, properties = {\n"
    "  [\"hazelcast.max.no.heartbeat.seconds\"] = 10,\n"
    "  [\"hazelcast.heartbeat.interval.seconds\"] = 1 } }\n"
    "c:start()\nrun_until(c:agreed(), \"120s\")\nrun_for(\"20s\")\n";
const std::string Split = Cluster +
                          "local cut = partition({ \"n1\", \"n2\" }, { \"n3\", \"n4\" })\n"
                          "run_for(\"60s\")\ncut:heal()\nrun_until(c:agreed(), \"15m\")\n";

}  // namespace

TEST_CASE("a recorded run has the shared facts of the run itself", "[replay]") {
  const Recording recording = record(Split, 3);
  CHECK(recording.run.scenario == "a.lua");
  CHECK(recording.run.seed == 3);
  SimWorld world(SimWorldOptions{.seed = 3});
  world.keep_history();
  const ScriptOptions options{.seed = 3};
  ScriptRun script("a.lua", Split, options, world);
  script.run();
  (void)world.finish();
  const auto of_trace = shared_facts(recording.run.history, 1s, recording.run.end);
  const auto of_world = shared_facts(*world.history(), 1s, world.now());
  REQUIRE(of_trace.size() == of_world.size());
  for (std::size_t i = 0; i < of_trace.size(); ++i) {
    INFO(node_name(of_trace[i].node) << " " << to_text(of_trace[i]));
    CHECK(of_trace[i].at == of_world[i].at);
    CHECK(of_trace[i].is_same(of_world[i]));
  }
}

TEST_CASE("with its own seed a run goes the same way to its end", "[replay]") {
  const Recording recording = record(Split, 3);
  const ReplayOutcome outcome = replayed(recording, {.seed = 3});
  INFO(to_plain_text(outcome));
  CHECK(outcome.alignment.partings.empty());
  CHECK(outcome.alignment.aligned.size() ==
        shared_facts(recording.run.history, 1s, recording.run.end).size());
}

TEST_CASE("with another seed each act comes as long after its anchor as recorded", "[replay]") {
  const Recording recording = record(Split, 3);
  const ReplayOutcome outcome = replayed(recording, {.seed = 11});
  INFO(to_plain_text(outcome));
  REQUIRE(outcome.placements.size() == 3);  // start, cut, heal
  for (std::size_t i = 1; i < outcome.placements.size(); ++i) {
    const Placement& placement = outcome.placements[i];
    REQUIRE(placement.anchor.has_value());
    CHECK(placement.was_found);
    for (const AlignedFact& fact : outcome.alignment.aligned) {
      const SharedFact& anchor = *placement.anchor;
      if (!fact.recorded.is_same(anchor) || fact.recorded.ordinal != anchor.ordinal) continue;
      CHECK(placement.at - fact.here_at == placement.recorded_at - anchor.at);
    }
  }
}

TEST_CASE("another profile parts where engines differ, and the first parting is told", "[replay]") {
  // Only n1 is listed and restarts: 5.3 finds it again, 3.12 never does.
  const std::string restart =
      "local c = cluster { scheme = wka { well_known = { \"n1\" } }, members = 3 }\n"
      "c:start()\nrun_until(c:agreed(), \"120s\")\nrun_for(\"10s\")\n"
      "kill(\"n1\")\nrun_for(\"20s\")\nstart(\"n1\")\nrun_until(c:agreed(), \"15m\")\n";
  const Recording recording = record(restart, 2);
  const ReplayOutcome same = replayed(recording, {.seed = 2});
  INFO(to_plain_text(same));
  CHECK(same.alignment.partings.empty());
  const ReplayOutcome other =
      replayed(recording, {.seed = 2, .settings = {{"profile", "hz-3.12"}}});
  INFO(to_plain_text(other));
  REQUIRE_FALSE(other.alignment.partings.empty());
  CHECK(to_plain_text(other).find("The worlds part first at n") != std::string::npos);
}

TEST_CASE("an act whose anchor never comes is placed without it, and that is told", "[replay]") {
  Recording recording = record(Cluster + "run_for(\"5s\")\nkill(\"n4\")\nrun_for(\"20s\")\n", 5);
  // A fact that no other run has.
  recording.run.history = History{};
  recording.run.history.add({.at = base::RunStart + 1s,
                             .node = base::NodeId{3},
                             .kind = base::EventKind::MergeFinished,
                             .of = base::NoNode,
                             .succeeded = false,
                             .view = {}});
  const ReplayOutcome outcome =
      replayed(recording, {.anchors = {.settle = 1s, .wait_max = 3s}, .seed = 5});
  CHECK_FALSE(outcome.placements.back().was_found);
  CHECK(to_plain_text(outcome).find("which did not come") != std::string::npos);
}

TEST_CASE("a setting that is none is an error", "[replay]") {
  const Recording recording = record(Cluster, 1);
  for (const auto& [name, value] :
       std::map<std::string, std::string>{{"members", "5"}, {"profile", "hz-9"}}) {
    SimWorld world(SimWorldOptions{});
    const auto outcome =
        replay(recording.run, "a", recording.literal, {.settings = {{name, value}}}, world, [] {});
    REQUIRE_FALSE(outcome.has_value());
    CHECK(outcome.error().message.starts_with("--set " + name));
  }
}
