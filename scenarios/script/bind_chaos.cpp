// A random phase: chaos { kinds = { "kill", "partition" }, rate = "1 per 40s", for_ = "10m",
// keep = "quorum" }.
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "engine/base/duration_text.hpp"
#include "scenarios/script/arguments.hpp"
#include "scenarios/script/chaos_phase.hpp"

namespace splitscope::scenarios {
namespace {

constexpr base::Duration MeanMin = std::chrono::milliseconds{10};
constexpr std::uint32_t FaultsMax = 1'000;
constexpr std::size_t PhasesMax = 1'000;

struct KindName {
  std::string_view name;
  FaultKind kind;
};
constexpr std::array<KindName, 14> Kinds{{{"kill", FaultKind::Restart},
                                          {"power_off", FaultKind::Reboot},
                                          {"pause", FaultKind::Pause},
                                          {"slow", FaultKind::Slow},
                                          {"partition", FaultKind::Partition},
                                          {"isolate", FaultKind::Isolate},
                                          {"cut", FaultKind::Cut},
                                          {"flap", FaultKind::Flap},
                                          {"lose", FaultKind::Lose},
                                          {"delay", FaultKind::Delay},
                                          {"duplicate", FaultKind::Duplicate},
                                          {"reorder", FaultKind::Reorder},
                                          {"hold", FaultKind::Hold},
                                          {"clock", FaultKind::ClockStep}}};

FaultKind kind_named(lua_State* L, const std::string& name) {
  std::vector<std::string_view> names;
  for (const KindName& kind : Kinds) {
    if (kind.name == name) return kind.kind;
    names.push_back(kind.name);
  }
  fail(L, fmt::format("chaos: kinds: there is no \"{}\"{}; the kinds are {}", name,
                      did_you_mean(name, names), fmt::join(names, ", ")));
}

// "1 per 40s"
base::Duration read_mean(lua_State* L, const std::string& text) {
  constexpr std::string_view Per = " per ";
  const std::size_t per = text.find(Per);
  std::uint32_t count = 0;
  if (per != std::string::npos) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + per, count);
    if (error != std::errc{} || end != text.data() + per) count = 0;
    const auto interval = base::parse_duration(std::string_view(text).substr(per + Per.size()));
    if (count >= 1 && count <= FaultsMax && interval.has_value() && *interval / count >= MeanMin) {
      return *interval / count;
    }
  }
  fail(L, fmt::format("chaos: rate: \"{}\" is no rate; write for example \"1 per 40s\", at most "
                      "100 per second",
                      text));
}

std::optional<std::size_t> read_keep(lua_State* L, const Options& options) {
  if (!options.push("keep")) {
    lua_pop(L, 1);
    return std::nullopt;
  }
  const int index = lua_gettop(L);
  const bool is_text = lua_type(L, index) == LUA_TSTRING;
  const std::string text = is_text ? lua_tostring(L, index) : "";
  if (is_text && text != "quorum" && text != "one") {
    fail(L, fmt::format("chaos: keep: expected \"quorum\", \"one\" or a number of members, not {}",
                        shown(L, index)));
  }
  std::optional<std::size_t> keep;
  if (text == "one") keep = 1;
  if (!is_text) {
    keep = static_cast<std::size_t>(
        read_integer(L, index, "chaos: keep", 0, std::int64_t{Limits::MembersMax}));
  }
  lua_pop(L, 1);
  return keep;
}

ChaosPlan read_plan(lua_State* L) {
  const Options options(L, 1, "chaos", {"cluster", "kinds", "rate", "for_", "keep"});
  ChaosPlan plan;
  if (!options.push("kinds")) {
    fail(L, "chaos: kinds is missing, for example { \"kill\", \"pause\" }");
  }
  for (const std::string& name : read_texts(L, lua_gettop(L), "chaos: kinds")) {
    plan.kinds.push_back(kind_named(L, name));
  }
  lua_pop(L, 1);
  if (plan.kinds.empty()) fail(L, "chaos: kinds is empty");
  plan.mean = read_mean(L, options.text("rate").value_or("1 per 40s"));
  plan.length = options.duration("for_").value_or(std::chrono::minutes{10});
  plan.keep = read_keep(L, options);
  return plan;
}

// The named cluster, else the first.
ClusterId read_cluster(lua_State* L) {
  const ScriptContext& script = context(L);
  if (script.clusters.empty()) fail(L, "chaos: call cluster { ... } first");
  const Options options(L, 1, "chaos", {"cluster", "kinds", "rate", "for_", "keep"});
  ClusterId cluster = script.clusters.front();
  if (options.push("cluster")) {
    const auto* given = test_value<ClusterId>(L, lua_gettop(L));
    if (given == nullptr) {
      fail(L, fmt::format("chaos: cluster: expected a cluster, not {}", shown(L, -1)));
    }
    cluster = *given;
  }
  lua_pop(L, 1);
  return cluster;
}

int chaos(lua_State* L) {
  ScriptContext& script = context(L);
  const ClusterId cluster = read_cluster(L);
  ChaosPlan plan = read_plan(L);
  if (script.in_callback) fail(L, "chaos: time cannot pass inside a trigger's function");
  if (script.chaos.size() >= PhasesMax) {
    fail(L, fmt::format("chaos: at most {} phases", PhasesMax));
  }
  const base::Duration length = plan.length;
  script.chaos.push_back(std::make_unique<ChaosPhase>(script, cluster, std::move(plan),
                                                      script.world.script_random().next()));
  script.chaos.back()->begin();
  const bool goes_on = script.world.run_for(length);
  if (!goes_on || script.outcome.end == ScriptOutcome::End::Error) stop_script(L);
  return 0;
}

}  // namespace

void bind_chaos(lua_State* L) {
  lua_register(L, "chaos", chaos);
}

}  // namespace splitscope::scenarios
