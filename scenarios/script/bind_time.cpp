// Time passes only here: run_for, run_until, try_run_until. And what is to happen when: triggers.
#include <fmt/format.h>

#include "engine/base/duration_text.hpp"
#include "scenarios/script/context.hpp"
#include "schemes/membership/messages.hpp"

namespace splitscope::scenarios {
namespace {

void check_may_wait(lua_State* L, const char* function) {
  if (context(L).in_callback) {
    fail(L, fmt::format("{}: time cannot pass inside a trigger's function; plan it with at(...)",
                        function));
  }
}

// The run is over for the script: nothing after this line runs.
[[noreturn]] void end_script(lua_State* L) {
  context(L).wait_failed = true;
  lua_pushliteral(L, "the run has ended");
  lua_error(L);
  __builtin_unreachable();
}

int run_for(lua_State* L) {
  check_may_wait(L, "run_for");
  const base::Duration duration = read_duration(L, 1, "run_for: the duration");
  if (!context(L).world.run_for(duration)) end_script(L);
  return 0;
}

bool wait(lua_State* L, const char* function) {
  check_may_wait(L, function);
  const Condition condition = read_condition(L, 1, fmt::format("{}: the condition", function));
  if (lua_isnoneornil(L, 2)) {
    fail(L, fmt::format("{}: a deadline is missing, for example {}(c:agreed(), \"60s\")", function,
                        function));
  }
  const base::Duration deadline = read_duration(L, 2, fmt::format("{}: the deadline", function));
  return context(L).world.run_until(condition, deadline);
}

int run_until(lua_State* L) {
  if (wait(L, "run_until") || context(L).options.waits_may_run_out) return 0;
  World& world = context(L).world;
  const Condition condition = read_condition(L, 1, "run_until");
  const base::Duration deadline = read_duration(L, 2, "run_until");
  world.expect(false,
               fmt::format("run_until: {} within {}", condition.to_text(), base::to_text(deadline)),
               script_line(L), condition.explain(world.observation()));
  end_script(L);
}

int try_run_until(lua_State* L) {
  lua_pushboolean(L, wait(L, "try_run_until") ? 1 : 0);
  return 1;
}

int within(lua_State* L) {
  push_value(L, DurationType, read_duration(L, 1, "within"));
  return 1;
}

int now(lua_State* L) {
  push_value(L, DurationType, context(L).world.now().time_since_epoch());
  return 1;
}

int add_durations(lua_State* L) {
  push_value(L, DurationType, read_duration(L, 1, "+") + read_duration(L, 2, "+"));
  return 1;
}
int scale_duration(lua_State* L) {
  const bool first = lua_type(L, 1) == LUA_TNUMBER;
  const lua_Number factor = luaL_checknumber(L, first ? 1 : 2);
  const base::Duration duration = read_duration(L, first ? 2 : 1, "*");
  if (!(factor >= 0) || factor > 1e6) fail(L, "*: a duration takes a factor from 0 to a million");
  push_value(L, DurationType,
             base::Duration{
                 static_cast<std::int64_t>(static_cast<lua_Number>(duration.count()) * factor)});
  return 1;
}
int duration_text(lua_State* L) {
  const std::string text = base::to_text(read_duration(L, 1, "tostring"));
  lua_pushlstring(L, text.data(), text.size());
  return 1;
}

// --- triggers ---

// Keeps the function at `index` and makes it callable from the world, as long as the ScriptRun
// lives.
std::function<void()> keep_function(lua_State* L, int index, const char* what) {
  if (!lua_isfunction(L, index)) {
    fail(L, fmt::format("{}: expected a function, for example {}(..., function() kill(\"n1\") end)",
                        what, what));
  }
  lua_pushvalue(L, index);
  const int reference = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
  lua_State* main = lua_tothread(L, -1);
  lua_pop(L, 1);
  return [main, reference] {
    ScriptContext& script = context(main);
    const bool nested = script.in_callback;
    script.in_callback = true;
    lua_rawgeti(main, LUA_REGISTRYINDEX, reference);
    const int status = lua_pcall(main, 0, 0, 0);
    script.in_callback = nested;
    if (status == LUA_OK) return;
    if (script.outcome.end != ScriptOutcome::End::Error) {
      script.outcome.end = ScriptOutcome::End::Error;
      script.outcome.error = lua_tostring(main, -1);
    }
    lua_pop(main, 1);
  };
}

int at(lua_State* L) {
  TriggerSpec spec;
  spec.after = read_duration(L, 1, "at: the time");
  context(L).world.add_trigger(spec, keep_function(L, 2, "at"));
  return 0;
}

int when(lua_State* L) {
  TriggerSpec spec;
  spec.condition = read_condition(L, 1, "when: the condition");
  context(L).world.add_trigger(spec, keep_function(L, 2, "when"));
  return 0;
}

int on(lua_State* L) {
  const std::string name = read_text(L, 1, "on: the event");
  TriggerSpec spec;
  spec.kind = base::event_kind(name);
  if (spec.kind == base::EventKind::None) {
    fail(L, fmt::format("on: there is no event \"{}\"{}; docs/scripting.md lists them", name,
                        did_you_mean(name, {"member_suspected", "member_removed", "member_added",
                                            "master_changed", "mastership_claimed",
                                            "mastership_won", "merge_started", "merge_finished",
                                            "member_joined", "view_changed", "process_exited"})));
  }
  int function = 2;
  if (lua_type(L, 2) == LUA_TTABLE) {
    const Options options(L, 2, "on", {"by", "of", "nth"});
    if (const auto by = options.group("by"); by && by->members.size() == 1) {
      spec.by = by->members.front();
    }
    if (const auto of = options.group("of"); of && of->members.size() == 1) {
      spec.of = of->members.front();
    }
    spec.nth = static_cast<std::uint32_t>(options.integer("nth", 0, 1'000'000).value_or(1));
    function = 3;
  }
  context(L).world.add_trigger(spec, keep_function(L, function, "on"));
  return 0;
}

int on_message(lua_State* L) {
  const Options options(L, 1, "on_message", {"type", "nth", "from"});
  TriggerSpec spec;
  spec.message_type = options.text("type").value_or("");
  if (!schemes::message_type(spec.message_type).has_value()) {
    fail(L, fmt::format("on_message: there is no message type \"{}\"; docs/scripting.md lists them",
                        spec.message_type));
  }
  spec.nth = static_cast<std::uint32_t>(options.integer("nth", 0, 1'000'000).value_or(1));
  if (const auto from = options.group("from"); from && from->members.size() == 1) {
    spec.by = from->members.front();
  }
  context(L).world.add_trigger(spec, keep_function(L, 2, "on_message"));
  return 0;
}

constexpr luaL_Reg DurationMethods[] = {{nullptr, nullptr}};

}  // namespace

void bind_time(lua_State* L) {
  define_type<base::Duration>(L, DurationType, DurationMethods);
  add_metamethod(L, DurationType, "__add", add_durations);
  add_metamethod(L, DurationType, "__mul", scale_duration);
  add_metamethod(L, DurationType, "__tostring", duration_text);
  lua_register(L, "run_for", run_for);
  lua_register(L, "run_until", run_until);
  lua_register(L, "try_run_until", try_run_until);
  lua_register(L, "within", within);
  lua_register(L, "now", now);
  lua_register(L, "at", at);
  lua_register(L, "when", when);
  lua_register(L, "on", on);
  lua_register(L, "on_message", on_message);
}

}  // namespace splitscope::scenarios
