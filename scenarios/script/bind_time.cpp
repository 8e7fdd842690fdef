// Time passes only here: run_for, run_until, try_run_until; and durations as values.
#include <cmath>

#include <fmt/format.h>

#include "engine/base/duration_text.hpp"
#include "scenarios/script/conditions.hpp"
#include "scenarios/script/literal_text.hpp"

namespace splitscope::scenarios {
namespace {

constexpr base::Duration Longest = std::chrono::hours{24 * 366 * 100};

void check_may_wait(lua_State* L, const char* function) {
  if (context(L).in_callback) {
    fail(L, fmt::format("{}: time cannot pass inside a trigger's function; plan it with at(...)",
                        function));
  }
}

// A trigger's function that failed meanwhile ends the script, too.
void stop_after_error(lua_State* L) {
  if (context(L).outcome.end == ScriptOutcome::End::Error) stop_script(L);
}

int run_for(lua_State* L) {
  check_may_wait(L, "run_for");
  const base::Duration duration = read_duration(L, 1, "run_for: the duration");
  if (!context(L).world.run_for(duration)) stop_script(L);
  stop_after_error(L);
  return 0;
}

struct Wait {
  ScriptCondition condition;
  base::Duration deadline{};
};

Wait read_wait(lua_State* L, const char* function) {
  check_may_wait(L, function);
  Wait wait{read_condition(L, 1, fmt::format("{}: the condition", function)), {}};
  if (lua_isnoneornil(L, 2)) {
    fail(L, fmt::format("{}: a deadline is missing, for example {}(c:agreed(), \"60s\")", function,
                        function));
  }
  wait.deadline = read_duration(L, 2, fmt::format("{}: the deadline", function));
  return wait;
}

int run_until(lua_State* L) {
  const Wait wait = read_wait(L, "run_until");
  ScriptContext& script = context(L);
  const bool came = script.world.run_until(wait.condition.condition, wait.deadline);
  stop_after_error(L);
  if (came || script.options.waits_may_run_out) return 0;
  const Condition& condition = wait.condition.condition;
  const std::string words =
      fmt::format("run_until: {} within {}", condition.to_text(), base::to_text(wait.deadline));
  script.world.expect(false, words, script_line(L), condition.explain(script.world.observation()));
  script.literal.statement(
      script.world.now(), fmt::format("expect({}, {})", wait.condition.literal, lua_quoted(words)));
  script.outcome.end = ScriptOutcome::End::WaitFailed;
  stop_script(L);
}

int try_run_until(lua_State* L) {
  const Wait wait = read_wait(L, "try_run_until");
  const bool came = context(L).world.run_until(wait.condition.condition, wait.deadline);
  stop_after_error(L);
  lua_pushboolean(L, came ? 1 : 0);
  return 1;
}

// --- durations ---

int push_duration(lua_State* L, base::Duration duration) {
  if (duration < base::Duration::zero() || duration > Longest) {
    fail(L, "a duration lies between 0 and 100 years");
  }
  push_value(L, duration);
  return 1;
}

int within(lua_State* L) {
  return push_duration(L, read_duration(L, 1, "within"));
}
int now(lua_State* L) {
  return push_duration(L, context(L).world.now().time_since_epoch());
}
int add(lua_State* L) {
  const base::Duration left = read_duration(L, 1, "+");
  return push_duration(L, left + read_duration(L, 2, "+"));
}
int subtract(lua_State* L) {
  const base::Duration left = read_duration(L, 1, "-");
  return push_duration(L, left - read_duration(L, 2, "-"));
}
int scale(lua_State* L) {
  const bool first = lua_type(L, 1) == LUA_TNUMBER;
  const base::Duration duration = read_duration(L, first ? 2 : 1, "*");
  const int index = first ? 1 : 2;
  const lua_Number factor = lua_type(L, index) == LUA_TNUMBER ? lua_tonumber(L, index) : -1;
  const lua_Number product = static_cast<lua_Number>(duration.count()) * factor;
  if (!(factor >= 0) || !(product <= static_cast<lua_Number>(Longest.count()))) {
    fail(L, fmt::format("*: a duration takes a factor from 0 that keeps it below 100 years, not {}",
                        shown(L, index)));
  }
  return push_duration(L, base::Duration{static_cast<std::int64_t>(product)});
}
int is_shorter(lua_State* L) {
  const base::Duration left = read_duration(L, 1, "<");
  lua_pushboolean(L, left < read_duration(L, 2, "<"));
  return 1;
}
int is_at_most(lua_State* L) {
  const base::Duration left = read_duration(L, 1, "<=");
  lua_pushboolean(L, left <= read_duration(L, 2, "<="));
  return 1;
}
int is_equal(lua_State* L) {
  const base::Duration left = read_duration(L, 1, "==");
  lua_pushboolean(L, left == read_duration(L, 2, "=="));
  return 1;
}
int duration_text(lua_State* L) {
  const std::string text = base::to_text(read_duration(L, 1, "tostring"));
  lua_pushlstring(L, text.data(), text.size());
  return 1;
}
int seconds(lua_State* L) {
  const base::Duration duration = read_duration(L, 1, "seconds");
  lua_pushnumber(L, static_cast<lua_Number>(duration.count()) / 1e9);
  return 1;
}

constexpr luaL_Reg DurationMethods[] = {{"seconds", seconds}, {nullptr, nullptr}};
constexpr luaL_Reg Operators[] = {{"__add", add},
                                  {"__sub", subtract},
                                  {"__mul", scale},
                                  {"__lt", is_shorter},
                                  {"__le", is_at_most},
                                  {"__eq", is_equal},
                                  {"__tostring", duration_text},
                                  {nullptr, nullptr}};

}  // namespace

void bind_time(lua_State* L) {
  define_type<base::Duration>(L, DurationMethods);
  for (const luaL_Reg* entry = Operators; entry->name != nullptr; ++entry) {
    add_metamethod(L, TypeName<base::Duration>, entry->name, entry->func);
  }
  lua_register(L, "run_for", run_for);
  lua_register(L, "run_until", run_until);
  lua_register(L, "try_run_until", try_run_until);
  lua_register(L, "within", within);
  lua_register(L, "now", now);
}

}  // namespace splitscope::scenarios
