// What all bindings share: the world, the options, and reading arguments with errors that say what
// to write. Private to scenarios/script.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <lua.hpp>

#include "scenarios/script/script.hpp"

namespace splitscope::scenarios {

struct ScriptContext {
  World& world;
  const ScriptOptions& options;
  ScriptOutcome outcome;
  std::set<std::string> parameters_used;
  std::vector<ClusterId> clusters;
  std::vector<FaultId> faults;  // applied by the script, for heal_all
  std::uint64_t instructions = 0;
  std::size_t memory = 0;
  bool wait_failed = false;  // unwinding after a run_until that ran out
  bool phase_passed = false;
  bool in_callback = false;  // a trigger's function runs: time cannot pass
};

// Members that a selector came to, and how the script named them.
struct Group {
  Members members;
  std::string words;
  std::uint32_t cluster = 0;
};

ScriptContext& context(lua_State* L);
// Raises a Lua error "file:line: message" at the line of the script.
[[noreturn]] void fail(lua_State* L, const std::string& message);
std::uint32_t script_line(lua_State* L);

// --- userdata: values of our own in Lua, each with a metatable of its name ---
inline constexpr const char* ClusterType = "cluster";
inline constexpr const char* GroupType = "members";
inline constexpr const char* ConditionType = "condition";
inline constexpr const char* QuantityType = "quantity";
inline constexpr const char* FaultType = "fault";
inline constexpr const char* DurationType = "duration";
inline constexpr const char* MonitorType = "monitor";
inline constexpr const char* ViewType = "view";

template <typename T>
void push_value(lua_State* L, const char* type, T value) {
  void* memory = lua_newuserdatauv(L, sizeof(T), 0);
  new (memory) T(std::move(value));
  luaL_setmetatable(L, type);
}
template <typename T>
T* test_value(lua_State* L, int index, const char* type) {
  return static_cast<T*>(luaL_testudata(L, index, type));
}
template <typename T>
int destroy_value(lua_State* L) {
  static_cast<T*>(lua_touserdata(L, 1))->~T();
  return 0;
}
// Registers a type; `methods` become its index, `T` is destroyed with its value.
template <typename T>
void define_type(lua_State* L, const char* type, const luaL_Reg* methods) {
  luaL_newmetatable(L, type);
  lua_pushcfunction(L, destroy_value<T>);
  lua_setfield(L, -2, "__gc");
  lua_pushliteral(L, "locked");
  lua_setfield(L, -2, "__metatable");
  lua_newtable(L);
  luaL_setfuncs(L, methods, 0);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
}
void add_metamethod(lua_State* L, const char* type, const char* name, lua_CFunction function);

// --- arguments ---
// `what` names the argument in errors: "run_for: the duration".
base::Duration read_duration(lua_State* L, int index, std::string_view what);
base::Probability read_rate(lua_State* L, int index, std::string_view what);
std::string read_text(lua_State* L, int index, std::string_view what);
std::int64_t read_integer(lua_State* L, int index, std::string_view what, std::int64_t low,
                          std::int64_t high);
// A name, a group, a cluster, or a list of them.
Group read_group(lua_State* L, int index, std::string_view what);
base::NodeId read_member(lua_State* L, int index, std::string_view what);
Condition read_condition(lua_State* L, int index, std::string_view what);

// The table of named options at `index`. Unknown keys are errors that name the known ones.
class Options {
 public:
  Options(lua_State* L, int index, std::string function, std::vector<std::string_view> known);
  bool has(const char* key) const;
  std::optional<base::Duration> duration(const char* key) const;
  std::optional<base::Probability> rate(const char* key) const;
  std::optional<std::string> text(const char* key) const;
  std::optional<std::int64_t> integer(const char* key, std::int64_t low, std::int64_t high) const;
  std::optional<bool> flag(const char* key) const;
  std::optional<Group> group(const char* key) const;
  // Leaves the value on the stack; true if it is there.
  bool push(const char* key) const;

 private:
  std::string what(const char* key) const { return function_ + ": " + key; }
  lua_State* L_;
  int index_;
  std::string function_;
};

// The known word nearest to `word`, as "; did you mean \"x\"?", or empty.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known);

// --- the parts; each adds its functions and types ---
void open_sandbox(lua_State* L);
void bind_clusters(lua_State* L);
void bind_conditions(lua_State* L);
void bind_faults(lua_State* L);
void bind_time(lua_State* L);
void bind_chaos(lua_State* L);

}  // namespace splitscope::scenarios
