#include "scenarios/script/goal_monitors.hpp"

#include <fmt/format.h>

#include "engine/base/assert.hpp"

namespace splitscope::scenarios {
namespace {

// How long a cluster that behaves as documented may miss the goal.
base::Duration bound_of(const ClusterBounds& bounds, Goal goal) {
  switch (goal) {
    case Goal::OneMaster:
    case Goal::NoIsland:
    case Goal::NoneExcluded:
      return bounds.merge;
    case Goal::NoDeadKept:
      return bounds.detect;
    case Goal::Joined:
      return bounds.join;
  }
  SPLITSCOPE_UNREACHABLE();
}

}  // namespace

MonitorSpec goal_monitor(const World& world, ClusterId cluster, Goal goal) {
  MonitorSpec spec;
  spec.kind = MonitorSpec::Kind::Never;
  spec.condition = Condition::goal_missed(cluster.value, goal);
  spec.longer_than = bound_of(world.bounds(cluster), goal);
  spec.words = fmt::format("goal: {}", to_text(goal));
  return spec;
}

MonitorSpec merged_monitor(const World& world, ClusterId cluster) {
  MonitorSpec spec;
  spec.kind = MonitorSpec::Kind::Eventually;
  spec.condition = Condition::all_agreed(cluster.value);
  spec.within = world.bounds(cluster).merge;
  spec.words = "goal: merged";
  return spec;
}

}  // namespace splitscope::scenarios
