#include "scenarios/script/script.hpp"

#include <cstdlib>
#include <memory>

#include <fmt/format.h>

#include "scenarios/script/context.hpp"

namespace splitscope::scenarios {
namespace {

constexpr int HookInterval = 1'000;

// Counts what the script has; beyond the bound an allocation fails and Lua says so.
void* bounded_allocate(void* user, void* block, std::size_t old_size, std::size_t new_size) {
  auto& context = *static_cast<ScriptContext*>(user);
  const std::size_t held = block == nullptr ? 0 : old_size;
  if (new_size == 0) {
    std::free(block);
    context.memory -= held;
    return nullptr;
  }
  if (context.memory - held + new_size > ScriptOptions::MemoryMax) return nullptr;
  void* moved = std::realloc(block, new_size);
  if (moved != nullptr) context.memory = context.memory - held + new_size;
  return moved;
}

void count_instructions(lua_State* L, lua_Debug*) {
  ScriptContext& script = context(L);
  script.instructions += HookInterval;
  if (script.instructions > script.options.instructions_max) {
    fail(L, fmt::format("the script ran {} instructions without end; does a loop let no time "
                        "pass?",
                        script.options.instructions_max));
  }
}

struct CloseState {
  void operator()(lua_State* L) const { lua_close(L); }
};

int describe_scenario(lua_State* L) {
  const Options options(L, 1, "scenario", {"museum", "shows", "tags"});
  ScriptOutcome& outcome = context(L).outcome;
  lua_rawgeti(L, 1, 1);
  if (!lua_isnil(L, -1)) outcome.title = read_text(L, lua_gettop(L), "scenario: the title");
  lua_pop(L, 1);
  outcome.museum = options.text("museum").value_or("");
  if (const auto shows = options.text("shows")) outcome.shows = *shows;
  return 0;
}

void push_parameter(lua_State* L, const std::string& name, const std::string& text) {
  switch (lua_type(L, 2)) {
    case LUA_TNUMBER: {
      if (lua_stringtonumber(L, text.c_str()) == 0) {
        fail(L, fmt::format("--set {}={}: expected a number", name, text));
      }
      return;
    }
    case LUA_TBOOLEAN:
      if (text != "true" && text != "false") {
        fail(L, fmt::format("--set {}={}: expected true or false", name, text));
      }
      lua_pushboolean(L, text == "true" ? 1 : 0);
      return;
    default:
      lua_pushlstring(L, text.data(), text.size());
      return;
  }
}

int parameter(lua_State* L) {
  const std::string name = read_text(L, 1, "param: the name");
  ScriptContext& script = context(L);
  luaL_tolstring(L, 2, nullptr);
  script.outcome.parameters.push_back({name, lua_tostring(L, -1)});
  lua_pop(L, 1);
  script.parameters_used.insert(name);
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
  luaL_checktype(L, 1, LUA_TTABLE);
  std::vector<std::string> names;
  lua_pushnil(L);
  while (lua_next(L, 1) != 0) {
    lua_pop(L, 1);
    names.push_back(read_text(L, lua_gettop(L), "vary: a name"));
  }
  std::sort(names.begin(), names.end());
  std::uint64_t index = context(L).options.seed - 1;
  lua_newtable(L);
  for (const std::string& name : names) {
    lua_getfield(L, 1, name.c_str());
    luaL_checktype(L, -1, LUA_TTABLE);
    const std::uint64_t count = lua_rawlen(L, -1);
    if (count == 0) fail(L, fmt::format("vary: {} has no values", name));
    lua_rawgeti(L, -1, static_cast<lua_Integer>(index % count + 1));
    index /= count;
    lua_setfield(L, -3, name.c_str());
    lua_pop(L, 1);
  }
  return 1;
}

int seed(lua_State* L) {
  lua_pushinteger(L, static_cast<lua_Integer>(context(L).options.seed));
  return 1;
}

int declare_inconclusive(lua_State* L) {
  context(L).world.declare_inconclusive(
      fmt::format("line {}: {}", script_line(L), read_text(L, 1, "inconclusive: the reason")));
  return 0;
}

int no_cloud(lua_State* L) {
  fail(L, "cloud: needs a cluster with the aws or ecs scheme, which this version does not have");
}

void bind_cloud(lua_State* L) {
  lua_newtable(L);
  lua_newtable(L);
  lua_pushcfunction(L, no_cloud);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
  lua_setglobal(L, "cloud");
}

void open_library(lua_State* L) {
  open_sandbox(L);
  lua_register(L, "scenario", describe_scenario);
  lua_register(L, "param", parameter);
  lua_register(L, "vary", vary);
  lua_register(L, "seed", seed);
  lua_register(L, "inconclusive", declare_inconclusive);
  bind_cloud(L);
  bind_conditions(L);
  bind_clusters(L);
  bind_faults(L);
  bind_time(L);
  bind_chaos(L);
}

void check_parameters(const ScriptOptions& options, ScriptContext& script) {
  if (script.outcome.end != ScriptOutcome::End::Finished) return;
  for (const auto& [name, value] : options.parameters) {
    if (script.parameters_used.contains(name)) continue;
    std::string known;
    for (const std::string& used : script.parameters_used) {
      known += (known.empty() ? "" : ", ") + used;
    }
    script.outcome.end = ScriptOutcome::End::Error;
    script.outcome.error = fmt::format("--set {}: the script has no such parameter; it has {}",
                                       name, known.empty() ? "none" : known);
    return;
  }
}

}  // namespace

std::string script_summary(std::string_view text) {
  if (!text.starts_with("--")) return {};
  std::string_view line = text.substr(2, text.find('\n') - 2);
  while (!line.empty() && (line.front() == ' ' || line.front() == '-')) line.remove_prefix(1);
  return std::string(line);
}

struct ScriptRun::State {
  State(std::string script_path, std::string script_text, const ScriptOptions& options,
        World& world)
      : path(std::move(script_path)),
        text(std::move(script_text)),
        context{.world = world, .options = options},
        lua(lua_newstate(bounded_allocate, &context)) {}

  std::string path;
  std::string text;
  ScriptContext context;
  std::unique_ptr<lua_State, CloseState> lua;  // before `context`, which its allocator counts in
};

ScriptRun::ScriptRun(std::string path, std::string text, const ScriptOptions& options, World& world)
    : state_(std::make_unique<State>(std::move(path), std::move(text), options, world)) {
  lua_State* L = state_->lua.get();
  *static_cast<ScriptContext**>(lua_getextraspace(L)) = &state_->context;
  state_->context.outcome.shows = script_summary(state_->text);
}

ScriptRun::~ScriptRun() = default;

const ScriptOutcome& ScriptRun::outcome() const {
  return state_->context.outcome;
}

void ScriptRun::run() {
  ScriptContext& script = state_->context;
  lua_State* L = state_->lua.get();
  lua_sethook(L, count_instructions, LUA_MASKCOUNT, HookInterval);
  open_library(L);
  const std::string chunk = "@" + state_->path;
  int status = luaL_loadbufferx(L, state_->text.data(), state_->text.size(), chunk.c_str(), "t");
  if (status == LUA_OK) status = lua_pcall(L, 0, 0, 0);
  if (script.wait_failed) {
    script.outcome.end = ScriptOutcome::End::WaitFailed;
  } else if (status != LUA_OK) {
    script.outcome.end = ScriptOutcome::End::Error;
    const char* message = lua_tostring(L, -1);
    script.outcome.error =
        message == nullptr ? "the script raised an error without words" : message;
  }
  lua_settop(L, 0);
  check_parameters(script.options, script);
}

}  // namespace splitscope::scenarios
