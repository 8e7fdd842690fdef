// Tables whose order is the same in every run, and table functions that cannot run for ever. Lua's
// own sort draws its pivots from the clock; this one is stable.
#include <algorithm>
#include <bit>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "scenarios/script/context.hpp"

namespace splitscope::scenarios {
namespace {

struct Keys {
  std::vector<lua_Integer> integers;
  std::vector<lua_Number> numbers;
  std::vector<std::string> texts;
  std::size_t size() const { return integers.size() + numbers.size() + texts.size(); }
};

// What sorting so many entries costs.
std::uint64_t sorting_work(std::size_t count) {
  return count * static_cast<std::uint64_t>(std::bit_width(count));
}

void add_key(lua_State* L, Keys& keys) {
  if (lua_isinteger(L, -1)) {
    keys.integers.push_back(lua_tointeger(L, -1));
  } else if (lua_type(L, -1) == LUA_TNUMBER) {
    keys.numbers.push_back(lua_tonumber(L, -1));
  } else if (lua_type(L, -1) == LUA_TSTRING) {
    std::size_t size = 0;
    const char* text = lua_tolstring(L, -1, &size);
    keys.texts.emplace_back(text, size);
  } else {
    fail(L, fmt::format("pairs: {} is used as a key; only numbers and strings have an order that "
                        "is the same in every run",
                        shown(L, -1)));
  }
}

Keys sorted_keys(lua_State* L, int table) {
  Keys keys;
  lua_pushnil(L);
  while (lua_next(L, table) != 0) {
    lua_pop(L, 1);
    add_key(L, keys);
    if (keys.size() > static_cast<std::size_t>(Limits::ListMax)) {
      fail(L, fmt::format("pairs: the table has more than {} entries", Limits::ListMax));
    }
  }
  std::sort(keys.integers.begin(), keys.integers.end());
  std::sort(keys.numbers.begin(), keys.numbers.end());
  std::sort(keys.texts.begin(), keys.texts.end());
  charge(L, sorting_work(keys.size()));
  return keys;
}

// Pushes the keys of the table as a list: numbers ascending, then texts in order.
void push_sorted_keys(lua_State* L, int table) {
  const Keys keys = sorted_keys(L, table);
  lua_createtable(L, static_cast<int>(keys.size()), 0);
  lua_Integer at = 0;
  std::size_t next = 0;
  const auto push_number = [&] {
    lua_pushnumber(L, keys.numbers[next++]);
    lua_rawseti(L, -2, ++at);
  };
  for (const lua_Integer key : keys.integers) {
    while (next < keys.numbers.size() && keys.numbers[next] < static_cast<lua_Number>(key)) {
      push_number();
    }
    lua_pushinteger(L, key);
    lua_rawseti(L, -2, ++at);
  }
  while (next < keys.numbers.size()) push_number();
  for (const std::string& key : keys.texts) {
    lua_pushlstring(L, key.data(), key.size());
    lua_rawseti(L, -2, ++at);
  }
}

// Upvalues: table, sorted keys, position. Entries that were removed meanwhile are passed over.
int next_pair(lua_State* L) {
  lua_Integer at = lua_tointeger(L, lua_upvalueindex(3));
  for (;;) {
    lua_settop(L, 0);
    if (lua_rawgeti(L, lua_upvalueindex(2), ++at) == LUA_TNIL) return 1;
    lua_pushvalue(L, -1);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) break;
  }
  lua_pushinteger(L, at);
  lua_replace(L, lua_upvalueindex(3));
  return 2;
}

int ordered_pairs(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  push_sorted_keys(L, 1);
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, next_pair, 3);
  return 1;
}

int ordered_next(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 2);
  push_sorted_keys(L, 1);
  const auto count = static_cast<lua_Integer>(lua_rawlen(L, 3));
  lua_Integer at = 1;
  if (!lua_isnil(L, 2)) {
    for (; at <= count; ++at) {
      lua_rawgeti(L, 3, at);
      const bool same = lua_rawequal(L, -1, 2) != 0;
      lua_pop(L, 1);
      if (same) break;
    }
    ++at;
  }
  if (at > count) {
    lua_pushnil(L);
    return 1;
  }
  lua_rawgeti(L, 3, at);
  lua_pushvalue(L, -1);
  lua_rawget(L, 1);
  return 2;
}

// --- the table library ---

// Calls Lua's own function (upvalue 1) with the arguments, after paying for `work` steps.
int call_paid(lua_State* L, const char* function, std::uint64_t work) {
  if (work > static_cast<std::uint64_t>(Limits::ListMax)) {
    fail(L, fmt::format("table.{}: more than {} entries at once", function, Limits::ListMax));
  }
  charge(L, work);
  return call_original(L, fmt::format("table.{}", function));
}

std::uint64_t between(lua_Integer first, lua_Integer last) {
  return first > last ? 0 : static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first);
}

lua_Integer length_of(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  return luaL_len(L, 1);
}

int table_insert(lua_State* L) {
  const lua_Integer length = length_of(L);
  const bool appends = lua_gettop(L) < 3;
  return call_paid(L, "insert", appends ? 0 : between(luaL_checkinteger(L, 2), length));
}
int table_remove(lua_State* L) {
  const lua_Integer length = length_of(L);
  return call_paid(L, "remove", between(luaL_optinteger(L, 2, length), length));
}
int table_concat(lua_State* L) {
  const lua_Integer length = length_of(L);
  const lua_Integer first = luaL_optinteger(L, 3, 1);
  return call_paid(L, "concat", between(first, luaL_optinteger(L, 4, length)));
}
int table_move(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  const lua_Integer first = luaL_checkinteger(L, 2);
  return call_paid(L, "move", between(first, luaL_checkinteger(L, 3)));
}
int table_unpack(lua_State* L) {
  const lua_Integer length = length_of(L);
  const lua_Integer first = luaL_optinteger(L, 2, 1);
  const std::uint64_t count = between(first, luaL_optinteger(L, 3, length));
  if (count >= static_cast<std::uint64_t>(Limits::ValuesMax)) {
    fail(L, fmt::format("table.unpack: more than {} values", Limits::ValuesMax));
  }
  return call_paid(L, "unpack", count);
}

// Whether the entry at stack index `a` goes before the one at `b`.
bool goes_before(lua_State* L, int a, int b) {
  if (lua_isnil(L, 2)) return lua_compare(L, a, b, LUA_OPLT) != 0;
  lua_pushvalue(L, 2);
  lua_pushvalue(L, a);
  lua_pushvalue(L, b);
  lua_call(L, 2, 1);
  const bool before = lua_toboolean(L, -1) != 0;
  lua_pop(L, 1);
  return before;
}

// Two sorted runs of stack indexes that lie side by side.
struct Runs {
  std::size_t low = 0;
  std::size_t middle = 0;
  std::size_t high = 0;
};

// Equal entries keep their order.
void merge_runs(lua_State* L, const std::vector<int>& order, const Runs& runs,
                std::vector<int>& merged) {
  std::size_t left = runs.low;
  std::size_t right = runs.middle;
  for (std::size_t at = runs.low; at < runs.high; ++at) {
    const bool from_right =
        left == runs.middle || (right < runs.high && goes_before(L, order[right], order[left]));
    merged[at] = from_right ? order[right++] : order[left++];
  }
}

void merge_sort(lua_State* L, std::vector<int>& order) {
  const std::size_t count = order.size();
  std::vector<int> merged(count);
  for (std::size_t width = 1; width < count; width *= 2) {
    for (std::size_t low = 0; low < count; low += 2 * width) {
      const Runs runs{low, std::min(low + width, count), std::min(low + 2 * width, count)};
      merge_runs(L, order, runs, merged);
    }
    order.swap(merged);
  }
}

int table_sort(lua_State* L) {
  const lua_Integer length = std::max<lua_Integer>(length_of(L), 0);
  if (length > Limits::ListMax) {
    fail(L, fmt::format("table.sort: more than {} entries", Limits::ListMax));
  }
  if (!lua_isnoneornil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_settop(L, 2);
  charge(L, sorting_work(static_cast<std::size_t>(length)));
  luaL_checkstack(L, static_cast<int>(length) + 8, "table.sort: too many entries");
  std::vector<int> order;
  for (lua_Integer i = 1; i <= length; ++i) {
    lua_geti(L, 1, i);
    order.push_back(lua_gettop(L));
  }
  merge_sort(L, order);
  lua_Integer at = 0;
  for (const int index : order) {
    lua_pushvalue(L, index);
    lua_seti(L, 1, ++at);
  }
  return 0;
}

constexpr luaL_Reg Bounded[] = {{"insert", table_insert}, {"remove", table_remove},
                                {"concat", table_concat}, {"move", table_move},
                                {"unpack", table_unpack}, {nullptr, nullptr}};

}  // namespace

void bound_tables(lua_State* L) {
  lua_getglobal(L, "table");
  for (const luaL_Reg* entry = Bounded; entry->name != nullptr; ++entry) {
    lua_getfield(L, -1, entry->name);
    lua_pushcclosure(L, entry->func, 1);
    lua_setfield(L, -2, entry->name);
  }
  lua_pushcfunction(L, table_sort);
  lua_setfield(L, -2, "sort");
  lua_pop(L, 1);
  lua_register(L, "pairs", ordered_pairs);
  lua_register(L, "next", ordered_next);
}

}  // namespace splitscope::scenarios
