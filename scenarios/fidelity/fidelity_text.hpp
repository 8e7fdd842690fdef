// A measured fidelity in words: for the terminal, and as the page docs/fidelity.md. Hides the
// layout of both. Invariant: every metric of every scenario is one row.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "scenarios/fidelity/fidelity.hpp"

namespace splitscope::scenarios {

// Why a metric is known to miss.
struct KnownMiss {
  std::string label;
  std::string version;
  std::string metric;
  std::string reason;
};
// Lines "scenario,version,metric,reason"; the reason may hold commas, and "*" stands for any.
base::Result<std::vector<KnownMiss>> read_known_misses(std::string_view csv);
// Empty if it is not known.
std::string reason_for(const std::vector<KnownMiss>& known, const ScenarioFidelity& scenario,
                       const MetricVerdict& metric);

// One metric as cells; times in seconds.
struct MetricCells {
  std::string recorded;   // "0.34 / 0.35 / 0.54 (6)"
  std::string predicted;  // "0.33 / 0.36 / 0.51"
  std::string verdict;    // "agrees", "misses: ...", "not recorded"
};
MetricCells cells_of(const MetricVerdict& metric);

// What was reached, in one line for each bar.
std::vector<std::string> summary_lines(const Fidelity& fidelity);

// `all`: every metric rather than those that miss.
std::string fidelity_table(const Fidelity& fidelity, const std::vector<KnownMiss>& known, bool all,
                           bool colour);
// The page: `preface` as it stands, then what was measured.
std::string fidelity_markdown(const Fidelity& fidelity, const std::vector<KnownMiss>& known,
                              std::string_view preface);

}  // namespace splitscope::scenarios
