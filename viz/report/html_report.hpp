// A comparison as one HTML file that needs nothing from outside: findings, an overview, a table for
// each scenario, plots as inline SVG, and every assumption. It follows light and dark themes and
// prints.
#pragma once

#include <string>
#include <vector>

#include "scenarios/compare/comparison.hpp"
#include "scenarios/compare/slo.hpp"

namespace splitscope::viz {

// `objectives` is empty where no SLO file was given. Equal comparisons give equal pages.
std::string html_report(const scenarios::Comparison& comparison,
                        const std::vector<scenarios::ObjectiveResult>& objectives = {});

// The overview alone: scenarios down, schemes across, as an SVG file with its own style.
std::string overview_picture(const scenarios::Comparison& comparison);

}  // namespace splitscope::viz
