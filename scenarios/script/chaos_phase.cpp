#include "scenarios/script/chaos_phase.hpp"

#include <algorithm>

#include "scenarios/script/selection.hpp"

namespace splitscope::scenarios {
namespace {

constexpr std::size_t ActsMax = 10'000;
constexpr std::int64_t LastingMinNs = 3'000'000'000;
constexpr std::int64_t LastingMaxNs = 40'000'000'000;
// What cannot be drawn from a range: middling values, so that clusters notice and survive.
constexpr base::Duration DelayBy = std::chrono::milliseconds{300};
constexpr base::Duration DelayJitter = std::chrono::milliseconds{700};
constexpr base::Probability PacketRate{std::uint64_t{0x5000} << 48};  // 31.25 %
constexpr base::Duration SlowTime = std::chrono::milliseconds{20};
constexpr base::Duration FlapPeriod = std::chrono::seconds{2};
constexpr base::Duration FlapDown = std::chrono::seconds{1};
constexpr base::Duration ClockJump = std::chrono::seconds{130};

}  // namespace

ChaosPhase::ChaosPhase(ScriptContext& script, ClusterId cluster, ChaosPlan plan, std::uint64_t seed)
    : script_(script), cluster_(cluster), plan_(std::move(plan)), moments_(seed) {}

void ChaosPhase::begin() {
  World& world = script_.world;
  base::Duration at{};
  for (std::size_t count = 0; count < ActsMax; ++count) {
    at += base::Duration{moments_.between(plan_.mean.count() / 4, plan_.mean.count() * 7 / 4)};
    if (at >= plan_.length) break;
    TriggerSpec moment;
    moment.after = world.now().time_since_epoch() + at;
    const std::uint64_t seed = moments_.next();
    world.add_trigger(moment, [this, seed] { act(seed); });
  }
}

Members ChaosPhase::undisturbed() const {
  Members members = live_members(script_.world, cluster_);
  for (const Disturbance& disturbance : disturbances_) {
    std::erase_if(members, [&](base::NodeId node) {
      return std::binary_search(disturbance.members.begin(), disturbance.members.end(), node);
    });
  }
  return members;
}

// One act on members that no other act has in hand when its moment comes.
void ChaosPhase::act(std::uint64_t seed) {
  World& world = script_.world;
  base::Prng random(seed);
  const FaultKind kind = plan_.kinds[static_cast<std::size_t>(random.below(plan_.kinds.size()))];
  const base::Duration lasting{random.between(LastingMinNs, LastingMaxNs)};
  std::erase_if(disturbances_,
                [&](const Disturbance& disturbance) { return disturbance.until <= world.now(); });
  const Members free = undisturbed();
  const std::size_t all = world.observation().cluster_members(cluster_.value).size();
  const std::size_t keep = plan_.keep.value_or(all / 2 + 1);
  if (free.size() <= keep || script_.faults.size() >= Limits::FaultsMax) return;
  const auto most = static_cast<std::int64_t>(free.size() - keep);
  const auto count = static_cast<std::size_t>(random.between(1, most));
  const Members chosen = drawn(random, free, count);
  const Fault fault = make_fault(kind, chosen, lasting);
  const base::Instant now = world.now();
  const auto applied = world.apply(fault);
  if (!applied.has_value()) {
    world.declare_inconclusive(applied.error().message);
    return;
  }
  disturbances_.push_back({now + lasting, chosen});
  script_.literal.fault(now, *applied, fault);
  script_.faults.push_back(*applied);
}

Fault ChaosPhase::make_fault(FaultKind kind, const Members& chosen, base::Duration lasting) const {
  Fault fault;
  fault.kind = kind;
  fault.groups = {chosen};
  fault.lasting = lasting;
  fault.label = "chaos: " + std::string(to_text(kind));
  switch (kind) {
    case FaultKind::Restart:
    case FaultKind::Reboot:
      fault.after = lasting;
      fault.lasting.reset();
      break;
    case FaultKind::Partition:
    case FaultKind::Cut:
    case FaultKind::Flap: {
      const Members all = script_.world.observation().cluster_members(cluster_.value);
      Members rest;
      std::set_difference(all.begin(), all.end(), chosen.begin(), chosen.end(),
                          std::back_inserter(rest));
      fault.groups.push_back(std::move(rest));
      fault.period = FlapPeriod;
      fault.down = FlapDown;
      break;
    }
    case FaultKind::Lose:
    case FaultKind::Duplicate:
    case FaultKind::Delay:
    case FaultKind::Reorder:
      fault.groups.emplace_back();
      fault.probability = PacketRate;
      fault.delay = DelayBy;
      fault.jitter = kind == FaultKind::Delay ? DelayJitter : base::Duration::zero();
      break;
    case FaultKind::Hold:
      fault.groups.emplace_back();
      break;
    case FaultKind::Slow:
      fault.delay = SlowTime;
      break;
    case FaultKind::ClockStep:
      fault.step = ClockJump;
      fault.lasting.reset();
      break;
    default:
      break;
  }
  return fault;
}

}  // namespace splitscope::scenarios
