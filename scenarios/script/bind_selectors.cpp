// Who is meant: roles and draws, resolved when their line runs and noted in the run's log.
#include <algorithm>

#include <fmt/format.h>

#include "engine/base/duration_text.hpp"
#include "scenarios/script/selection.hpp"

namespace splitscope::scenarios {
namespace {

// What a selector came to. Nobody is no mistake of the script, but nothing can be shown then.
int select(lua_State* L, const char* selector, Members members, ClusterId id) {
  ScriptContext& script = context(L);
  Group group = make_group(L, std::move(members), id.value);
  const std::string where = fmt::format("line {}: {}", script_line(L), selector);
  note(L, fmt::format("{} = {}", where, group.words.empty() ? "nobody" : group.words));
  if (group.members.empty()) {
    script.world.declare_inconclusive(fmt::format("{}: there was nobody to choose at {}", where,
                                                  base::to_text(script.world.now())));
    stop_script(L);
  }
  push_value(L, std::move(group));
  return 1;
}

// Everybody but spares that were never started.
Members taking_part(const World& world, ClusterId id) {
  const Members all = world.observation().cluster_members(id.value);
  const std::uint32_t configured = world.spec(id).members;
  Members members;
  for (std::uint32_t index = 0; index < all.size(); ++index) {
    const MemberState& state = world.observation().at(all[index]);
    const bool was_started =
        state.process_running || state.start_pending || state.incarnation.value > 0;
    if (index < configured || was_started) members.push_back(all[index]);
  }
  return members;
}

// The n-th by age; negative counts from the youngest.
int ranked(lua_State* L, const char* selector, int rank) {
  const ClusterId id = read_self(L, selector);
  const std::vector<base::NodeId> order = members_by_age(context(L).world, id);
  const int size = static_cast<int>(order.size());
  const int index = rank < 0 ? size + rank : rank;
  if (index < 0 || index >= size) return select(L, selector, {}, id);
  return select(L, selector, {order[static_cast<std::size_t>(index)]}, id);
}
int master(lua_State* L) {
  return ranked(L, "master", 0);
}
int oldest(lua_State* L) {
  return ranked(L, "oldest", 0);
}
int candidate(lua_State* L) {
  return ranked(L, "candidate", 1);
}
int youngest(lua_State* L) {
  return ranked(L, "youngest", -1);
}

int named(lua_State* L) {
  read_self(L, "member");
  Group group = read_group(L, 2, "member: the name");
  if (group.members.empty()) fail(L, "member: names no member");
  push_value(L, std::move(group));
  return 1;
}

// The listed members in the list's order, then the others.
std::vector<base::NodeId> by_list(const World& world, ClusterId id) {
  const Members all = world.observation().cluster_members(id.value);
  std::vector<base::NodeId> order;
  for (const std::uint32_t index : world.spec(id).well_known) {
    if (index < all.size()) order.push_back(all[index]);
  }
  for (const base::NodeId node : all) {
    if (std::find(order.begin(), order.end(), node) == order.end()) order.push_back(node);
  }
  return order;
}

int well_known(lua_State* L) {
  const ClusterId id = read_self(L, "well_known");
  const World& world = context(L).world;
  const std::vector<base::NodeId> order = by_list(world, id);
  const auto size = static_cast<std::int64_t>(order.size());
  if (!lua_isnoneornil(L, 2)) {
    const std::int64_t number = read_integer(L, 2, "well_known: which of the list", 1, size);
    return select(L, "well_known", {order[static_cast<std::size_t>(number - 1)]}, id);
  }
  // A cluster without a list: its first member stands in, so that one script fits all schemes.
  const std::size_t listed = std::max<std::size_t>(world.spec(id).well_known.size(), 1);
  const auto end = order.begin() + static_cast<std::ptrdiff_t>(std::min(listed, order.size()));
  return select(L, "well_known", {order.begin(), end}, id);
}

int others(lua_State* L) {
  const ClusterId id = read_self(L, "others");
  const World& world = context(L).world;
  Members excluded;
  if (!lua_isnoneornil(L, 2)) {
    excluded = read_group(L, 2, "others").members;
  } else if (const auto order = members_by_age(world, id); !order.empty()) {
    excluded.push_back(order.front());
  }
  const Members all = taking_part(world, id);
  Members rest;
  std::set_difference(all.begin(), all.end(), excluded.begin(), excluded.end(),
                      std::back_inserter(rest));
  return select(L, "others", std::move(rest), id);
}

int all(lua_State* L) {
  const ClusterId id = read_self(L, "all");
  return select(L, "all", taking_part(context(L).world, id), id);
}

// --- drawn from the seed ---

int share(lua_State* L, const char* selector, ClusterId id, std::size_t count) {
  World& world = context(L).world;
  return select(L, selector, drawn(world.script_random(), live_members(world, id), count), id);
}
std::size_t live_count(lua_State* L, ClusterId id) {
  return live_members(context(L).world, id).size();
}

int one(lua_State* L) {
  return share(L, "one", read_self(L, "one"), 1);
}
int some(lua_State* L) {
  const ClusterId id = read_self(L, "some");
  const std::int64_t count = read_integer(L, 2, "some: how many", 1, Limits::MembersMax);
  return share(L, "some", id, static_cast<std::size_t>(count));
}
int percent(lua_State* L) {
  const ClusterId id = read_self(L, "percent");
  const std::int64_t part = read_integer(L, 2, "percent: how many", 1, 100);
  const std::size_t count = live_count(L, id) * static_cast<std::size_t>(part) / 100;
  return share(L, "percent", id, std::max<std::size_t>(count, 1));
}
// The largest part that is less than half; of two members one, so that there is something to part.
int minority(lua_State* L) {
  const ClusterId id = read_self(L, "minority");
  const std::size_t live = live_count(L, id);
  return share(L, "minority", id, live < 2 ? 0 : std::max<std::size_t>((live - 1) / 2, 1));
}
int majority(lua_State* L) {
  const ClusterId id = read_self(L, "majority");
  return share(L, "majority", id, live_count(L, id) / 2 + 1);
}

// --- groups as values ---

int group_text(lua_State* L) {
  const Group group = read_group(L, 1, "tostring");
  lua_pushlstring(L, group.words.data(), group.words.size());
  return 1;
}
int group_count(lua_State* L) {
  lua_pushinteger(L, static_cast<lua_Integer>(read_group(L, 1, "#").members.size()));
  return 1;
}
int group_equals(lua_State* L) {
  const auto* left = test_value<Group>(L, 1);
  const auto* right = test_value<Group>(L, 2);
  lua_pushboolean(L, left != nullptr && right != nullptr && left->members == right->members);
  return 1;
}
// group[2], so that ipairs goes through a group. Upvalue: the methods.
int group_entry(lua_State* L) {
  lua_settop(L, 2);
  if (lua_type(L, 2) != LUA_TNUMBER) {
    lua_gettable(L, lua_upvalueindex(1));
    return 1;
  }
  const auto* group = test_value<Group>(L, 1);
  const lua_Integer number = lua_tointeger(L, 2);
  if (group == nullptr || number < 1 || number > static_cast<lua_Integer>(group->members.size())) {
    lua_pushnil(L);
    return 1;
  }
  const base::NodeId node = group->members[static_cast<std::size_t>(number - 1)];
  push_value(L, make_group(L, {node}, group->cluster));
  return 1;
}

constexpr luaL_Reg Selectors[] = {{"member", named},
                                  {"members", named},
                                  {"master", master},
                                  {"oldest", oldest},
                                  {"candidate", candidate},
                                  {"youngest", youngest},
                                  {"well_known", well_known},
                                  {"others", others},
                                  {"all", all},
                                  {"one", one},
                                  {"some", some},
                                  {"percent", percent},
                                  {"minority", minority},
                                  {"majority", majority},
                                  {nullptr, nullptr}};

void let_groups_be_indexed(lua_State* L) {
  luaL_getmetatable(L, TypeName<Group>);
  lua_getfield(L, -1, "__index");
  lua_pushcclosure(L, group_entry, 1);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
}

}  // namespace

// After bind_conditions, which defines the methods of groups.
void bind_selectors(lua_State* L) {
  add_methods(L, TypeName<ClusterId>, Selectors);
  add_metamethod(L, TypeName<Group>, "__tostring", group_text);
  add_metamethod(L, TypeName<Group>, "__len", group_count);
  add_metamethod(L, TypeName<Group>, "__eq", group_equals);
  let_groups_be_indexed(L);
}

}  // namespace splitscope::scenarios
