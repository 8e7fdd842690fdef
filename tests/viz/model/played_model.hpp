// A scenario of the library, played and recorded in memory, as a model.
#pragma once

#include <memory>
#include <sstream>
#include <string>

#include <catch2/catch.hpp>

#include "engine/trace/trace_writer.hpp"
#include "scenarios/script/play.hpp"
#include "viz/model/run_model.hpp"

namespace splitscope::viz::test {

class Recorder final : public sim::FactListener, public scenarios::AvailabilityListener {
 public:
  explicit Recorder(const trace::Metadata& metadata) {
    auto created = trace::TraceWriter::create(out_, metadata);
    REQUIRE(created.has_value());
    writer_ = std::make_unique<trace::TraceWriter>(std::move(*created));
  }

  void on_fact(const base::TraceEvent& fact) override { writer_->write(fact); }
  void on_availability(base::Instant at, const scenarios::Availability& now) override {
    base::TraceEvent fact;
    fact.time = at;
    fact.kind = base::EventKind::AvailabilityChanged;
    fact.arguments = {now.live, now.agreed, now.split_forced, now.split_needless};
    writer_->write(fact);
  }

  std::string finish(const trace::Metadata& more) {
    REQUIRE(writer_->finish(more).has_value());
    return out_.str();
  }

 private:
  std::ostringstream out_;
  std::unique_ptr<trace::TraceWriter> writer_;
};

inline RunModel model_of(std::string bytes) {
  auto reader = trace::TraceReader::open(
      std::make_unique<std::istringstream>(std::move(bytes), std::ios::binary), "run.trace");
  REQUIRE(reader.has_value());
  auto loaded = load_run(*reader);
  REQUIRE(loaded.has_value());
  CHECK(loaded->damage.empty());
  return std::move(loaded->model);
}

struct PlayedModel {
  scenarios::RunRecord record;
  RunModel model;
};

inline PlayedModel play_model(const std::string& script, std::uint64_t seed = 7) {
  scenarios::RunSpec spec;
  spec.script_path = "story.lua";
  spec.script = script;
  spec.seed = seed;
  Recorder recorder({{"scenario", spec.script_path}, {"seed", std::to_string(seed)}});
  scenarios::PlayOptions options;
  options.prepare = [&recorder](scenarios::SimWorld& world) {
    world.add_fact_listener(recorder);
    world.set_availability_listener(recorder);
  };
  const scenarios::Played played = scenarios::play(spec, options);
  INFO(played.script.error);
  REQUIRE(played.script.end != scenarios::ScriptOutcome::End::Error);
  trace::Metadata more{{"ended", std::to_string(base::nanoseconds(played.record.ended_at))}};
  for (std::size_t i = 0; i < played.record.faults.size(); ++i) {
    more.push_back({"fault." + std::to_string(i), played.record.faults[i].fault.label});
  }
  return {played.record, model_of(recorder.finish(more))};
}

// A script's beginning: so many members that have agreed.
inline std::string formed(int members) {
  return "local c = cluster { scheme = wka { well_known = 2 }, members = " +
         std::to_string(members) +
         ", profile = \"hz-5.3\" }\nc:start()\nrun_until(c:agreed(), \"120s\")\n";
}

inline const std::string SplitStory = formed(3) + R"lua(
run_for("5s")
local cut = partition({ "n1", "n2" }, { "n3" })
run_for("90s")
cut:heal()
run_for("600s")
)lua";

}  // namespace splitscope::viz::test
