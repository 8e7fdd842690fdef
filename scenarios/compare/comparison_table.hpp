// A comparison for the terminal: the findings in words, then a block for each scenario.
#pragma once

#include <cstddef>
#include <string>

#include "scenarios/compare/comparison.hpp"

namespace splitscope::scenarios {

// Lines are at most `width` columns where names allow it. Colours are terminal escapes.
std::string comparison_table(const Comparison& comparison, std::size_t width, bool colour);

}  // namespace splitscope::scenarios
