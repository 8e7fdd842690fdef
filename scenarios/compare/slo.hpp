// Objectives for a cluster, as a file that turns a comparison into a gate. Start at read_slo();
// docs/slo.md has the format. Errors are "file:line: key: what is wrong; what to write instead".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "scenarios/compare/comparison.hpp"

namespace splitscope::scenarios {

inline constexpr std::size_t ObjectivesMax = 1'000;

// Which number of a cell is held against the bound.
enum class Statistic : std::uint8_t { Mean, P5, Median, P95, NeverShare, NotFormedShare };
std::string_view to_text(Statistic statistic);

struct Objective {
  std::string name;                  // for reports; made up from the rest where not given
  std::uint32_t line = 0;            // of its [[objective]]
  std::string scheme = "your list";  // whose name a plan must have, or "*": every scheme
  std::string scenario = "*";        // likewise
  Metric metric = Metric::Agreement;
  Statistic statistic = Statistic::Median;
  bool is_minimum = true;  // else the bound is a maximum
  std::int64_t bound = 0;  // in the metric's unit, of shares in parts per million
};

struct SloFile {
  std::string path;
  std::vector<Objective> objectives;
};

// `path` is for messages only.
base::Result<SloFile> read_slo(const std::string& path, std::string_view text);

// Schemes and scenarios that an objective names and the plan lacks are errors, since a gate that
// checks nothing would always be open. "your list" means the plan's first scheme. Ask before the
// comparison is run.
base::Result<void> check_slo(const SloFile& slo, const ComparisonPlan& plan);

struct ObjectiveResult {
  enum class State : std::uint8_t { Met, Missed, NotMeasured };
  std::string name;
  std::string scenario;
  std::string scheme;
  State state = State::NotMeasured;
  std::string seen;   // "merge: p95 is 41s"
  std::string wants;  // "at most 30s"
};
std::string_view to_text(ObjectiveResult::State state);

// One result for each objective, scenario and scheme it names. What never came misses a maximum.
// NotMeasured: the scenario has no such thing (no merge in a steady state); it misses nothing.
// Runs that failed make the cell's objectives Missed.
// Precondition: check_slo() passed.
std::vector<ObjectiveResult> evaluate_slo(const SloFile& slo, const Comparison& comparison);

// True if any is Missed, or nothing at all was measured: exit code 1.
bool is_missed(const std::vector<ObjectiveResult>& results);

// JUnit XML: one test case for each result.
std::string write_junit(const std::vector<ObjectiveResult>& results);

}  // namespace splitscope::scenarios
