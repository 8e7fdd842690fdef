// Making conditions for scripts. Private to scenarios/script.
#pragma once

#include <string>

#include "scenarios/script/arguments.hpp"

namespace splitscope::scenarios {

// Pushes it and returns 1; more than Limits::ConditionMax parts are an error. `literal` is the Lua
// that makes it again.
int push_condition(lua_State* L, Condition condition, std::string literal, std::uint32_t parts = 1);

// How a literal script names a cluster and a group of its members.
std::string cluster_literal(std::uint32_t cluster);
std::string group_literal(const Group& group);

// The members that a condition is about: c:joined("n3"), c:joined() of all, or group:joined().
Group read_condition_subject(lua_State* L, const char* function);
Group read_single_subject(lua_State* L, const char* function);

void define_quantities(lua_State* L);

}  // namespace splitscope::scenarios
