// Conditions as Lua values. They carry the text that makes them again, for literal scripts.
#include <fmt/format.h>

#include "scenarios/script/conditions.hpp"
#include "scenarios/script/literal_text.hpp"

namespace splitscope::scenarios {

struct ViewOf {
  base::NodeId member;
};
template <>
inline constexpr const char* TypeName<ViewOf> = "view";

namespace {

int agreed(lua_State* L) {
  const auto* cluster = test_value<ClusterId>(L, 1);
  if (cluster != nullptr && lua_isnoneornil(L, 2)) {
    return push_condition(L, Condition::all_agreed(cluster->value),
                          cluster_literal(cluster->value) + ":agreed()");
  }
  const Group group = read_condition_subject(L, "agreed");
  return push_condition(L, Condition::agreed(group.members, group.words),
                        group_literal(group) + ":agreed()");
}

int joined(lua_State* L) {
  const Group group = read_condition_subject(L, "joined");
  return push_condition(L, Condition::joined(group.members, group.words),
                        group_literal(group) + ":joined()");
}

int started(lua_State* L) {
  const Group group = read_condition_subject(L, "started");
  return push_condition(L, Condition::started(group.members, group.words),
                        group_literal(group) + ":started()");
}

int alone(lua_State* L) {
  const Group group = read_single_subject(L, "alone");
  return push_condition(L, Condition::alone(group.members.front(), group.words),
                        group_literal(group) + ":alone()");
}

int live(lua_State* L) {
  const Group group = read_condition_subject(L, "live");
  const Observation& observation = context(L).world.observation();
  std::optional<Condition> all;
  for (const base::NodeId node : group.members) {
    const Condition one = Condition::live(node, observation.at(node).name);
    all = all.has_value() ? *all & one : one;
  }
  return push_condition(L, *all, group_literal(group) + ":live()",
                        static_cast<std::uint32_t>(group.members.size()));
}

int view(lua_State* L) {
  push_value(L, ViewOf{read_single_subject(L, "view").members.front()});
  return 1;
}

int view_is(lua_State* L) {
  const auto* of = test_value<ViewOf>(L, 1);
  if (of == nullptr || lua_type(L, 2) != LUA_TTABLE) {
    fail(L, "is: write for example c:view(\"n1\"):is { \"n1\", \"n2\" }");
  }
  const Observation& observation = context(L).world.observation();
  const MemberState& member = observation.at(of->member);
  std::vector<base::NodeId> order;
  std::string words;
  std::string literal;
  const lua_Integer count = read_list_size(L, 2, "is");
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(L, 2, i);
    order.push_back(read_member(L, lua_gettop(L), "is: a member"));
    lua_pop(L, 1);
    const std::string& name = observation.at(order.back()).name;
    words += (i > 1 ? " > " : "") + name;
    literal += fmt::format("{}\"{}\"", i > 1 ? ", " : "", name);
  }
  return push_condition(L,
                        Condition::view_is(of->member, std::move(order),
                                           fmt::format("{} sees {}", member.name, words)),
                        fmt::format("{}:view(\"{}\"):is {{ {} }}", cluster_literal(member.cluster),
                                    member.name, literal));
}

// --- combining ---

int both(lua_State* L) {
  const ScriptCondition left = read_condition(L, 1, "&: left");
  const ScriptCondition right = read_condition(L, 2, "&: right");
  return push_condition(L, left.condition & right.condition,
                        fmt::format("({} & {})", left.literal, right.literal),
                        left.parts + right.parts);
}
int either(lua_State* L) {
  const ScriptCondition left = read_condition(L, 1, "|: left");
  const ScriptCondition right = read_condition(L, 2, "|: right");
  return push_condition(L, left.condition | right.condition,
                        fmt::format("({} | {})", left.literal, right.literal),
                        left.parts + right.parts);
}
int negation(lua_State* L) {
  const ScriptCondition of = read_condition(L, 1, "~");
  return push_condition(L, ~of.condition, "~" + of.literal, of.parts + 1);
}

int condition_text(lua_State* L) {
  const std::string text = read_condition(L, 1, "tostring").condition.to_text();
  lua_pushlstring(L, text.data(), text.size());
  return 1;
}
int condition_holds(lua_State* L) {
  const World& world = context(L).world;
  const ScriptCondition condition = read_condition(L, 1, "holds");
  charge(L, condition.parts);
  lua_pushboolean(L, condition.condition.holds(world.observation(), world.counters()));
  return 1;
}

constexpr luaL_Reg ConditionMethods[] = {{"holds", condition_holds}, {nullptr, nullptr}};
constexpr luaL_Reg ViewMethods[] = {{"is", view_is}, {nullptr, nullptr}};
// Of members and of clusters.
constexpr luaL_Reg MemberConditions[] = {
    {"agreed", agreed}, {"joined", joined}, {"started", started}, {"alone", alone},
    {"live", live},     {"view", view},     {nullptr, nullptr}};

}  // namespace

int push_condition(lua_State* L, Condition condition, std::string literal, std::uint32_t parts) {
  if (parts > Limits::ConditionMax) {
    fail(L, fmt::format("a condition may have at most {} parts", Limits::ConditionMax));
  }
  charge(L, literal.size() / 64 + 1);
  push_value(L, ScriptCondition{std::move(condition), std::move(literal), parts});
  return 1;
}

std::string cluster_literal(std::uint32_t cluster) {
  return fmt::format("c{}", cluster + 1);
}

std::string group_literal(const Group& group) {
  return fmt::format("{}:members({})", cluster_literal(group.cluster), lua_members(group.members));
}

Group read_condition_subject(lua_State* L, const char* function) {
  const bool on_cluster = test_value<ClusterId>(L, 1) != nullptr;
  if (!on_cluster && test_value<Group>(L, 1) == nullptr) {
    fail(L, fmt::format("{}: call it with a colon on a cluster or on members, for example "
                        "c:{}(\"n1\")",
                        function, function));
  }
  Group group = read_group(L, on_cluster && !lua_isnoneornil(L, 2) ? 2 : 1, function);
  if (group.members.empty()) fail(L, fmt::format("{}: names no member", function));
  return group;
}

Group read_single_subject(lua_State* L, const char* function) {
  Group group = read_condition_subject(L, function);
  if (group.members.size() != 1) {
    fail(L, fmt::format("{}: expected one member, not {}; write for example c:{}(\"n1\")", function,
                        group.members.size(), function));
  }
  return group;
}

// After bind_clusters, which defines the type of clusters.
void bind_conditions(lua_State* L) {
  define_type<ScriptCondition>(L, ConditionMethods);
  add_metamethod(L, TypeName<ScriptCondition>, "__band", both);
  add_metamethod(L, TypeName<ScriptCondition>, "__bor", either);
  add_metamethod(L, TypeName<ScriptCondition>, "__bnot", negation);
  add_metamethod(L, TypeName<ScriptCondition>, "__tostring", condition_text);
  define_type<ViewOf>(L, ViewMethods);
  define_type<Group>(L, NoMethods);
  add_methods(L, TypeName<ClusterId>, MemberConditions);
  add_methods(L, TypeName<Group>, MemberConditions);
  define_quantities(L);
}

}  // namespace splitscope::scenarios
