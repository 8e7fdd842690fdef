#include "scenarios/script/context.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "engine/base/utf8.hpp"
#include "scenarios/script/chaos_phase.hpp"

namespace splitscope::scenarios {
namespace {

constexpr std::size_t WordMax = 64;  // longer words have no near neighbour
constexpr std::size_t QuotedMax = 60;

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

// The innermost frame that has a line. A binding itself has none.
bool find_script_frame(lua_State* L, lua_Debug& frame) {
  for (int level = 0; lua_getstack(L, level, &frame) != 0; ++level) {
    lua_getinfo(L, "Sl", &frame);
    if (frame.currentline > 0) return true;
  }
  return false;
}

// Whether the message says where: "file:12: ...".
bool has_position(std::string_view message) {
  for (std::size_t at = message.find(':'); at != std::string_view::npos;
       at = message.find(':', at + 1)) {
    const std::size_t end = message.find_first_not_of("0123456789", at + 1);
    if (end > at + 1 && end != std::string_view::npos && message[end] == ':') return true;
  }
  return false;
}

}  // namespace

ScriptContext::ScriptContext(World& its_world, const ScriptOptions& its_options)
    : world(its_world), options(its_options) {
  budget.instructions_max = options.instructions_max;
  budget.memory_max = ScriptOptions::MemoryMax;
}

ScriptContext::~ScriptContext() = default;

ScriptContext& context(lua_State* L) {
  return **static_cast<ScriptContext**>(lua_getextraspace(L));
}

void fail(lua_State* L, const std::string& message) {
  lua_Debug frame;
  const bool has_line = find_script_frame(L, frame);
  const std::string text =
      has_line ? fmt::format("{}:{}: {}", frame.short_src, frame.currentline, message) : message;
  lua_pushlstring(L, text.data(), text.size());
  lua_error(L);
  __builtin_unreachable();
}

void stop_script(lua_State* L) {
  context(L).stopping = true;
  lua_pushliteral(L, "the script was stopped");
  lua_error(L);
  __builtin_unreachable();
}

void stop_beyond_world(lua_State* L, const base::Error& refusal) {
  context(L).world.declare_inconclusive(
      fmt::format("line {}: {}", script_line(L), refusal.message));
  stop_script(L);
}

std::uint32_t script_line(lua_State* L) {
  lua_Debug frame;
  return find_script_frame(L, frame) ? static_cast<std::uint32_t>(frame.currentline) : 0;
}

void count_up(lua_State* L, std::size_t& count, std::size_t most, std::string_view what) {
  if (count >= most) fail(L, fmt::format("a script may have at most {} {}", most, what));
  ++count;
}

void note(lua_State* L, std::string_view text) {
  ScriptContext& script = context(L);
  count_up(L, script.notes, Limits::NotesMax, "lines of output");
  const bool is_long = text.size() > Limits::NoteSizeMax;
  script.world.note(base::well_formed_utf8(text.substr(0, Limits::NoteSizeMax)) +
                    (is_long ? "..." : ""));
}

int call_original(lua_State* L, const std::string& function) {
  const int arguments = lua_gettop(L);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  const int status = lua_pcall(L, arguments, LUA_MULTRET, 0);
  if (status == LUA_OK) return lua_gettop(L);
  const ScriptContext& script = context(L);
  if (status == LUA_ERRMEM) {
    if (script.budget.is_spent()) charge(L, 0);
    fail(L, fmt::format("{}: {}", function, script.budget.refusal));
  }
  if (script.stopping || lua_type(L, -1) != LUA_TSTRING) lua_error(L);
  std::string message = lua_tostring(L, -1);
  if (has_position(message)) lua_error(L);
  const std::size_t unnamed = message.find("to '?' ");
  if (unnamed != std::string::npos) message.erase(unnamed, 7);
  fail(L, fmt::format("{}: {}", function, message));
}

std::vector<std::string> text_keys(lua_State* L, int index) {
  const int table = lua_absindex(L, index);
  std::vector<std::string> keys;
  lua_pushnil(L);
  while (lua_next(L, table) != 0) {
    lua_pop(L, 1);
    if (lua_type(L, -1) == LUA_TSTRING) keys.emplace_back(lua_tostring(L, -1));
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known) {
  if (word.size() > WordMax) return {};
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

std::string shown(lua_State* L, int index) {
  switch (lua_type(L, index)) {
    case LUA_TNONE:
    case LUA_TNIL:
      return "nothing";
    case LUA_TSTRING: {
      const std::string text = lua_tostring(L, index);
      if (text.size() <= QuotedMax) return fmt::format("\"{}\"", text);
      return fmt::format("\"{}...\"", text.substr(0, QuotedMax));
    }
    case LUA_TNUMBER:
      if (lua_isinteger(L, index)) return fmt::format("{}", lua_tointeger(L, index));
      return fmt::format("{:.14g}", lua_tonumber(L, index));
    case LUA_TBOOLEAN:
      return lua_toboolean(L, index) != 0 ? "true" : "false";
    case LUA_TUSERDATA: {
      if (luaL_getmetafield(L, index, "__name") != LUA_TSTRING) return "a value";
      const std::string name = lua_tostring(L, -1);
      lua_pop(L, 1);
      return fmt::format("a {}", name);
    }
    default:
      return fmt::format("a {}", luaL_typename(L, index));
  }
}

}  // namespace splitscope::scenarios
