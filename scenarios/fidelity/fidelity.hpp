// The recorded scenarios played over many seeds, and each metric held against its recording.
// Hides how values of runs become verdicts. The same tasks and seeds give the same result,
// whatever the number of threads.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "scenarios/fidelity/judge.hpp"
#include "scenarios/script/script.hpp"

namespace splitscope::scenarios {

// One recorded scenario on one version, and its script.
struct FidelityTask {
  RecordedScenario recorded;  // without metrics: there is no recording of it
  std::string script_path;    // for messages and replays
  std::string script;
};

struct FidelityRun {
  std::vector<Measurement> measurements;
  base::Duration heartbeat_interval{};
  std::string beyond_world;  // what of it the world cannot do; else empty
  std::string error;         // why it could not be carried out; else empty
  bool is_our_bug = false;
};

// A world that plays a script. Called from several threads at once.
class FidelityRunner {
 public:
  virtual ~FidelityRunner() = default;
  virtual FidelityRun run(const FidelityTask& task, std::uint64_t seed) = 0;
};

struct ScenarioFidelity {
  std::string label;
  std::string version;
  std::string script_path;
  std::string shows;  // the script's first comment
  base::Duration heartbeat_interval{};
  std::string beyond_world;  // why the world shows nothing of it; then there are no metrics
  std::vector<MetricVerdict> metrics;
};

struct Fidelity {
  std::vector<ScenarioFidelity> scenarios;
  std::uint64_t first_seed = 1;
  std::uint64_t seeds = 0;
  std::string error;  // of the first run that could not be carried out; else empty
  bool is_our_bug = false;
};

struct FidelityOptions {
  std::uint64_t first_seed = 1;
  std::uint64_t seeds = 200;
  std::uint32_t jobs = 0;  // 0 = one a core
  std::function<void(std::size_t done, std::size_t total)> progress;
};

Fidelity measure_fidelity(const std::vector<FidelityTask>& tasks, FidelityRunner& runner,
                          const FidelityOptions& options);

// How many metrics of each kind agree, and whether that is enough.
struct FidelityBars {
  std::size_t times = 0;
  std::size_t times_agreeing = 0;
  std::size_t outcomes = 0;  // counts among them
  std::size_t outcomes_agreeing = 0;
  std::size_t unrecorded = 0;
  std::size_t beyond_world = 0;  // scenarios that the world cannot show

  // At least TimeShareMin of the times, and all outcomes, of scenarios that were all shown.
  bool are_met() const;
};
FidelityBars bars_of(const Fidelity& fidelity);

}  // namespace splitscope::scenarios
