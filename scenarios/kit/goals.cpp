#include "scenarios/kit/goals.hpp"

#include <algorithm>

#include "engine/base/assert.hpp"

namespace splitscope::scenarios {
namespace {

bool names(const MemberState& member, const base::Uuid& uuid) {
  return std::any_of(member.view.begin(), member.view.end(),
                     [&](const ViewEntry& entry) { return entry.uuid == uuid; });
}

bool has_several_masters(const Observation& observation, const Members& component) {
  return std::count_if(component.begin(), component.end(),
                       [&](base::NodeId node) { return observation.at(node).is_master(); }) > 1;
}

bool follow_several(const Observation& observation, const Members& component) {
  const base::Uuid* first = nullptr;
  for (const base::NodeId node : component) {
    const MemberState& member = observation.at(node);
    if (!member.joined || member.view.empty()) continue;
    const base::Uuid& master = member.view.front().uuid;
    if (first != nullptr && *first != master) return true;
    first = &master;
  }
  return false;
}

bool excludes_any(const Observation& observation, const Members& component) {
  for (const base::NodeId node : component) {
    const MemberState& member = observation.at(node);
    if (!member.joined) continue;
    for (const base::NodeId other : component) {
      const MemberState& peer = observation.at(other);
      if (peer.joined && !names(member, peer.uuid)) return true;
    }
  }
  return false;
}

bool keeps_dead(const Observation& observation, const Members& component) {
  for (const base::NodeId node : component) {
    for (const ViewEntry& entry : observation.at(node).view) {
      const base::NodeId named = observation.node_of(entry.uuid);
      if (named == base::NoNode || !observation.at(named).process_running) return true;
    }
  }
  return false;
}

bool has_unjoined(const Observation& observation, const Members& component) {
  return std::any_of(component.begin(), component.end(),
                     [&](base::NodeId node) { return !observation.at(node).joined; });
}

bool misses(Goal goal, const Observation& observation, const Members& component) {
  switch (goal) {
    case Goal::OneMaster:
      return has_several_masters(observation, component);
    case Goal::NoIsland:
      return follow_several(observation, component);
    case Goal::NoneExcluded:
      return excludes_any(observation, component);
    case Goal::NoDeadKept:
      return keeps_dead(observation, component);
    case Goal::Joined:
      return has_unjoined(observation, component);
  }
  SPLITSCOPE_UNREACHABLE();
}

}  // namespace

std::string_view to_text(Goal goal) {
  switch (goal) {
    case Goal::OneMaster:
      return "one_master";
    case Goal::NoIsland:
      return "no_island";
    case Goal::NoneExcluded:
      return "none_excluded";
    case Goal::NoDeadKept:
      return "no_dead_kept";
    case Goal::Joined:
      return "joined";
  }
  SPLITSCOPE_UNREACHABLE();
}

std::string_view describe(Goal goal) {
  switch (goal) {
    case Goal::OneMaster:
      return "two masters that can reach each other";
    case Goal::NoIsland:
      return "members that can reach each other follow different masters";
    case Goal::NoneExcluded:
      return "a live member is missing from a list, though it can be reached";
    case Goal::NoDeadKept:
      return "a list names a dead member";
    case Goal::Joined:
      return "a live member is in no cluster";
  }
  SPLITSCOPE_UNREACHABLE();
}

bool is_missed(Goal goal, const Observation& observation, std::uint32_t cluster) {
  const std::vector<Members> components = observation.components(cluster);
  return std::any_of(components.begin(), components.end(), [&](const Members& component) {
    return misses(goal, observation, component);
  });
}

}  // namespace splitscope::scenarios
