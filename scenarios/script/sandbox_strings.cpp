// Text functions without addresses, and without patterns that would take for ever.
#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "scenarios/script/context.hpp"

namespace splitscope::scenarios {
namespace {

// Steps of the pattern matcher that one call may need in the worst case.
constexpr std::uint64_t StepsMax = 10'000'000;
constexpr std::uint64_t StepsPerInstruction = 10;

// Without addresses: a table is "table", not "table: 0x55...".
int plain_tostring(lua_State* L) {
  luaL_checkany(L, 1);
  lua_settop(L, 1);
  const int type = lua_type(L, 1);
  const bool has_text =
      type == LUA_TNIL || type == LUA_TBOOLEAN || type == LUA_TNUMBER || type == LUA_TSTRING;
  if (!has_text && luaL_getmetafield(L, 1, "__tostring") == LUA_TNIL) {
    lua_pushstring(L, type == LUA_TUSERDATA ? "value" : lua_typename(L, type));
    return 1;
  }
  lua_settop(L, 1);
  luaL_tolstring(L, 1, nullptr);
  return 1;
}

int bounded_rep(lua_State* L) {
  std::size_t size = 0;
  const char* text = luaL_checklstring(L, 1, &size);
  const lua_Integer times = std::max<lua_Integer>(luaL_checkinteger(L, 2), 0);
  std::size_t separator_size = 0;
  const char* separator = luaL_optlstring(L, 3, "", &separator_size);
  const std::size_t unit = size + separator_size;
  if (unit > 0 && static_cast<std::size_t>(times) > Limits::TextMax / unit) {
    fail(L, fmt::format("string.rep: the result would exceed {} bytes", Limits::TextMax));
  }
  std::string result;
  for (lua_Integer i = 0; unit > 0 && i < times; ++i) {
    if (i > 0) result.append(separator, separator_size);
    result.append(text, size);
  }
  charge(L, result.size() / StepsPerInstruction);
  lua_pushlstring(L, result.data(), result.size());
  return 1;
}

// How many steps a pattern may take on a text of `size`, at worst: each item that takes any number
// of characters multiplies by it, and so does trying every start.
std::uint64_t worst_steps(std::string_view pattern, std::size_t size) {
  const std::uint64_t length = size + 1;
  std::uint64_t steps = pattern.size() + 1;
  const auto multiply = [&] { steps = std::min(steps * length, StepsMax + 1); };
  if (!pattern.starts_with('^')) multiply();
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const char c = pattern[at];
    if (c == '%' && at + 1 < pattern.size()) {
      const char next = pattern[++at];
      if (next == 'b' || (next >= '0' && next <= '9')) multiply();
    } else if (c == '*' || c == '+' || c == '-') {
      multiply();
    }
  }
  return steps;
}

// find, match, gmatch, gsub. Upvalue 1: Lua's own function, 2: its name.
int bounded_pattern(lua_State* L) {
  std::size_t size = 0;
  std::size_t pattern_size = 0;
  luaL_checklstring(L, 1, &size);
  const char* pattern = luaL_checklstring(L, 2, &pattern_size);
  const std::string name = lua_tostring(L, lua_upvalueindex(2));
  const bool plain = name == "find" && lua_toboolean(L, 4) != 0;
  const std::uint64_t steps =
      plain ? (size + 1) * (pattern_size + 1) / 64 : worst_steps({pattern, pattern_size}, size);
  if (!plain && steps > StepsMax) {
    fail(L, fmt::format("string.{}: the pattern could take too long on a text of {} bytes; anchor "
                        "it with ^, or use fewer * + and -",
                        name, size));
  }
  charge(L, steps / StepsPerInstruction + 1);
  return call_original(L, "string." + name);
}

// Whether the format shows an address.
bool has_pointer(std::string_view format) {
  std::size_t at = format.find('%');
  while (at != std::string_view::npos) {
    const std::size_t letter = format.find_first_not_of("-+ #0123456789.", at + 1);
    if (letter == std::string_view::npos) return false;
    if (format[letter] == 'p') return true;
    at = format.find('%', letter + 1);
  }
  return false;
}

// Texts for whatever %s would show by its address; %p has nothing else to show.
int plain_format(lua_State* L) {
  std::size_t size = 0;
  const char* format = luaL_checklstring(L, 1, &size);
  if (has_pointer({format, size})) {
    fail(L, "string.format: %p would show an address, which differs from run to run");
  }
  const int count = lua_gettop(L);
  for (int i = 2; i <= count; ++i) {
    const int type = lua_type(L, i);
    if (type == LUA_TNUMBER || type == LUA_TSTRING) continue;
    lua_pushcfunction(L, plain_tostring);
    lua_pushvalue(L, i);
    lua_call(L, 1, 1);
    lua_replace(L, i);
  }
  return call_original(L, "string.format");
}

}  // namespace

void bound_strings(lua_State* L) {
  lua_register(L, "tostring", plain_tostring);
  lua_getglobal(L, "string");
  for (const char* name : {"find", "match", "gmatch", "gsub"}) {
    lua_getfield(L, -1, name);
    lua_pushstring(L, name);
    lua_pushcclosure(L, bounded_pattern, 2);
    lua_setfield(L, -2, name);
  }
  lua_getfield(L, -1, "format");
  lua_pushcclosure(L, plain_format, 1);
  lua_setfield(L, -2, "format");
  lua_pushcfunction(L, bounded_rep);
  lua_setfield(L, -2, "rep");
  for (const char* name : {"dump", "pack", "packsize", "unpack"}) {
    lua_pushnil(L);
    lua_setfield(L, -2, name);
  }
  lua_pop(L, 1);
}

}  // namespace splitscope::scenarios
