#include "scenarios/script/lua_values.hpp"

#include <string>
#include <vector>

#include <fmt/format.h>

#include "scenarios/script/context.hpp"

namespace splitscope::scenarios {
namespace {

// Arguments: the table of methods and the name; upvalue: the type.
int unknown_method(lua_State* L) {
  const std::string type = lua_tostring(L, lua_upvalueindex(1));
  if (lua_type(L, 2) != LUA_TSTRING) fail(L, fmt::format("a {} has no entries", type));
  const std::string name = lua_tostring(L, 2);
  const std::vector<std::string> names = text_keys(L, 1);
  const std::vector<std::string_view> known(names.begin(), names.end());
  fail(L, fmt::format("a {} has no \"{}\"{}; it has {}", type, name, did_you_mean(name, known),
                      fmt::join(known, ", ")));
}

}  // namespace

void define_metatable(lua_State* L, const char* type, lua_CFunction destroy,
                      const luaL_Reg* methods) {
  luaL_newmetatable(L, type);
  lua_pushcfunction(L, destroy);
  lua_setfield(L, -2, "__gc");
  lua_pushliteral(L, "locked");
  lua_setfield(L, -2, "__metatable");
  lua_newtable(L);
  luaL_setfuncs(L, methods, 0);
  lua_newtable(L);
  lua_pushstring(L, type);
  lua_pushcclosure(L, unknown_method, 1);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
}

void add_methods(lua_State* L, const char* type, const luaL_Reg* methods) {
  luaL_getmetatable(L, type);
  lua_pushliteral(L, "__index");
  lua_rawget(L, -2);
  luaL_setfuncs(L, methods, 0);
  lua_pop(L, 2);
}

void add_metamethod(lua_State* L, const char* type, const char* name, lua_CFunction function) {
  luaL_getmetatable(L, type);
  lua_pushcfunction(L, function);
  lua_setfield(L, -2, name);
  lua_pop(L, 1);
}

}  // namespace splitscope::scenarios
