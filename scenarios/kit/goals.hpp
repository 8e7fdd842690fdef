// What a cluster should do and real clusters miss: findings about the cluster, not bugs of ours.
// Each is judged at a moment; a monitor adds how long it may last.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "scenarios/kit/observation.hpp"

namespace splitscope::scenarios {

enum class Goal : std::uint8_t {
  OneMaster,     // of live members that can exchange packets, at most one believes to be master
  NoIsland,      // they follow one master
  NoneExcluded,  // none is missing from another's list
  NoDeadKept,    // no list names a life that has ended
  Joined,        // every live member is in a cluster
};
inline constexpr std::array<Goal, 5> AllGoals{Goal::OneMaster, Goal::NoIsland, Goal::NoneExcluded,
                                              Goal::NoDeadKept, Goal::Joined};
// "one_master", as scripts name it.
std::string_view to_text(Goal goal);
// What is seen while it is missed, for people.
std::string_view describe(Goal goal);

// Whether the cluster misses the goal at this moment.
bool is_missed(Goal goal, const Observation& observation, std::uint32_t cluster);

}  // namespace splitscope::scenarios
