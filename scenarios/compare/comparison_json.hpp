// A comparison as JSON; docs/compare.md describes it.
#pragma once

#include <string>

#include "scenarios/compare/comparison.hpp"

namespace splitscope::scenarios {

// Times in seconds, shares as parts of 1; "never" where a percentile was not reached; null where
// nothing was measured.
std::string comparison_json(const Comparison& comparison);

}  // namespace splitscope::scenarios
