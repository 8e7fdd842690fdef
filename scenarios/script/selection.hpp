// Choosing members by age and by chance. Private to scenarios/script.
#pragma once

#include <vector>

#include "scenarios/script/arguments.hpp"

namespace splitscope::scenarios {

// The list of the largest group, oldest first, then the other live members in order: a role always
// finds somebody while anybody is live, even where a cluster has not formed.
std::vector<base::NodeId> members_by_age(const World& world, ClusterId id);
Members live_members(const World& world, ClusterId id);
// `count` of them, or all if there are fewer; sorted.
Members drawn(base::Prng& random, Members from, std::size_t count);

}  // namespace splitscope::scenarios
