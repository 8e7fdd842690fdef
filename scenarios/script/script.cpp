#include "scenarios/script/script.hpp"

#include <fmt/format.h>

#include "engine/base/assert.hpp"
#include "engine/base/utf8.hpp"
#include "scenarios/script/context.hpp"

namespace splitscope::scenarios {
namespace {

struct CloseState {
  void operator()(lua_State* L) const { lua_close(L); }
};

// In this order: later parts add methods to types of earlier ones.
int open_library(lua_State* L) {
  open_sandbox(L);
  bind_parameters(L);
  bind_network(L);
  bind_schemes(L);
  bind_clusters(L);
  bind_conditions(L);
  bind_data(L);
  bind_selectors(L);
  bind_statements(L);
  bind_acts(L);
  bind_network_faults(L);
  bind_traffic_faults(L);
  bind_operator_faults(L);
  bind_cloud(L);
  bind_time(L);
  bind_triggers(L);
  bind_chaos(L);
  bind_record(L);
  return 0;
}

void check_parameters(const ScriptOptions& options, ScriptContext& script) {
  if (script.outcome.end != ScriptOutcome::End::Finished) return;
  for (const auto& [name, value] : options.parameters) {
    if (script.parameters_used.contains(name)) continue;
    const std::vector<std::string_view> known(script.parameters_used.begin(),
                                              script.parameters_used.end());
    script.outcome.end = ScriptOutcome::End::Error;
    script.outcome.error = base::well_formed_utf8(fmt::format(
        "--set {}: the script has no such parameter{}; it has {}", name, did_you_mean(name, known),
        known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "))));
    return;
  }
}

}  // namespace

std::string script_summary(std::string_view text) {
  std::string summary;
  while (text.starts_with("--")) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(2, end == text.npos ? end : end - 2);
    while (!line.empty() && (line.front() == ' ' || line.front() == '-')) line.remove_prefix(1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty()) break;
    summary += (summary.empty() ? "" : " ") + std::string(line);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return base::well_formed_utf8(summary);
}

struct ScriptRun::State {
  State(std::string script_path, std::string script_text, const ScriptOptions& options,
        World& world)
      : text(std::move(script_text)),
        context(world, options),
        lua(lua_newstate(bounded_allocate, &context.budget)) {
    SPLITSCOPE_ASSERT(lua != nullptr);
    context.path = std::move(script_path);
    context.outcome.shows = script_summary(text);
    *static_cast<ScriptContext**>(lua_getextraspace(lua.get())) = &context;
  }

  std::string text;
  ScriptContext context;
  std::unique_ptr<lua_State, CloseState> lua;  // goes first: its allocator counts in `context`
};

ScriptRun::ScriptRun(std::string path, std::string text, const ScriptOptions& options, World& world)
    : state_(std::make_unique<State>(std::move(path), std::move(text), options, world)) {}

ScriptRun::~ScriptRun() = default;

const ScriptOutcome& ScriptRun::outcome() const {
  return state_->context.outcome;
}

std::string ScriptRun::literal(std::string_view heading) const {
  const ScriptContext& script = state_->context;
  return script.literal.text(heading, script.outcome.title);
}

void ScriptRun::run() {
  ScriptContext& script = state_->context;
  lua_State* L = state_->lua.get();
  lua_pushcfunction(L, open_library);
  int status = lua_pcall(L, 0, 0, 0);
  SPLITSCOPE_ASSERT(status == LUA_OK);
  count_instructions(L);
  const std::string chunk = "@" + script.path;
  status = luaL_loadbufferx(L, state_->text.data(), state_->text.size(), chunk.c_str(), "t");
  if (status == LUA_OK) status = lua_pcall(L, 0, 0, 0);
  if (status != LUA_OK) {
    std::string error = take_error(L, status, script.path);
    // A trigger may have failed before; the first error is the one to tell.
    const bool is_first = script.outcome.end == ScriptOutcome::End::Finished;
    if (is_first && script.stopping) script.outcome.end = ScriptOutcome::End::Stopped;
    if (is_first && !script.stopping) {
      script.outcome.end = ScriptOutcome::End::Error;
      script.outcome.error = std::move(error);
    }
    script.stopping = false;
  }
  lua_settop(L, 0);
  script.literal.end(script.world.now());
  check_parameters(script.options, script);
}

}  // namespace splitscope::scenarios
