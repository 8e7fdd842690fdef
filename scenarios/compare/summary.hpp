// From outcomes to summaries: distributions over seeds, and differences to the first scheme, paired
// by seed. Pure and deterministic.
#pragma once

#include <optional>
#include <span>

#include "scenarios/compare/comparison.hpp"

namespace splitscope::scenarios {

// What a run says of a metric. Empty: it does not apply (no newcomer was started, nothing was lost,
// the run failed).
std::optional<Sample> sample_of(const RunOutcome& outcome, Metric metric);

// Fills in comparison.summaries from its outcomes.
void summarize(Comparison& comparison);

// One cell; `reference` is the same scenario under the first scheme, or empty for that one itself.
CellSummary summarize_cell(std::span<const RunOutcome> runs, std::span<const RunOutcome> reference);

}  // namespace splitscope::scenarios
