// A comparison as one HTML file that needs nothing from outside: findings, a table for each
// scenario, plots as inline SVG, and every assumption. It follows light and dark themes and prints.
#pragma once

#include <string>

#include "scenarios/compare/comparison.hpp"

namespace splitscope::viz {

std::string html_report(const scenarios::Comparison& comparison);

}  // namespace splitscope::viz
