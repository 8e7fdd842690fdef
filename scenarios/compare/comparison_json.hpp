// A comparison as JSON: docs/compare.schema.json describes it. Equal comparisons give equal text.
#pragma once

#include <string>
#include <vector>

#include "scenarios/compare/comparison.hpp"
#include "scenarios/compare/slo.hpp"

namespace splitscope::scenarios {

// One object and a newline. Times in seconds, shares as parts of 1; "never" where a percentile was
// not reached; null where nothing was measured. `objectives` is empty where no SLO file was given.
std::string comparison_json(const Comparison& comparison,
                            const std::vector<ObjectiveResult>& objectives = {});

}  // namespace splitscope::scenarios
