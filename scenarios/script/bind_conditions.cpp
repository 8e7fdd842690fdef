// Conditions and quantities as Lua values, and what a script states about them.
#include <cmath>

#include <fmt/format.h>

#include "scenarios/script/context.hpp"

namespace splitscope::scenarios {
namespace {

// A number that is compared through methods, since Lua turns < and == into plain booleans.
struct Quantity {
  enum class Kind : std::uint8_t { Masters, Islands, Size, Messages, Availability };
  Kind kind = Kind::Masters;
  std::uint32_t cluster = 0;
  base::NodeId member;
  std::string words;
};

// A monitor that is registered, or a goal that expect() will register.
struct Monitor {
  std::uint32_t index = 0;
  std::string goal;
};

struct ViewOf {
  base::NodeId member;
};

Condition compare(const Quantity& quantity, char relation, std::uint64_t bound) {
  const auto small = static_cast<std::uint32_t>(bound);
  switch (quantity.kind) {
    case Quantity::Kind::Masters:
      return Condition::masters_compare(quantity.cluster, relation, small);
    case Quantity::Kind::Islands:
      return Condition::islands_compare(quantity.cluster, relation, small);
    case Quantity::Kind::Size:
      return Condition::size_compare(quantity.member, relation, small, quantity.words);
    case Quantity::Kind::Messages:
      return Condition::messages_compare(quantity.words, relation, bound);
    case Quantity::Kind::Availability:
      return Condition::availability_compare(relation, bound);
  }
  return Condition::constant(false);
}

template <char Relation>
int compare_quantity(lua_State* L) {
  const auto* quantity = test_value<Quantity>(L, 1, QuantityType);
  if (quantity == nullptr) fail(L, "call it with a colon, for example c:masters():above(1)");
  std::uint64_t bound = 0;
  if (quantity->kind == Quantity::Kind::Availability) {
    const lua_Number part = luaL_checknumber(L, 2);
    if (!(part >= 0) || part > 1) fail(L, "availability: compare with a part between 0 and 1");
    bound = static_cast<std::uint64_t>(std::llround(part * 1e6));
  } else {
    bound = static_cast<std::uint64_t>(
        read_integer(L, 2, "the number to compare with", 0, std::int64_t{1} << 40));
  }
  push_value(L, ConditionType, compare(*quantity, Relation, bound));
  return 1;
}

int both(lua_State* L) {
  push_value(L, ConditionType, read_condition(L, 1, "&: left") & read_condition(L, 2, "&: right"));
  return 1;
}
int either(lua_State* L) {
  push_value(L, ConditionType, read_condition(L, 1, "|: left") | read_condition(L, 2, "|: right"));
  return 1;
}
int negation(lua_State* L) {
  push_value(L, ConditionType, ~read_condition(L, 1, "~"));
  return 1;
}
int condition_text(lua_State* L) {
  const std::string text = read_condition(L, 1, "tostring").to_text();
  lua_pushlstring(L, text.data(), text.size());
  return 1;
}
int condition_holds(lua_State* L) {
  const World& world = context(L).world;
  lua_pushboolean(L, read_condition(L, 1, "holds").holds(world.observation(), world.counters()));
  return 1;
}

std::uint32_t cluster_of(lua_State* L, int index, const char* function) {
  const auto* cluster = test_value<ClusterId>(L, index, ClusterType);
  if (cluster == nullptr) {
    fail(L, fmt::format("{}: call it with a colon on a cluster, for example c:{}()", function,
                        function));
  }
  return cluster->value;
}

int agreed(lua_State* L) {
  if (const auto* cluster = test_value<ClusterId>(L, 1, ClusterType)) {
    push_value(L, ConditionType, Condition::all_agreed(cluster->value));
    return 1;
  }
  Group group = read_group(L, 1, "agreed");
  push_value(L, ConditionType, Condition::agreed(std::move(group.members), group.words));
  return 1;
}

// c:joined("n3") or group:joined()
Group subject(lua_State* L, const char* function) {
  const bool on_cluster = test_value<ClusterId>(L, 1, ClusterType) != nullptr;
  return read_group(L, on_cluster && lua_gettop(L) >= 2 ? 2 : 1, function);
}

int joined(lua_State* L) {
  Group group = subject(L, "joined");
  push_value(L, ConditionType, Condition::joined(std::move(group.members), group.words));
  return 1;
}
base::NodeId one_of(lua_State* L, const char* function, std::string& words) {
  const Group group = subject(L, function);
  if (group.members.size() != 1) fail(L, fmt::format("{}: expected one member", function));
  words = group.words;
  return group.members.front();
}
int alone(lua_State* L) {
  std::string words;
  const base::NodeId member = one_of(L, "alone", words);
  push_value(L, ConditionType, Condition::alone(member, words));
  return 1;
}
int live(lua_State* L) {
  std::string words;
  const base::NodeId member = one_of(L, "live", words);
  push_value(L, ConditionType, Condition::live(member, words));
  return 1;
}

int masters(lua_State* L) {
  push_value(L, QuantityType,
             Quantity{Quantity::Kind::Masters, cluster_of(L, 1, "masters"), {}, {}});
  return 1;
}
int islands(lua_State* L) {
  push_value(L, QuantityType,
             Quantity{Quantity::Kind::Islands, cluster_of(L, 1, "islands"), {}, {}});
  return 1;
}
int size(lua_State* L) {
  std::string words;
  const base::NodeId member = one_of(L, "size", words);
  push_value(L, QuantityType, Quantity{Quantity::Kind::Size, 0, member, words});
  return 1;
}
int availability(lua_State* L) {
  const Options options(L, 2, "availability", {"of"});
  const std::string of = options.text("of").value_or("agreement");
  if (of != "agreement") {
    fail(L, fmt::format("availability: of = \"{}\" is not measured in this version; there is "
                        "\"agreement\"",
                        of));
  }
  push_value(L, QuantityType, Quantity{Quantity::Kind::Availability, 0, {}, {}});
  return 1;
}
int messages(lua_State* L) {
  const Options options(L, 1, "messages", {"type"});
  const auto type = options.text("type");
  if (!type.has_value())
    fail(L,
         "messages: name a type, for example "
         "messages { type = \"Heartbeat\" }");
  push_value(L, QuantityType, Quantity{Quantity::Kind::Messages, 0, {}, *type});
  return 1;
}

int view(lua_State* L) {
  std::string words;
  push_value(L, ViewType, ViewOf{one_of(L, "view", words)});
  return 1;
}
int view_is(lua_State* L) {
  const auto* of = test_value<ViewOf>(L, 1, ViewType);
  if (of == nullptr || lua_type(L, 2) != LUA_TTABLE) {
    fail(L, "is: write for example c:view(\"n1\"):is { \"n1\", \"n2\" }");
  }
  std::vector<base::NodeId> order;
  std::string words = context(L).world.observation().at(of->member).name + " sees ";
  const auto count = static_cast<lua_Integer>(lua_rawlen(L, 2));
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(L, 2, i);
    order.push_back(read_member(L, lua_gettop(L), "is: a member"));
    words += (i > 1 ? " > " : "") + context(L).world.observation().at(order.back()).name;
    lua_pop(L, 1);
  }
  push_value(L, ConditionType, Condition::view_is(of->member, order, words));
  return 1;
}

// --- statements ---

int register_monitor(lua_State* L, MonitorSpec spec) {
  spec.line = script_line(L);
  push_value(L, MonitorType, Monitor{context(L).world.add_monitor(spec), {}});
  return 1;
}

int eventually(lua_State* L) {
  MonitorSpec spec;
  spec.kind = MonitorSpec::Kind::Eventually;
  spec.condition = read_condition(L, 1, "eventually: the condition");
  if (lua_isnoneornil(L, 2)) {
    fail(L, "eventually: a deadline is missing, for example eventually(c:agreed(), \"10m\")");
  }
  spec.within = read_duration(L, 2, "eventually: the deadline");
  return register_monitor(L, std::move(spec));
}
int always(lua_State* L) {
  MonitorSpec spec;
  spec.kind = MonitorSpec::Kind::Always;
  spec.condition = read_condition(L, 1, "always: the condition");
  return register_monitor(L, std::move(spec));
}
int never(lua_State* L) {
  const Options options(L, 2, "never", {"longer_than"});
  MonitorSpec spec;
  spec.kind = MonitorSpec::Kind::Never;
  spec.condition = read_condition(L, 1, "never: the condition");
  spec.words = "never " + spec.condition.to_text();
  spec.longer_than = options.duration("longer_than").value_or(base::Duration::zero());
  return register_monitor(L, std::move(spec));
}
int sometimes(lua_State* L) {
  MonitorSpec spec;
  spec.kind = MonitorSpec::Kind::Sometimes;
  spec.condition = read_condition(L, 1, "sometimes: the condition");
  return register_monitor(L, std::move(spec));
}

MonitorSpec goal_named(lua_State* L, const std::string& name) {
  ScriptContext& script = context(L);
  if (script.clusters.empty()) fail(L, "goals: call cluster { ... } first");
  const ClusterId cluster = script.clusters.front();
  const ClusterBounds bounds = script.world.bounds(cluster);
  MonitorSpec spec;
  spec.words = "goal: " + name;
  if (name == "merged") {
    spec.kind = MonitorSpec::Kind::Eventually;
    spec.condition = Condition::all_agreed(cluster.value);
    spec.within = bounds.merge;
  } else if (name == "joined") {
    spec.kind = MonitorSpec::Kind::Eventually;
    spec.condition = Condition::all_agreed(cluster.value);
    spec.within = bounds.join;
  } else if (name == "one_master") {
    spec.kind = MonitorSpec::Kind::Never;
    spec.condition = Condition::masters_compare(cluster.value, '>', 1);
    spec.longer_than = bounds.elect;
  } else {
    spec.kind = MonitorSpec::Kind::Never;
    spec.condition = Condition::islands_compare(cluster.value, '>', 1);
    spec.longer_than = bounds.merge;
  }
  return spec;
}

int expect(lua_State* L) {
  World& world = context(L).world;
  const std::string words = lua_isnoneornil(L, 2) ? "" : read_text(L, 2, "expect: the words");
  if (const auto* monitor = test_value<Monitor>(L, 1, MonitorType)) {
    std::uint32_t index = monitor->index;
    if (!monitor->goal.empty()) {
      MonitorSpec spec = goal_named(L, monitor->goal);
      spec.line = script_line(L);
      index = world.add_monitor(spec);
    }
    world.name_expectation(index, words, script_line(L));
    return 0;
  }
  const Condition condition = read_condition(L, 1, "expect: the condition");
  const bool met = condition.holds(world.observation(), world.counters());
  world.expect(met, words.empty() ? condition.to_text() : words, script_line(L),
               met ? std::string() : condition.explain(world.observation()));
  return 0;
}

void bind_goals(lua_State* L) {
  lua_newtable(L);
  for (const char* name : {"merged", "joined", "one_master", "no_island"}) {
    push_value(L, MonitorType, Monitor{0, name});
    lua_setfield(L, -2, name);
  }
  lua_setglobal(L, "goals");
}

}  // namespace

constexpr luaL_Reg ConditionMethods[] = {{"holds", condition_holds}, {nullptr, nullptr}};
constexpr luaL_Reg QuantityMethods[] = {
    {"above", compare_quantity<'>'>},    {"below", compare_quantity<'<'>},
    {"at_least", compare_quantity<'g'>}, {"at_most", compare_quantity<'l'>},
    {"equals", compare_quantity<'='>},   {nullptr, nullptr}};
constexpr luaL_Reg ViewMethods[] = {{"is", view_is}, {nullptr, nullptr}};
constexpr luaL_Reg NoMethods[] = {{nullptr, nullptr}};

void bind_conditions(lua_State* L) {
  define_type<Condition>(L, ConditionType, ConditionMethods);
  add_metamethod(L, ConditionType, "__band", both);
  add_metamethod(L, ConditionType, "__bor", either);
  add_metamethod(L, ConditionType, "__bnot", negation);
  add_metamethod(L, ConditionType, "__tostring", condition_text);
  define_type<Quantity>(L, QuantityType, QuantityMethods);
  define_type<ViewOf>(L, ViewType, ViewMethods);
  define_type<Monitor>(L, MonitorType, NoMethods);
  lua_register(L, "messages", messages);
  lua_register(L, "eventually", eventually);
  lua_register(L, "always", always);
  lua_register(L, "never", never);
  lua_register(L, "sometimes", sometimes);
  lua_register(L, "expect", expect);
  bind_goals(L);
}

// Methods of clusters and groups that make conditions; bind_clusters() adds them to both types.
extern const luaL_Reg ConditionMakers[];
const luaL_Reg ConditionMakers[] = {
    {"agreed", agreed},   {"joined", joined},   {"alone", alone}, {"live", live},
    {"masters", masters}, {"islands", islands}, {"size", size},   {"availability", availability},
    {"view", view},       {nullptr, nullptr}};

}  // namespace splitscope::scenarios
