// A comparison for the terminal: the findings in words, then a block for each scenario, then the
// assumptions. Pure.
#pragma once

#include <cstddef>
#include <string>

#include "scenarios/compare/comparison.hpp"

namespace splitscope::scenarios {

// Lines are at most `width` columns where names allow it; a width below 60 counts as 60. Colours
// are terminal escapes; without them the words alone tell all.
std::string comparison_table(const Comparison& comparison, std::size_t width, bool colour);

}  // namespace splitscope::scenarios
