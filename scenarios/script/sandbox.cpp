// What of Lua a script may use, and how it is bounded. Closed on purpose: files, the operating
// system, bytecode, addresses in texts, finalisers, the order of hash tables, and unseeded random
// numbers.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "scenarios/script/context.hpp"

namespace splitscope::scenarios {
namespace {

constexpr std::size_t SubjectMax = 64 * 1024;  // of string functions that may backtrack
constexpr std::size_t KeysMax = 100'000;

// Keys of a table in a fixed order: numbers ascending, then strings sorted; others are an error.
void push_sorted_keys(lua_State* L, int table) {
  std::vector<lua_Number> floats;
  std::vector<lua_Integer> integers;
  std::vector<std::string> strings;
  lua_pushnil(L);
  while (lua_next(L, table) != 0) {
    lua_pop(L, 1);
    if (lua_isinteger(L, -1)) {
      integers.push_back(lua_tointeger(L, -1));
    } else if (lua_type(L, -1) == LUA_TNUMBER) {
      floats.push_back(lua_tonumber(L, -1));
    } else if (lua_type(L, -1) == LUA_TSTRING) {
      std::size_t size = 0;
      const char* text = lua_tolstring(L, -1, &size);
      strings.emplace_back(text, size);
    } else {
      fail(L, fmt::format("pairs: a {} is used as a key; only numbers and strings have an order "
                          "that is the same in every run",
                          luaL_typename(L, -1)));
    }
    if (integers.size() + floats.size() + strings.size() > KeysMax)
      fail(L, "pairs: table too large");
  }
  std::sort(integers.begin(), integers.end());
  std::sort(floats.begin(), floats.end());
  std::sort(strings.begin(), strings.end());
  lua_newtable(L);
  lua_Integer at = 0;
  std::size_t f = 0;
  for (const lua_Integer key : integers) {
    for (; f < floats.size() && floats[f] < static_cast<lua_Number>(key); ++f) {
      lua_pushnumber(L, floats[f]);
      lua_rawseti(L, -2, ++at);
    }
    lua_pushinteger(L, key);
    lua_rawseti(L, -2, ++at);
  }
  for (; f < floats.size(); ++f) {
    lua_pushnumber(L, floats[f]);
    lua_rawseti(L, -2, ++at);
  }
  for (const std::string& key : strings) {
    lua_pushlstring(L, key.data(), key.size());
    lua_rawseti(L, -2, ++at);
  }
}

// Upvalues: table, sorted keys, position.
int next_pair(lua_State* L) {
  const lua_Integer at = lua_tointeger(L, lua_upvalueindex(3)) + 1;
  lua_pushinteger(L, at);
  lua_replace(L, lua_upvalueindex(3));
  if (lua_rawgeti(L, lua_upvalueindex(2), at) == LUA_TNIL) return 1;
  lua_pushvalue(L, -1);
  lua_rawget(L, lua_upvalueindex(1));
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

// Without addresses: a table is "table", not "table: 0x55...".
int plain_tostring(lua_State* L) {
  luaL_checkany(L, 1);
  const int type = lua_type(L, 1);
  if (type == LUA_TTABLE || type == LUA_TFUNCTION || type == LUA_TTHREAD) {
    lua_pushstring(L, lua_typename(L, type));
    return 1;
  }
  if (type == LUA_TUSERDATA && luaL_getmetafield(L, 1, "__tostring") == LUA_TNIL) {
    lua_pushliteral(L, "value");
    return 1;
  }
  lua_settop(L, 1);
  luaL_tolstring(L, 1, nullptr);
  return 1;
}

int safe_setmetatable(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_argexpected(L, lua_istable(L, 2) || lua_isnil(L, 2), 2, "table or nil");
  lua_settop(L, 2);
  if (lua_istable(L, 2)) {
    lua_pushliteral(L, "__gc");
    if (lua_rawget(L, 2) != LUA_TNIL) fail(L, "setmetatable: finalisers (__gc) are not allowed");
    lua_pop(L, 1);
  }
  lua_setmetatable(L, 1);
  return 1;
}

int script_print(lua_State* L) {
  std::string line;
  for (int i = 1; i <= lua_gettop(L); ++i) {
    lua_pushcfunction(L, plain_tostring);
    lua_pushvalue(L, i);
    lua_call(L, 1, 1);
    line += (i > 1 ? "\t" : "") + std::string(luaL_checkstring(L, -1));
    lua_pop(L, 1);
  }
  context(L).world.note(line);
  return 0;
}

int random_number(lua_State* L) {
  base::Prng& random = context(L).world.script_random();
  if (lua_gettop(L) == 0) {
    lua_pushnumber(L, static_cast<lua_Number>(random.next() >> 11) * 0x1p-53);
    return 1;
  }
  const lua_Integer low = lua_gettop(L) >= 2 ? luaL_checkinteger(L, 1) : 1;
  const lua_Integer high = luaL_checkinteger(L, lua_gettop(L) >= 2 ? 2 : 1);
  if (low > high || high - low > (lua_Integer{1} << 53)) {
    fail(L, "math.random: the range must rise, for example math.random(1, 6)");
  }
  lua_pushinteger(L, random.between(low, high));
  return 1;
}

int bounded_rep(lua_State* L) {
  std::size_t size = 0;
  const char* text = luaL_checklstring(L, 1, &size);
  const lua_Integer times = luaL_checkinteger(L, 2);
  std::size_t separator_size = 0;
  const char* separator = luaL_optlstring(L, 3, "", &separator_size);
  const std::size_t unit = size + separator_size;
  if (times > 0 && unit > 0 && static_cast<std::size_t>(times) > SubjectMax / unit) {
    fail(L, fmt::format("string.rep: the result would exceed {} bytes", SubjectMax));
  }
  std::string result;
  for (lua_Integer i = 0; i < times; ++i) {
    if (i > 0) result.append(separator, separator_size);
    result.append(text, size);
  }
  lua_pushlstring(L, result.data(), result.size());
  return 1;
}

// Upvalue 1: Lua's own function, which may take long on a long subject.
int bounded_subject(lua_State* L) {
  std::size_t size = 0;
  luaL_checklstring(L, 1, &size);
  if (size > SubjectMax) {
    fail(L, fmt::format("string functions take at most {} bytes here", SubjectMax));
  }
  const int arguments = lua_gettop(L);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, arguments, LUA_MULTRET);
  return lua_gettop(L);
}

int undefined_global(lua_State* L) {
  const std::string name = luaL_checkstring(L, 2);
  std::vector<std::string> names;
  lua_pushglobaltable(L);
  lua_pushnil(L);
  while (lua_next(L, -2) != 0) {
    lua_pop(L, 1);
    if (lua_type(L, -1) == LUA_TSTRING) names.emplace_back(lua_tostring(L, -1));
  }
  lua_pop(L, 1);
  std::sort(names.begin(), names.end());
  const std::vector<std::string_view> known(names.begin(), names.end());
  fail(L, fmt::format("\"{}\" is not defined{}", name, did_you_mean(name, known)));
}

// Modules from the script's own folder, each loaded once: require "lib/x".
int require_module(lua_State* L) {
  const std::string name = luaL_checkstring(L, 1);
  const bool plain = !name.empty() && name.front() != '/' && name.find("..") == std::string::npos &&
                     name.find_first_not_of(
                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                         "0123456789_-/") == std::string::npos;
  if (!plain) {
    fail(L, fmt::format("require: \"{}\" is not a module of the script's own folder; write for "
                        "example require \"lib/faults\"",
                        name));
  }
  luaL_getsubtable(L, LUA_REGISTRYINDEX, "splitscope.modules");
  if (lua_getfield(L, -1, name.c_str()) != LUA_TNIL) return 1;
  lua_pop(L, 1);
  const ScriptOptions& options = context(L).options;
  if (!options.load_module) fail(L, "require: there are no modules here");
  const auto text = options.load_module(name);
  if (!text.has_value()) fail(L, "require: " + text.error().message);
  const std::string chunk = "@" + name + ".lua";
  if (luaL_loadbufferx(L, text->data(), text->size(), chunk.c_str(), "t") != LUA_OK) lua_error(L);
  lua_call(L, 0, 1);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    lua_pushboolean(L, 1);
  }
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, name.c_str());
  return 1;
}

void remove_fields(lua_State* L, const char* table, std::initializer_list<const char*> names) {
  lua_getglobal(L, table);
  for (const char* name : names) {
    lua_pushnil(L);
    lua_setfield(L, -2, name);
  }
  lua_pop(L, 1);
}

void bound_string_functions(lua_State* L) {
  lua_getglobal(L, "string");
  for (const char* name : {"find", "match", "gmatch", "gsub", "format"}) {
    lua_getfield(L, -1, name);
    lua_pushcclosure(L, bounded_subject, 1);
    lua_setfield(L, -2, name);
  }
  lua_pushcfunction(L, bounded_rep);
  lua_setfield(L, -2, "rep");
  lua_pop(L, 1);
}

}  // namespace

void open_sandbox(lua_State* L) {
  luaL_requiref(L, LUA_GNAME, luaopen_base, 1);
  luaL_requiref(L, LUA_STRLIBNAME, luaopen_string, 1);
  luaL_requiref(L, LUA_TABLIBNAME, luaopen_table, 1);
  luaL_requiref(L, LUA_MATHLIBNAME, luaopen_math, 1);
  luaL_requiref(L, LUA_UTF8LIBNAME, luaopen_utf8, 1);
  lua_pop(L, 5);
  // pcall would catch the end of a run whose wait ran out.
  for (const char* name : {"collectgarbage", "dofile", "load", "loadfile", "pcall", "xpcall",
                           "warn", "getmetatable", "rawset"}) {
    lua_pushnil(L);
    lua_setglobal(L, name);
  }
  remove_fields(L, "string", {"dump"});
  remove_fields(L, "math", {"randomseed"});
  bound_string_functions(L);
  lua_getglobal(L, "math");
  lua_pushcfunction(L, random_number);
  lua_setfield(L, -2, "random");
  lua_pop(L, 1);
  lua_register(L, "pairs", ordered_pairs);
  lua_register(L, "next", ordered_next);
  lua_register(L, "tostring", plain_tostring);
  lua_register(L, "setmetatable", safe_setmetatable);
  lua_register(L, "print", script_print);
  lua_register(L, "require", require_module);
  lua_pushglobaltable(L);
  lua_newtable(L);
  lua_pushcfunction(L, undefined_global);
  lua_setfield(L, -2, "__index");
  lua_pushliteral(L, "locked");
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  lua_pop(L, 1);
}

}  // namespace splitscope::scenarios
