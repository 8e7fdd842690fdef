// What happens when: at a time, on an event, on a message, when a condition comes to hold.
#include <fmt/format.h>

#include "scenarios/script/arguments.hpp"
#include "scenarios/script/message_types.hpp"

namespace splitscope::scenarios {
namespace {

constexpr std::int64_t NthMax = 1'000'000;

// Runs a function of the script between events. Its errors are kept, since nobody is there to catch
// them.
void call_kept(lua_State* L, int reference) {
  ScriptContext& script = context(L);
  if (script.outcome.end == ScriptOutcome::End::Error) return;
  const bool nested = script.in_callback;
  script.in_callback = true;
  lua_rawgeti(L, LUA_REGISTRYINDEX, reference);
  const int status = lua_pcall(L, 0, 0, 0);
  script.in_callback = nested;
  if (status == LUA_OK) return;
  std::string error = take_error(L, status, script.path);
  if (script.stopping) {
    script.stopping = false;
    return;
  }
  script.outcome.end = ScriptOutcome::End::Error;
  script.outcome.error = std::move(error);
}

void add_trigger(lua_State* L, const TriggerSpec& spec, int index, const char* function) {
  ScriptContext& script = context(L);
  if (!lua_isfunction(L, index)) {
    fail(L, fmt::format("{}: expected a function, for example {}(..., function() kill(\"n1\") "
                        "end), not {}",
                        function, function, shown(L, index)));
  }
  count_up(L, script.triggers, Limits::TriggersMax, "triggers");
  lua_pushvalue(L, index);
  const int reference = luaL_ref(L, LUA_REGISTRYINDEX);
  // Scripts have no coroutines, so L is the main thread and lives as long as the ScriptRun.
  script.world.add_trigger(spec, [L, reference] { call_kept(L, reference); });
}

std::uint32_t read_nth(const Options& options) {
  return static_cast<std::uint32_t>(options.integer("nth", 0, NthMax).value_or(1));
}

int at(lua_State* L) {
  TriggerSpec spec;
  spec.after = read_duration(L, 1, "at: the time");
  add_trigger(L, spec, 2, "at");
  return 0;
}

int when(lua_State* L) {
  TriggerSpec spec;
  spec.condition = read_condition(L, 1, "when: the condition").condition;
  add_trigger(L, spec, 2, "when");
  return 0;
}

int on(lua_State* L) {
  TriggerSpec spec;
  spec.kind = read_event(L, 1, "on");
  const bool has_options = lua_type(L, 2) == LUA_TTABLE;
  if (has_options) {
    const Options options(L, 2, "on", {"by", "of", "nth"});
    spec.by = options.member("by");
    spec.of = options.member("of");
    spec.nth = read_nth(options);
  }
  add_trigger(L, spec, has_options ? 3 : 2, "on");
  return 0;
}

int on_message(lua_State* L) {
  const Options options(L, 1, "on_message", {"type", "nth", "from"});
  TriggerSpec spec;
  spec.message_type = read_message_type(L, options, "on_message");
  spec.nth = read_nth(options);
  spec.by = options.member("from");
  add_trigger(L, spec, 2, "on_message");
  return 0;
}

}  // namespace

void bind_triggers(lua_State* L) {
  lua_register(L, "at", at);
  lua_register(L, "when", when);
  lua_register(L, "on", on);
  lua_register(L, "on_message", on_message);
}

}  // namespace splitscope::scenarios
