// A measured fidelity as JSON, for other programs.
#pragma once

#include <string>

#include "scenarios/fidelity/fidelity.hpp"

namespace splitscope::scenarios {

// One object: the bars, and every metric of every scenario; times in milliseconds. With a newline.
std::string fidelity_json(const Fidelity& fidelity);

}  // namespace splitscope::scenarios
