// What a script is called, and what may differ from run to run: scenario, param, vary, seed.
#include <fmt/format.h>

#include "engine/base/utf8.hpp"
#include "scenarios/script/schemes.hpp"

namespace splitscope::scenarios {
namespace {

constexpr std::size_t ParametersMax = 1'000;

int describe_scenario(lua_State* L) {
  const Options options(L, 1, "scenario", {"museum", "shows", "tags"});
  ScriptOutcome& outcome = context(L).outcome;
  if (lua_type(L, 1) != LUA_TTABLE) {
    fail(L, "scenario: write for example scenario { \"Master killed\", museum = \"M12\" }");
  }
  lua_rawgeti(L, 1, 1);
  if (!lua_isnil(L, -1)) {
    outcome.title = base::well_formed_utf8(read_text(L, lua_gettop(L), "scenario: the title"));
  }
  lua_pop(L, 1);
  outcome.museum = base::well_formed_utf8(options.text("museum").value_or(""));
  if (const auto shows = options.text("shows")) outcome.shows = base::well_formed_utf8(*shows);
  if (options.push("tags")) read_texts(L, lua_gettop(L), "scenario: tags");
  lua_pop(L, 1);
  return 0;
}

// Pushes what `text` says, as the type of the default at index 2.
void push_parameter(lua_State* L, const std::string& name, const std::string& text) {
  const std::string what = fmt::format("--set {}={}", name, text);
  if (test_value<SchemeValue>(L, 2) != nullptr) {
    return push_value(L, parse_scheme(L, text, what));
  }
  const int type = lua_type(L, 2);
  if (type == LUA_TNUMBER) {
    const bool whole = lua_isinteger(L, 2) != 0;
    if (lua_stringtonumber(L, text.c_str()) != text.size() + 1 ||
        (whole && lua_isinteger(L, -1) == 0)) {
      fail(L, fmt::format("{}: expected a {}number", what, whole ? "whole " : ""));
    }
  } else if (type == LUA_TBOOLEAN) {
    if (text != "true" && text != "false") fail(L, what + ": expected true or false");
    lua_pushboolean(L, text == "true" ? 1 : 0);
  } else {
    lua_pushlstring(L, text.data(), text.size());
  }
}

std::string default_text(lua_State* L, const std::string& name) {
  if (const auto* scheme = test_value<SchemeValue>(L, 2)) return scheme_text(*scheme);
  const int type = lua_type(L, 2);
  if (type == LUA_TSTRING) return base::well_formed_utf8(lua_tostring(L, 2));
  if (type != LUA_TNUMBER && type != LUA_TBOOLEAN) {
    fail(L, fmt::format("param: the default of \"{}\" is a number, a text, true, false or a "
                        "scheme, for example param(\"{}\", 3), not {}",
                        name, name, shown(L, 2)));
  }
  return shown(L, 2);
}

int parameter(lua_State* L) {
  const std::string name = read_text(L, 1, "param: the name");
  ScriptContext& script = context(L);
  std::string text = default_text(L, name);
  if (script.parameters_used.insert(name).second) {
    if (script.parameters_used.size() > ParametersMax) fail(L, "param: too many parameters");
    script.outcome.parameters.push_back({base::well_formed_utf8(name), std::move(text)});
  }
  const auto given = script.options.parameters.find(name);
  if (given == script.options.parameters.end()) {
    lua_pushvalue(L, 2);
  } else {
    push_parameter(L, name, given->second);
  }
  return 1;
}

// A grid: seed k runs combination (k - 1) mod their number, so that a campaign covers all.
int vary(lua_State* L) {
  if (lua_type(L, 1) != LUA_TTABLE) {
    fail(L, "vary: write for example vary { interval = { 1, 5, 10 } }");
  }
  std::uint64_t index = context(L).options.seed - 1;
  lua_newtable(L);
  const int chosen = lua_gettop(L);
  for (const std::string& name : text_keys(L, 1)) {
    lua_pushstring(L, name.c_str());
    lua_rawget(L, 1);
    const int values = lua_gettop(L);
    const auto count = static_cast<std::uint64_t>(read_list_size(L, values, "vary: " + name));
    if (count == 0) fail(L, fmt::format("vary: {} has no values", name));
    lua_rawgeti(L, values, static_cast<lua_Integer>(index % count + 1));
    lua_setfield(L, chosen, name.c_str());
    lua_pop(L, 1);
    index /= count;
  }
  return 1;
}

int seed(lua_State* L) {
  lua_pushinteger(L, static_cast<lua_Integer>(context(L).options.seed));
  return 1;
}

}  // namespace

void bind_parameters(lua_State* L) {
  lua_register(L, "scenario", describe_scenario);
  lua_register(L, "param", parameter);
  lua_register(L, "vary", vary);
  lua_register(L, "seed", seed);
}

}  // namespace splitscope::scenarios
