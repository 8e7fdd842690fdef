// Describing the network of a run, once, before its first cluster. Private to scenarios/script.
#pragma once

#include <string>

#include "scenarios/script/arguments.hpp"

namespace splitscope::scenarios {

// `function` begins the error.
void use_network(lua_State* L, NetworkSpec spec, const char* function);
void use_site(lua_State* L, const std::string& name, const char* function);

}  // namespace splitscope::scenarios
