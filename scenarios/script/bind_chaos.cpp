// A random phase, drawn from the seed: chaos { kinds = { "kill", "partition", "pause" },
// rate = "1 per 40s", for_ = "10m", keep = "quorum" }. Every act is an ordinary fault and is
// recorded as one, so a run can be written down literally.
#include <algorithm>

#include <fmt/format.h>

#include "engine/base/duration_text.hpp"
#include "scenarios/script/context.hpp"

namespace splitscope::scenarios {
namespace {

constexpr std::size_t ActsMax = 10'000;
constexpr std::int64_t LastingMinNs = 3'000'000'000;
constexpr std::int64_t LastingMaxNs = 40'000'000'000;

struct Plan {
  std::vector<FaultKind> kinds;
  base::Duration mean{};
  base::Duration length{};
  bool keep_quorum = true;
};

FaultKind kind_named(lua_State* L, const std::string& name) {
  if (name == "kill") return FaultKind::Kill;
  if (name == "pause") return FaultKind::Pause;
  if (name == "partition") return FaultKind::Partition;
  if (name == "isolate") return FaultKind::Isolate;
  if (name == "cut") return FaultKind::Cut;
  if (name == "power_off") return FaultKind::PowerOff;
  if (name == "lose") return FaultKind::Lose;
  if (name == "delay") return FaultKind::Delay;
  fail(L, fmt::format("chaos: there is no kind \"{}\"{}; the kinds are kill, pause, partition, "
                      "isolate, cut, power_off, lose, delay",
                      name,
                      did_you_mean(name, {"kill", "pause", "partition", "isolate", "cut",
                                          "power_off", "lose", "delay"})));
}

// "1 per 40s"
base::Duration read_mean(lua_State* L, const std::string& text) {
  const std::size_t per = text.find(" per ");
  const auto interval = per == std::string::npos ? base::parse_duration("")
                                                 : base::parse_duration(text.substr(per + 5));
  const long long count = std::atoll(text.c_str());
  if (!interval.has_value() || count < 1 || count > 1000) {
    fail(L, fmt::format("chaos: rate = \"{}\"; write for example \"1 per 40s\"", text));
  }
  return *interval / count;
}

Plan read_plan(lua_State* L) {
  const Options options(L, 1, "chaos", {"kinds", "rate", "for_", "keep"});
  Plan plan;
  if (!options.push("kinds"))
    fail(L, "chaos: kinds is missing, for example { \"kill\", \"pause\" }");
  const auto count = static_cast<lua_Integer>(lua_rawlen(L, -1));
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(L, -1, i);
    plan.kinds.push_back(kind_named(L, read_text(L, lua_gettop(L), "chaos: a kind")));
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  if (plan.kinds.empty()) fail(L, "chaos: kinds is empty");
  plan.mean = read_mean(L, options.text("rate").value_or("1 per 40s"));
  plan.length = options.duration("for_").value_or(std::chrono::minutes{10});
  plan.keep_quorum = options.text("keep").value_or("quorum") == "quorum";
  return plan;
}

Members live(const World& world, ClusterId cluster) {
  Members members;
  for (const MemberState& member : world.observation().members()) {
    if (member.cluster == cluster.value && member.is_live()) members.push_back(member.node);
  }
  return members;
}

Members draw(base::Prng& random, Members from, std::size_t count) {
  Members picked;
  while (picked.size() < count && !from.empty()) {
    const auto index = static_cast<std::size_t>(random.below(from.size()));
    picked.push_back(from[index]);
    from.erase(from.begin() + static_cast<std::ptrdiff_t>(index));
  }
  std::sort(picked.begin(), picked.end());
  return picked;
}

// One act on the members that are live when its moment comes.
void disturb(World& world, ClusterId cluster, const Plan& plan, base::Prng& random) {
  const Members all = world.observation().cluster_members(cluster.value);
  const Members up = live(world, cluster);
  const FaultKind kind = plan.kinds[static_cast<std::size_t>(random.below(plan.kinds.size()))];
  const base::Duration lasting{random.between(LastingMinNs, LastingMaxNs)};
  const std::size_t spare = plan.keep_quorum ? all.size() / 2 + 1 : 1;
  if (up.size() <= spare) return;
  const auto most = static_cast<std::int64_t>(up.size() - spare);
  const auto count = static_cast<std::size_t>(random.between(1, most));
  const Members chosen = draw(random, up, count);
  Fault fault;
  fault.kind = kind;
  fault.groups = {chosen};
  fault.lasting = lasting;
  fault.label = "chaos";
  if (kind == FaultKind::Kill) {
    fault.kind = FaultKind::Restart;
    fault.after = lasting;
    fault.lasting.reset();
  } else if (kind == FaultKind::PowerOff) {
    fault.kind = FaultKind::Reboot;
    fault.after = lasting;
    fault.lasting.reset();
  } else if (kind == FaultKind::Partition || kind == FaultKind::Cut) {
    Members rest;
    std::set_difference(all.begin(), all.end(), chosen.begin(), chosen.end(),
                        std::back_inserter(rest));
    fault.groups.push_back(rest);
  } else if (kind == FaultKind::Lose || kind == FaultKind::Delay) {
    fault.groups.push_back({});
    fault.probability = base::Probability::from_ratio(30, 100);
    fault.delay = std::chrono::milliseconds{300};
    fault.jitter = std::chrono::milliseconds{700};
  }
  if (const auto applied = world.apply(fault); !applied.has_value()) {
    world.declare_inconclusive(applied.error().message);
  }
}

int chaos(lua_State* L) {
  ScriptContext& script = context(L);
  if (script.clusters.empty()) fail(L, "chaos: call cluster { ... } first");
  const Plan plan = read_plan(L);
  const ClusterId cluster = script.clusters.front();
  World& world = script.world;
  base::Prng moments(world.script_random().next());
  base::Duration at{};
  for (std::size_t act = 0; act < ActsMax; ++act) {
    at += base::Duration{moments.between(plan.mean.count() / 4, plan.mean.count() * 7 / 4)};
    if (at >= plan.length) break;
    TriggerSpec moment;
    moment.after = world.now().time_since_epoch() + at;
    const std::uint64_t act_seed = moments.next();
    world.add_trigger(moment, [&world, cluster, plan, act_seed] {
      base::Prng random(act_seed);
      disturb(world, cluster, plan, random);
    });
  }
  if (!world.run_for(plan.length)) {
    script.wait_failed = true;
    lua_pushliteral(L, "the run has ended");
    lua_error(L);
  }
  return 0;
}

}  // namespace

void bind_chaos(lua_State* L) {
  lua_register(L, "chaos", chaos);
}

}  // namespace splitscope::scenarios
