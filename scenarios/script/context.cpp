#include "scenarios/script/context.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "engine/base/duration_text.hpp"

namespace splitscope::scenarios {
namespace {

constexpr std::size_t ListMax = 10'000;

// Levenshtein distance of short words.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string shown(lua_State* L, int index) {
  switch (lua_type(L, index)) {
    case LUA_TNONE:
    case LUA_TNIL:
      return "nothing";
    case LUA_TSTRING:
      return fmt::format("\"{}\"", lua_tostring(L, index));
    case LUA_TNUMBER: {
      if (lua_isinteger(L, index)) return fmt::format("{}", lua_tointeger(L, index));
      return fmt::format("{}", lua_tonumber(L, index));
    }
    case LUA_TBOOLEAN:
      return lua_toboolean(L, index) != 0 ? "true" : "false";
    default:
      return fmt::format("a {}", luaL_typename(L, index));
  }
}

void add_members(Members& members, const Members& more) {
  members.insert(members.end(), more.begin(), more.end());
}

void tidy(Members& members) {
  std::sort(members.begin(), members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
}

}  // namespace

ScriptContext& context(lua_State* L) {
  return **static_cast<ScriptContext**>(lua_getextraspace(L));
}

void fail(lua_State* L, const std::string& message) {
  luaL_where(L, 1);
  lua_pushlstring(L, message.data(), message.size());
  lua_concat(L, 2);
  lua_error(L);
  __builtin_unreachable();
}

std::uint32_t script_line(lua_State* L) {
  lua_Debug frame;
  for (int level = 1; lua_getstack(L, level, &frame) != 0; ++level) {
    lua_getinfo(L, "l", &frame);
    if (frame.currentline > 0) return static_cast<std::uint32_t>(frame.currentline);
  }
  return 0;
}

void add_metamethod(lua_State* L, const char* type, const char* name, lua_CFunction function) {
  luaL_getmetatable(L, type);
  lua_pushcfunction(L, function);
  lua_setfield(L, -2, name);
  lua_pop(L, 1);
}

base::Duration read_duration(lua_State* L, int index, std::string_view what) {
  if (const auto* value = test_value<base::Duration>(L, index, DurationType)) return *value;
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
  const lua_Integer value = lua_tointegerx(L, index, &is_integer);
  if (is_integer == 0 || value < low || value > high) {
    fail(L, fmt::format("{}: expected a whole number from {} to {}, not {}", what, low, high,
                        shown(L, index)));
  }
  return value;
}

base::NodeId read_member(lua_State* L, int index, std::string_view what) {
  const Group group = read_group(L, index, what);
  if (group.members.size() != 1) {
    fail(L, fmt::format("{}: expected one member, not {}", what, group.members.size()));
  }
  return group.members.front();
}

Group read_group(lua_State* L, int index, std::string_view what) {
  World& world = context(L).world;
  if (const auto* group = test_value<Group>(L, index, GroupType)) return *group;
  if (const auto* cluster = test_value<ClusterId>(L, index, ClusterType)) {
    return {world.observation().cluster_members(cluster->value), "all members", cluster->value};
  }
  if (lua_type(L, index) == LUA_TSTRING) {
    const std::string name = lua_tostring(L, index);
    const auto node = world.member(name);
    if (!node.has_value()) {
      std::string known;
      for (const MemberState& member : world.observation().members()) {
        known += (known.empty() ? "" : ", ") + member.name;
      }
      fail(L, fmt::format("{}: there is no member \"{}\"; the members are {}", what, name,
                          known.empty() ? "none yet: call cluster { ... } first" : known));
    }
    return {{*node}, name, world.observation().at(*node).cluster};
  }
  if (lua_type(L, index) == LUA_TTABLE) {
    Group all;
    const std::size_t count = std::min<std::size_t>(lua_rawlen(L, index), ListMax);
    for (std::size_t i = 1; i <= count; ++i) {
      lua_rawgeti(L, index, static_cast<lua_Integer>(i));
      const Group part = read_group(L, lua_gettop(L), what);
      lua_pop(L, 1);
      add_members(all.members, part.members);
      all.words += (all.words.empty() ? "" : ", ") + part.words;
      all.cluster = part.cluster;
    }
    tidy(all.members);
    return all;
  }
  fail(L, fmt::format("{}: expected members, for example \"n1\", {{ \"n1\", \"n2\" }} or "
                      "c:master(), not {}",
                      what, shown(L, index)));
}

Condition read_condition(lua_State* L, int index, std::string_view what) {
  if (const auto* condition = test_value<Condition>(L, index, ConditionType)) return *condition;
  if (lua_type(L, index) == LUA_TBOOLEAN) return Condition::constant(lua_toboolean(L, index) != 0);
  if (test_value<char>(L, index, QuantityType) != nullptr) {
    fail(L, fmt::format("{}: a number is no condition; compare it, for example "
                        "c:masters():above(1)",
                        what));
  }
  fail(L,
       fmt::format("{}: expected a condition such as c:agreed(), not {}", what, shown(L, index)));
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known) {
  std::string_view best;
  std::size_t best_distance = 3;
  for (const std::string_view candidate : known) {
    const std::size_t apart = distance(word, candidate);
    if (apart < best_distance && apart < word.size()) {
      best = candidate;
      best_distance = apart;
    }
  }
  return best.empty() ? std::string() : fmt::format("; did you mean \"{}\"?", best);
}

// --- named options ---

Options::Options(lua_State* L, int index, std::string function, std::vector<std::string_view> known)
    : L_(L), index_(lua_absindex(L, index)), function_(std::move(function)) {
  if (lua_isnoneornil(L, index)) return;
  if (lua_type(L, index) != LUA_TTABLE) {
    fail(L, fmt::format("{}: expected a table of options, not {}", function_, shown(L, index)));
  }
  std::vector<std::string> unknown;
  lua_pushnil(L);
  while (lua_next(L, index_) != 0) {
    lua_pop(L, 1);
    if (lua_type(L, -1) != LUA_TSTRING) continue;
    const std::string key = lua_tostring(L, -1);
    if (std::find(known.begin(), known.end(), key) == known.end()) unknown.push_back(key);
  }
  if (unknown.empty()) return;
  const std::string& key = *std::min_element(unknown.begin(), unknown.end());
  fail(L, fmt::format("{}: there is no option \"{}\"{}; the options are {}", function_, key,
                      did_you_mean(key, known), fmt::join(known, ", ")));
}

bool Options::push(const char* key) const {
  if (lua_type(L_, index_) != LUA_TTABLE) {
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

}  // namespace splitscope::scenarios
