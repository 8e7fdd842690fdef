// Applying faults from scripts. Private to scenarios/script.
#pragma once

#include <string>

#include "scenarios/script/arguments.hpp"

namespace splitscope::scenarios {

template <>
inline constexpr const char* TypeName<FaultId> = "fault";

// Applies it now, in the script's name, and records it for the literal script. What the world
// refuses is an error at the script's line.
FaultId apply_fault(lua_State* L, Fault fault, std::string label);
// The same, and pushes the handle; returns 1.
int push_fault(lua_State* L, Fault fault, std::string label);
// Ends it; nothing happens where there is nothing to end.
void heal_fault(ScriptContext& script, FaultId fault);

// The members of an act: kill("n1"), kill { "n1", "n2" }, restart { "n1", after = "5s" }. Nobody is
// an error.
Group read_subject(lua_State* L, const char* function);
// Where its options are: in the table itself when that is all there is, else in the second
// argument.
int options_index(lua_State* L, const char* function);

}  // namespace splitscope::scenarios
