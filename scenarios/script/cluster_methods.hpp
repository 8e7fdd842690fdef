// What can be done with a cluster: start it, ask for its bounds, add and remove members. Private to
// scenarios/script.
#pragma once

#include <lua.hpp>

namespace splitscope::scenarios {

void define_cluster_type(lua_State* L);

}  // namespace splitscope::scenarios
