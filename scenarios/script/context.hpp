// What all bindings share: the world, the options, what the script has made so far, and errors that
// name the script's line. Private to scenarios/script.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <lua.hpp>

#include "scenarios/script/limits.hpp"
#include "scenarios/script/literal.hpp"
#include "scenarios/script/lua_values.hpp"
#include "scenarios/script/script.hpp"

namespace splitscope::scenarios {

// A random phase that is under way; see bind_chaos.cpp.
class ChaosPhase;

struct ScriptContext {
  ScriptContext(World& its_world, const ScriptOptions& its_options);
  ~ScriptContext();

  World& world;
  const ScriptOptions& options;
  ScriptOutcome outcome;
  Budget budget;
  LiteralRecorder literal;
  std::string path;

  std::set<std::string> parameters_used;
  NetworkSpec network;
  bool network_set = false;
  std::vector<ClusterId> clusters;
  std::set<std::uint32_t> started;  // clusters
  std::set<std::uint32_t> probed;   // clusters
  std::vector<FaultId> faults;      // applied by the script, for heal_all
  std::vector<std::unique_ptr<ChaosPhase>> chaos;
  std::size_t triggers = 0;
  std::size_t monitors = 0;
  std::size_t notes = 0;

  bool stopping = false;  // unwinding, though the script made no mistake
  bool phase_passed = false;
  bool in_callback = false;  // a trigger's function runs: time cannot pass
};

ScriptContext& context(lua_State* L);

// Raises a Lua error "file:line: message" at the line of the script.
[[noreturn]] void fail(lua_State* L, const std::string& message);
// Ends the script, or the trigger's function that runs, without blame.
[[noreturn]] void stop_script(lua_State* L);
// ... since the world cannot do what this line asks: the run is inconclusive.
[[noreturn]] void stop_beyond_world(lua_State* L, const base::Error& refusal);
// The innermost line of the script that is being run; 0 if there is none.
std::uint32_t script_line(lua_State* L);
// Adds one to `count`, which has a maximum; `what` names it in the error.
void count_up(lua_State* L, std::size_t& count, std::size_t most, std::string_view what);
// Writes a line into the run's log.
void note(lua_State* L, std::string_view text);
// Calls the function in upvalue 1 with all arguments and returns its results; what it finds wrong
// is said at the script's line, in the name of `function`.
int call_original(lua_State* L, const std::string& function);

// The keys of the table at `index` that are texts, sorted.
std::vector<std::string> text_keys(lua_State* L, int index);
// The known word nearest to `word`, as "; did you mean \"x\"?", or empty.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known);
// The value at `index` as an error quotes it: `"n9"`, `7`, `nothing`, `a table`.
std::string shown(lua_State* L, int index);

// --- the parts; each adds its functions and types ---
void open_sandbox(lua_State* L);
void bound_tables(lua_State* L);
void bound_strings(lua_State* L);
void bind_parameters(lua_State* L);
void bind_network(lua_State* L);
void bind_schemes(lua_State* L);
void bind_clusters(lua_State* L);
void bind_selectors(lua_State* L);
void bind_conditions(lua_State* L);
void bind_data(lua_State* L);
void bind_statements(lua_State* L);
void bind_acts(lua_State* L);
void bind_network_faults(lua_State* L);
void bind_traffic_faults(lua_State* L);
void bind_operator_faults(lua_State* L);
void bind_cloud(lua_State* L);
void bind_time(lua_State* L);
void bind_triggers(lua_State* L);
void bind_chaos(lua_State* L);
void bind_record(lua_State* L);

}  // namespace splitscope::scenarios
