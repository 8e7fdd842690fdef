// Faults of a cloud in a literal script. Private to scenarios/script.
#pragma once

#include <string>

#include "scenarios/kit/fault.hpp"

namespace splitscope::scenarios {

// `cloud.lag { new = "0s..10s" }`; empty for another kind of fault.
std::string lua_cloud_fault(const Fault& fault);

}  // namespace splitscope::scenarios
