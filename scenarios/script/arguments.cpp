#include "scenarios/script/arguments.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "engine/base/duration_text.hpp"

namespace splitscope::scenarios {
namespace {

constexpr int NestingMax = 8;
constexpr std::size_t WordsMax = 200;

std::string known_members(const World& world) {
  constexpr std::size_t ShownMax = 20;
  const std::vector<MemberState>& members = world.observation().members();
  if (members.empty()) return "there are none yet: call cluster { ... } first";
  std::string known;
  for (std::size_t index = 0; index < std::min(members.size(), ShownMax); ++index) {
    known += (known.empty() ? "" : ", ") + members[index].name;
  }
  return "the members are " + known + (members.size() > ShownMax ? ", ..." : "");
}

Group named_member(lua_State* L, const std::string& name, std::string_view what) {
  const World& world = context(L).world;
  const auto node = world.member(name);
  if (!node.has_value()) {
    fail(L, fmt::format("{}: there is no member \"{}\"; {}", what, name, known_members(world)));
  }
  return {{*node}, name, world.observation().at(*node).cluster};
}

void tidy(Members& members) {
  std::sort(members.begin(), members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
}

Group read_nested(lua_State* L, int index, std::string_view what, int depth) {
  if (const auto* group = test_value<Group>(L, index)) return *group;
  if (const auto* cluster = test_value<ClusterId>(L, index)) {
    return {context(L).world.observation().cluster_members(cluster->value), "all members",
            cluster->value};
  }
  if (lua_type(L, index) == LUA_TSTRING) return named_member(L, lua_tostring(L, index), what);
  if (lua_type(L, index) != LUA_TTABLE || depth > NestingMax) {
    fail(L, fmt::format("{}: expected members, for example \"n1\", {{ \"n1\", \"n2\" }} or "
                        "c:master(), not {}",
                        what, shown(L, index)));
  }
  const int table = lua_absindex(L, index);
  const lua_Integer count = read_list_size(L, table, what);
  luaL_checkstack(L, 4, "members are nested too deeply");
  Group all;
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(L, table, i);
    const Group part = read_nested(L, lua_gettop(L), what, depth + 1);
    lua_pop(L, 1);
    charge(L, part.members.size());
    all.members.insert(all.members.end(), part.members.begin(), part.members.end());
    if (all.words.size() < WordsMax) all.words += (i == 1 ? "" : ", ") + part.words;
    all.cluster = part.cluster;
  }
  tidy(all.members);
  return all;
}

}  // namespace

Group make_group(lua_State* L, Members members, std::uint32_t cluster) {
  const Observation& observation = context(L).world.observation();
  Group group{std::move(members), {}, cluster};
  tidy(group.members);
  charge(L, group.members.size());
  for (const base::NodeId node : group.members) {
    if (group.words.size() > WordsMax) {
      group.words += ", ...";
      break;
    }
    group.words += (group.words.empty() ? "" : ", ") + observation.at(node).name;
  }
  return group;
}

base::Duration read_duration(lua_State* L, int index, std::string_view what) {
  if (const auto* value = test_value<base::Duration>(L, index)) return *value;
  if (lua_type(L, index) == LUA_TNUMBER) {
    const lua_Number seconds = lua_tonumber(L, index);
    if (!(seconds >= 0) || seconds > 1e9) {
      fail(L, fmt::format("{}: {} is not a number of seconds", what, shown(L, index)));
    }
    return base::Duration{std::llround(seconds * 1e9)};
  }
  if (lua_type(L, index) == LUA_TSTRING) {
    const auto parsed = base::parse_duration(lua_tostring(L, index));
    if (parsed.has_value()) return *parsed;
    fail(L, fmt::format("{}: {}", what, parsed.error().message));
  }
  fail(L, fmt::format("{}: expected a duration such as \"90s\" or a number of seconds, not {}",
                      what, shown(L, index)));
}

base::Probability read_rate(lua_State* L, int index, std::string_view what) {
  if (lua_type(L, index) == LUA_TNUMBER) {
    const lua_Number rate = lua_tonumber(L, index);
    if (rate >= 1.0 && rate <= 1.0) return base::Probability::always();
    if (rate >= 0.0 && rate < 1.0) {
      return {static_cast<std::uint64_t>(std::ldexp(rate, 64))};
    }
  }
  fail(L, fmt::format("{}: expected a part between 0 and 1, for example 0.2, not {}", what,
                      shown(L, index)));
}

std::string read_text(lua_State* L, int index, std::string_view what) {
  if (lua_type(L, index) != LUA_TSTRING) {
    fail(L, fmt::format("{}: expected a text, not {}", what, shown(L, index)));
  }
  return lua_tostring(L, index);
}

std::int64_t read_integer(lua_State* L, int index, std::string_view what, std::int64_t low,
                          std::int64_t high) {
  int is_integer = 0;
  const lua_Integer value =
      lua_type(L, index) == LUA_TNUMBER ? lua_tointegerx(L, index, &is_integer) : 0;
  if (is_integer == 0 || value < low || value > high) {
    fail(L, fmt::format("{}: expected a whole number from {} to {}, not {}", what, low, high,
                        shown(L, index)));
  }
  return value;
}

lua_Integer read_list_size(lua_State* L, int index, std::string_view what) {
  if (lua_type(L, index) != LUA_TTABLE) {
    fail(L, fmt::format("{}: expected a list, not {}", what, shown(L, index)));
  }
  const auto size = static_cast<lua_Integer>(lua_rawlen(L, index));
  if (size > Limits::ListMax) {
    fail(L, fmt::format("{}: the list has more than {} entries", what, Limits::ListMax));
  }
  charge(L, static_cast<std::uint64_t>(size));
  return size;
}

std::vector<std::string> read_texts(lua_State* L, int index, std::string_view what) {
  const int table = lua_absindex(L, index);
  const lua_Integer count = read_list_size(L, table, what);
  std::vector<std::string> texts;
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(L, table, i);
    texts.push_back(read_text(L, lua_gettop(L), what));
    lua_pop(L, 1);
  }
  return texts;
}

Group read_group(lua_State* L, int index, std::string_view what) {
  return read_nested(L, index, what, 0);
}

base::NodeId read_member(lua_State* L, int index, std::string_view what) {
  const Group group = read_group(L, index, what);
  if (group.members.size() != 1) {
    fail(L, fmt::format("{}: expected one member, not {}", what, group.members.size()));
  }
  return group.members.front();
}

ClusterId read_self(lua_State* L, const char* function) {
  const auto* cluster = test_value<ClusterId>(L, 1);
  if (cluster == nullptr) {
    fail(L, fmt::format("{}: call it with a colon on a cluster, for example c:{}()", function,
                        function));
  }
  return *cluster;
}

ScriptCondition read_condition(lua_State* L, int index, std::string_view what) {
  if (const auto* condition = test_value<ScriptCondition>(L, index)) return *condition;
  if (lua_type(L, index) == LUA_TBOOLEAN) {
    fail(L, fmt::format("{}: a plain {} never changes; write for example c:masters():equals(1) "
                        "instead of ==, and & | ~ instead of and, or, not",
                        what, shown(L, index)));
  }
  if (luaL_testudata(L, index, "quantity") != nullptr) {
    fail(L, fmt::format("{}: a quantity is no condition; compare it, for example "
                        "c:masters():above(1)",
                        what));
  }
  fail(L,
       fmt::format("{}: expected a condition such as c:agreed(), not {}", what, shown(L, index)));
}

// --- named options ---

Options::Options(lua_State* L, int index, std::string function, std::vector<std::string_view> known)
    : L_(L), function_(std::move(function)) {
  if (lua_isnoneornil(L, index)) return;
  if (lua_type(L, index) != LUA_TTABLE) {
    fail(L, fmt::format("{}: expected a table of options, not {}", function_, shown(L, index)));
  }
  index_ = lua_absindex(L, index);
  for (const std::string& key : text_keys(L, index_)) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    if (known.empty()) fail(L, fmt::format("{}: there is no option \"{}\"", function_, key));
    fail(L, fmt::format("{}: there is no option \"{}\"{}; the options are {}", function_, key,
                        did_you_mean(key, known), fmt::join(known, ", ")));
  }
}

bool Options::push(const char* key) const {
  if (index_ == 0) {
    lua_pushnil(L_);
    return false;
  }
  lua_pushstring(L_, key);
  lua_rawget(L_, index_);
  return !lua_isnil(L_, -1);
}

bool Options::has(const char* key) const {
  const bool found = push(key);
  lua_pop(L_, 1);
  return found;
}

std::optional<base::Duration> Options::duration(const char* key) const {
  std::optional<base::Duration> result;
  if (push(key)) result = read_duration(L_, lua_gettop(L_), what(key));
  lua_pop(L_, 1);
  return result;
}

std::optional<base::Probability> Options::rate(const char* key) const {
  std::optional<base::Probability> result;
  if (push(key)) result = read_rate(L_, lua_gettop(L_), what(key));
  lua_pop(L_, 1);
  return result;
}

std::optional<std::string> Options::text(const char* key) const {
  std::optional<std::string> result;
  if (push(key)) result = read_text(L_, lua_gettop(L_), what(key));
  lua_pop(L_, 1);
  return result;
}

std::optional<std::int64_t> Options::integer(const char* key, std::int64_t low,
                                             std::int64_t high) const {
  std::optional<std::int64_t> result;
  if (push(key)) result = read_integer(L_, lua_gettop(L_), what(key), low, high);
  lua_pop(L_, 1);
  return result;
}

std::optional<bool> Options::flag(const char* key) const {
  std::optional<bool> result;
  if (push(key)) {
    if (lua_type(L_, -1) != LUA_TBOOLEAN) {
      fail(L_, fmt::format("{}: expected true or false, not {}", what(key), shown(L_, -1)));
    }
    result = lua_toboolean(L_, -1) != 0;
  }
  lua_pop(L_, 1);
  return result;
}

std::optional<Group> Options::group(const char* key) const {
  std::optional<Group> result;
  if (push(key)) result = read_group(L_, lua_gettop(L_), what(key));
  lua_pop(L_, 1);
  return result;
}

std::optional<base::NodeId> Options::member(const char* key) const {
  std::optional<base::NodeId> result;
  if (push(key)) result = read_member(L_, lua_gettop(L_), what(key));
  lua_pop(L_, 1);
  return result;
}

std::map<std::string, std::string> Options::properties(const char* key) const {
  std::map<std::string, std::string> result;
  if (!push(key)) {
    lua_pop(L_, 1);
    return result;
  }
  const int table = lua_gettop(L_);
  if (lua_type(L_, table) != LUA_TTABLE) {
    fail(L_,
         fmt::format("{}: write for example {{ [\"hazelcast.max.no.heartbeat.seconds\"] = 10 }}",
                     what(key)));
  }
  for (const std::string& name : text_keys(L_, table)) {
    lua_pushstring(L_, name.c_str());
    lua_rawget(L_, table);
    const int type = lua_type(L_, -1);
    if (type != LUA_TSTRING && type != LUA_TNUMBER && type != LUA_TBOOLEAN) {
      fail(L_, fmt::format("{}: {} is a number or a text, not {}", what(key), name, shown(L_, -1)));
    }
    result[name] = type == LUA_TSTRING ? lua_tostring(L_, -1) : shown(L_, -1);
    lua_pop(L_, 1);
  }
  lua_pop(L_, 1);
  return result;
}

}  // namespace splitscope::scenarios
