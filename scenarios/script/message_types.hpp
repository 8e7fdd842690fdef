// Names of messages and events that scripts may use. Private to scenarios/script.
#pragma once

#include <string>

#include "scenarios/script/arguments.hpp"

namespace splitscope::scenarios {

// The option `type`, which must name a type of message; `function` begins the error.
std::string read_message_type(lua_State* L, const Options& options, const char* function);
// The event that the argument at `index` names ("member_suspected").
base::EventKind read_event(lua_State* L, int index, const char* function);

}  // namespace splitscope::scenarios
