// A measured fidelity as one HTML page that needs nothing from outside: the bars, what misses, and
// every metric with its recorded and its predicted range drawn on one scale.
#pragma once

#include <string>
#include <vector>

#include "scenarios/fidelity/fidelity_text.hpp"

namespace splitscope::viz {

// Equal results give equal pages.
std::string fidelity_page(const scenarios::Fidelity& fidelity,
                          const std::vector<scenarios::KnownMiss>& known);

}  // namespace splitscope::viz
