// What of Lua a script may use. Closed on purpose: files, the operating system, bytecode, addresses
// in texts, finalisers, weak tables, the order of hash tables, and unseeded random numbers.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "scenarios/script/context.hpp"

namespace splitscope::scenarios {
namespace {

constexpr std::array<std::string_view, 20> KeptGlobals{
    "_G",           "_VERSION", "assert",   "error",    "ipairs",   "math",    "next",
    "pairs",        "print",    "rawequal", "rawget",   "rawlen",   "require", "select",
    "setmetatable", "string",   "table",    "tonumber", "tostring", "type"};

// What people reach for, and what there is instead.
struct Missing {
  std::string_view name;
  std::string_view advice;
};
constexpr std::array<Missing, 12> MissingGlobals{{
    {"io", "scripts have no files; print writes into the run's output"},
    {"os", "scripts have no operating system; now() is the time of the run"},
    {"debug", "scripts are sandboxed"},
    {"package", "modules come from the script's own folder: require \"lib/name\""},
    {"load", "scripts run no text made at run time"},
    {"loadstring", "scripts run no text made at run time"},
    {"dofile", "modules come from the script's own folder: require \"lib/name\""},
    {"loadfile", "modules come from the script's own folder: require \"lib/name\""},
    {"pcall", "errors end the script; try_run_until answers false where a wait may fail"},
    {"xpcall", "errors end the script; try_run_until answers false where a wait may fail"},
    {"collectgarbage", "memory is not a script's concern"},
    {"coroutine", "plan what happens later with at, on and when"},
}};

int safe_setmetatable(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  if (!lua_istable(L, 2) && !lua_isnil(L, 2)) fail(L, "setmetatable: expected a table or nil");
  lua_settop(L, 2);
  if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL) {
    fail(L, "setmetatable: the metatable is locked");
  }
  // Each of these would show when the collector runs, or hide work from the bounds.
  for (const char* key : {"__gc", "__mode", "__close"}) {
    if (!lua_istable(L, 2)) break;
    lua_pushstring(L, key);
    if (lua_rawget(L, 2) != LUA_TNIL) {
      fail(L, fmt::format("setmetatable: {} is not allowed (no finalisers, no weak tables)", key));
    }
    lua_pop(L, 1);
  }
  lua_setmetatable(L, 1);
  return 1;
}

int script_print(lua_State* L) {
  const int count = lua_gettop(L);
  std::string line;
  for (int i = 1; i <= count; ++i) {
    lua_getglobal(L, "tostring");
    lua_pushvalue(L, i);
    lua_call(L, 1, 1);
    std::size_t size = 0;
    const char* text = lua_tolstring(L, -1, &size);
    if (text == nullptr) fail(L, "print: tostring must answer a text");
    if (line.size() < Limits::NoteSizeMax) line.append(i > 1 ? "\t" : "").append(text, size);
    lua_pop(L, 1);
  }
  note(L, line);
  return 0;
}

// math.random(), (high) and (low, high), from the run's seed.
int random_number(lua_State* L) {
  base::Prng& random = context(L).world.script_random();
  const int count = lua_gettop(L);
  if (count == 0) {
    lua_pushnumber(L, static_cast<lua_Number>(random.next() >> 11) * 0x1p-53);
    return 1;
  }
  const lua_Integer low = count >= 2 ? luaL_checkinteger(L, 1) : 1;
  const lua_Integer high = luaL_checkinteger(L, count >= 2 ? 2 : 1);
  const std::uint64_t span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  if (low > high || span > (std::uint64_t{1} << 53)) {
    fail(L, "math.random: the range must rise, for example math.random(1, 6)");
  }
  lua_pushinteger(L, random.between(low, high));
  return 1;
}

int undefined_global(lua_State* L) {
  if (lua_type(L, 2) != LUA_TSTRING) fail(L, "globals are named by texts");
  const std::string name = lua_tostring(L, 2);
  for (const Missing& missing : MissingGlobals) {
    if (missing.name == name) {
      fail(L, fmt::format("\"{}\" is not defined: {}", name, missing.advice));
    }
  }
  lua_pushglobaltable(L);
  const std::vector<std::string> names = text_keys(L, -1);
  const std::vector<std::string_view> known(names.begin(), names.end());
  fail(L, fmt::format("\"{}\" is not defined{}", name, did_you_mean(name, known)));
}

bool is_module_name(std::string_view name) {
  constexpr std::size_t NameSizeMax = 200;
  constexpr std::string_view Allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-/";
  return !name.empty() && name.size() <= NameSizeMax && name.front() != '/' &&
         name.find("//") == std::string_view::npos &&
         name.find_first_not_of(Allowed) == std::string_view::npos;
}

// Runs the module's text; its value is on the stack then.
void load_module(lua_State* L, const std::string& name) {
  const ScriptOptions& options = context(L).options;
  if (!options.load_module) fail(L, "require: there are no modules here");
  const auto text = options.load_module(name);
  if (!text.has_value()) fail(L, "require: " + text.error().message);
  const std::string chunk = "@" + name + ".lua";
  if (luaL_loadbufferx(L, text->data(), text->size(), chunk.c_str(), "t") != LUA_OK) lua_error(L);
  lua_call(L, 0, 1);
  if (!lua_isnil(L, -1)) return;
  lua_pop(L, 1);
  lua_pushboolean(L, 1);
}

// Modules from the script's own folder, each loaded once: require "lib/x".
int require_module(lua_State* L) {
  const std::string name = lua_type(L, 1) == LUA_TSTRING ? lua_tostring(L, 1) : "";
  if (!is_module_name(name)) {
    fail(L, fmt::format("require: {} is not a module of the script's own folder; write for "
                        "example require \"lib/faults\"",
                        shown(L, 1)));
  }
  luaL_getsubtable(L, LUA_REGISTRYINDEX, "splitscope.modules");
  const int modules = lua_gettop(L);
  if (lua_getfield(L, modules, name.c_str()) != LUA_TNIL) {
    if (lua_islightuserdata(L, -1)) fail(L, fmt::format("require: \"{}\" requires itself", name));
    return 1;
  }
  lua_pushlightuserdata(L, nullptr);  // while it loads
  lua_setfield(L, modules, name.c_str());
  load_module(L, name);
  lua_pushvalue(L, -1);
  lua_setfield(L, modules, name.c_str());
  return 1;
}

void keep_known_globals(lua_State* L) {
  lua_pushglobaltable(L);
  for (const std::string& name : text_keys(L, -1)) {
    if (std::find(KeptGlobals.begin(), KeptGlobals.end(), name) != KeptGlobals.end()) continue;
    lua_pushnil(L);
    lua_setfield(L, -2, name.c_str());
  }
  lua_pop(L, 1);
}

// Reading what is not there is an error that names the nearest name.
void guard_globals(lua_State* L) {
  lua_pushglobaltable(L);
  lua_newtable(L);
  lua_pushcfunction(L, undefined_global);
  lua_setfield(L, -2, "__index");
  lua_pushliteral(L, "locked");
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  lua_pop(L, 1);
}

}  // namespace

void open_sandbox(lua_State* L) {
  luaL_requiref(L, LUA_GNAME, luaopen_base, 1);
  luaL_requiref(L, LUA_STRLIBNAME, luaopen_string, 1);
  luaL_requiref(L, LUA_TABLIBNAME, luaopen_table, 1);
  luaL_requiref(L, LUA_MATHLIBNAME, luaopen_math, 1);
  lua_pop(L, 4);
  keep_known_globals(L);
  lua_getglobal(L, "math");
  lua_pushnil(L);
  lua_setfield(L, -2, "randomseed");
  lua_pushcfunction(L, random_number);
  lua_setfield(L, -2, "random");
  lua_pop(L, 1);
  bound_tables(L);
  bound_strings(L);
  lua_register(L, "setmetatable", safe_setmetatable);
  lua_register(L, "print", script_print);
  lua_register(L, "require", require_module);
  guard_globals(L);
}

}  // namespace splitscope::scenarios
