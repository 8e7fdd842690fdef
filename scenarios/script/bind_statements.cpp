// What must hold: expect, eventually, always, never, sometimes, goals, inconclusive.
#include <fmt/format.h>

#include "engine/base/duration_text.hpp"
#include "engine/base/utf8.hpp"
#include "scenarios/script/conditions.hpp"
#include "scenarios/script/goal_monitors.hpp"
#include "scenarios/script/literal_text.hpp"

namespace splitscope::scenarios {

// A monitor that is registered.
struct Monitor {
  std::uint32_t index = 0;
};
template <>
inline constexpr const char* TypeName<Monitor> = "monitor";

// A goal that expect() registers, for every cluster; none = merged.
struct GoalValue {
  std::optional<Goal> goal;
};
template <>
inline constexpr const char* TypeName<GoalValue> = "goal";

namespace {

std::uint32_t add_monitor(lua_State* L, MonitorSpec spec) {
  ScriptContext& script = context(L);
  count_up(L, script.monitors, Limits::MonitorsMax, "monitors");
  spec.line = script_line(L);
  return script.world.add_monitor(spec);
}

int push_monitor(lua_State* L, MonitorSpec spec, std::string literal) {
  ScriptContext& script = context(L);
  const base::Instant now = script.world.now();
  const std::uint32_t index = add_monitor(L, std::move(spec));
  script.literal.monitor(now, index, std::move(literal));
  push_value(L, Monitor{index});
  return 1;
}

int eventually(lua_State* L) {
  const ScriptCondition condition = read_condition(L, 1, "eventually: the condition");
  if (lua_isnoneornil(L, 2)) {
    fail(L, "eventually: a deadline is missing, for example eventually(c:agreed(), \"10m\")");
  }
  MonitorSpec spec;
  spec.kind = MonitorSpec::Kind::Eventually;
  spec.condition = condition.condition;
  spec.within = read_duration(L, 2, "eventually: the deadline");
  spec.words = fmt::format("{} within {}", spec.condition.to_text(), base::to_text(spec.within));
  return push_monitor(
      L, spec, fmt::format("eventually({}, {})", condition.literal, lua_duration(spec.within)));
}

int always(lua_State* L) {
  const ScriptCondition condition = read_condition(L, 1, "always: the condition");
  MonitorSpec spec;
  spec.kind = MonitorSpec::Kind::Always;
  spec.condition = condition.condition;
  spec.words = "always " + spec.condition.to_text();
  return push_monitor(L, spec, fmt::format("always({})", condition.literal));
}

int never(lua_State* L) {
  const ScriptCondition condition = read_condition(L, 1, "never: the condition");
  const Options options(L, 2, "never", {"longer_than"});
  MonitorSpec spec;
  spec.kind = MonitorSpec::Kind::Never;
  spec.condition = condition.condition;
  spec.words = "never " + spec.condition.to_text();
  std::string literal = fmt::format("never({})", condition.literal);
  if (const auto longer_than = options.duration("longer_than")) {
    spec.longer_than = *longer_than;
    spec.words += " for longer than " + base::to_text(*longer_than);
    literal = fmt::format("never({}, {{ longer_than = {} }})", condition.literal,
                          lua_duration(*longer_than));
  }
  return push_monitor(L, spec, std::move(literal));
}

int sometimes(lua_State* L) {
  const ScriptCondition condition = read_condition(L, 1, "sometimes: the condition");
  MonitorSpec spec;
  spec.kind = MonitorSpec::Kind::Sometimes;
  spec.condition = condition.condition;
  spec.words = "sometimes " + spec.condition.to_text();
  return push_monitor(L, spec, fmt::format("sometimes({})", condition.literal));
}

// --- expect ---

void expect_goal(lua_State* L, std::optional<Goal> goal, const std::string& words) {
  ScriptContext& script = context(L);
  if (script.clusters.empty()) fail(L, "expect: call cluster { ... } before expecting a goal");
  const std::string name = goal.has_value() ? std::string(to_text(*goal)) : "merged";
  script.literal.statement(script.world.now(),
                           fmt::format("expect(goals.{}, {})", name, lua_quoted(words)));
  for (const ClusterId cluster : script.clusters) {
    MonitorSpec spec = goal.has_value() ? goal_monitor(script.world, cluster, *goal)
                                        : merged_monitor(script.world, cluster);
    if (!words.empty()) spec.words = words;
    add_monitor(L, std::move(spec));
  }
}

void expect_now(lua_State* L, const std::string& words) {
  World& world = context(L).world;
  const std::uint32_t line = script_line(L);
  std::string literal;
  if (lua_type(L, 1) == LUA_TBOOLEAN) {
    const bool met = lua_toboolean(L, 1) != 0;
    literal = met ? "true" : "false";
    world.expect(met, words.empty() ? fmt::format("line {}", line) : words, line,
                 "the script found it false");
  } else {
    const ScriptCondition value = read_condition(L, 1, "expect: the condition");
    literal = value.literal;
    const bool met = value.condition.holds(world.observation(), world.counters());
    world.expect(met, words.empty() ? value.condition.to_text() : words, line,
                 met ? std::string() : value.condition.explain(world.observation()));
  }
  context(L).literal.statement(
      world.now(),
      fmt::format("expect({}{})", literal, words.empty() ? "" : ", " + lua_quoted(words)));
}

int expect(lua_State* L) {
  ScriptContext& script = context(L);
  const std::string words =
      lua_isnoneornil(L, 2) ? "" : base::well_formed_utf8(read_text(L, 2, "expect: the words"));
  if (const auto* monitor = test_value<Monitor>(L, 1)) {
    script.world.name_expectation(monitor->index, words, script_line(L));
    script.literal.name_monitor(monitor->index, words);
  } else if (const auto* goal = test_value<GoalValue>(L, 1)) {
    expect_goal(L, goal->goal, words);
  } else {
    count_up(L, script.monitors, Limits::MonitorsMax, "monitors");
    expect_now(L, words);
  }
  return 0;
}

int declare_inconclusive(lua_State* L) {
  ScriptContext& script = context(L);
  const std::string why = base::well_formed_utf8(read_text(L, 1, "inconclusive: the reason"));
  count_up(L, script.monitors, Limits::MonitorsMax, "monitors");
  script.world.declare_inconclusive(fmt::format("line {}: {}", script_line(L), why));
  script.literal.statement(script.world.now(), fmt::format("inconclusive({})", lua_quoted(why)));
  return 0;
}

// --- goals.merged, goals.one_master, ... ---

int unknown_goal(lua_State* L) {
  const std::vector<std::string> names = text_keys(L, 1);
  const std::vector<std::string_view> known(names.begin(), names.end());
  const std::string name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
  fail(L, fmt::format("goals: there is no goal \"{}\"{}; the goals are {}", name,
                      did_you_mean(name, known), fmt::join(known, ", ")));
}

void bind_goals(lua_State* L) {
  lua_newtable(L);
  push_value(L, GoalValue{});
  lua_setfield(L, -2, "merged");
  for (const Goal goal : AllGoals) {
    push_value(L, GoalValue{goal});
    lua_setfield(L, -2, std::string(to_text(goal)).c_str());
  }
  lua_newtable(L);
  lua_pushcfunction(L, unknown_goal);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
  lua_setglobal(L, "goals");
}

}  // namespace

void bind_statements(lua_State* L) {
  define_type<Monitor>(L, NoMethods);
  define_type<GoalValue>(L, NoMethods);
  lua_register(L, "eventually", eventually);
  lua_register(L, "always", always);
  lua_register(L, "never", never);
  lua_register(L, "sometimes", sometimes);
  lua_register(L, "expect", expect);
  lua_register(L, "inconclusive", declare_inconclusive);
  bind_goals(L);
}

}  // namespace splitscope::scenarios
