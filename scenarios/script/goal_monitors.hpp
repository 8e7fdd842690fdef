// Goals with the bounds that follow from a cluster's settings. Private to scenarios/script.
#pragma once

#include "scenarios/kit/world.hpp"

namespace splitscope::scenarios {

// Never missed for longer than the bound.
MonitorSpec goal_monitor(const World& world, ClusterId cluster, Goal goal);
// All live members agree within the merge bound from now.
MonitorSpec merged_monitor(const World& world, ClusterId cluster);

}  // namespace splitscope::scenarios
