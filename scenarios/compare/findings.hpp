// The verdict in plain words. Each rule reads summaries and configuration alone, with a threshold
// that docs/compare.md names; a sentence appears only where the data meets it.
#pragma once

#include <vector>

#include "scenarios/compare/comparison.hpp"

namespace splitscope::scenarios {

inline constexpr std::int64_t GapPpm = 10'000;  // one point of availability, to compare
inline constexpr std::size_t FindingsMax = 64;

// The gravest first, then in the plan's order. If nothing is wrong, that is said. Empty only
// without summaries.
std::vector<Finding> find_findings(const Comparison& comparison);

}  // namespace splitscope::scenarios
