// A comparison for the terminal: a block for each scenario and the assumptions, then what one reads
// first where a terminal stops scrolling: the overview and the verdict in words. Pure.
#pragma once

#include <cstddef>
#include <string>

#include "scenarios/compare/comparison.hpp"

namespace splitscope::scenarios {

// Lines are at most `width` columns where names and commands allow it; a width below 60 counts as
// 60. Colours
// are terminal escapes; without them the words alone tell all.
std::string comparison_table(const Comparison& comparison, std::size_t width, bool colour);

}  // namespace splitscope::scenarios
