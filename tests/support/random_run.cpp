#include "tests/support/random_run.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "engine/base/duration_text.hpp"
#include "scenarios/kit/goals.hpp"
#include "scenarios/kit/worker_pool.hpp"

namespace splitscope::tests {
namespace {

using namespace std::chrono_literals;
using scenarios::Fault;
using scenarios::FaultKind;
using scenarios::Members;

constexpr std::uint32_t ActCount = 14;
constexpr base::Duration WarmUp = 25s;
constexpr base::Duration ActPauseMax = 20s;
constexpr base::Duration Calm = 15s;
constexpr base::Duration RestLimit = 200s;

// Quick settings, so that a few minutes hold many views.
constexpr std::array<std::pair<const char*, const char*>, 4> Quick{{
    {"hazelcast.heartbeat.interval.seconds", "1"},
    {"hazelcast.max.no.heartbeat.seconds", "10"},
    {"hazelcast.merge.first.run.delay.seconds", "20"},
    {"hazelcast.merge.next.run.delay.seconds", "10"},
}};

// What the drawn message faults are about: those whose loss or delay bends the protocol.
constexpr std::array<const char*, 8> Messages{
    "FinalizeJoin",          "MembersUpdate", "FetchMembersView", "FetchMembersViewAnswer",
    "SplitBrainCheckAnswer", "MergeClusters", "Heartbeat",        "ExplicitSuspicion"};

class RandomRun {
 public:
  RandomRun(std::uint64_t seed, const schemes::PlantedBugs& bugs)
      : random_(base::derive_seed(seed, "random run")),
        world_(scenarios::SimWorldOptions{.seed = seed, .planted_bugs = bugs}) {}

  scenarios::SimWorld& world() { return world_; }
  RandomOutcome run();

 private:
  void add_cluster();
  void suffer();
  Fault draw_fault();
  void draw_network_fault(Fault& fault);
  void draw_message_fault(Fault& fault);
  void heal_all();
  void repair();
  void apply(const Fault& fault);
  std::string missed_at_rest() const;

  base::NodeId draw_member() { return base::NodeId{draw(members_)}; }
  std::uint32_t draw(std::uint32_t below) {
    return static_cast<std::uint32_t>(random_.below(below));
  }
  base::Duration draw(base::Duration below) {
    return base::Duration{random_.between(0, below.count())};
  }

  base::Prng random_;
  scenarios::SimWorld world_;
  scenarios::ClusterId cluster_;
  std::uint32_t members_ = 0;
  std::vector<scenarios::FaultId> faults_;
};

void RandomRun::add_cluster() {
  scenarios::ClusterSpec spec;
  spec.members = members_ = 3 + draw(3);
  spec.config.engine = draw(2) == 0 ? schemes::Engine::Hz312 : schemes::Engine::Hz53;
  for (const auto& [name, value] : Quick) spec.config.properties[name] = value;
  if (draw(2) == 0) spec.config.properties["hazelcast.wait.seconds.before.join"] = "0";
  if (draw(4) == 0) spec.config.scheme = schemes::SchemeKind::Multicast;
  for (std::uint32_t member = 0; member < members_; ++member) spec.well_known.push_back(member);
  cluster_ = world_.add_cluster(spec).value();
}

void RandomRun::draw_network_fault(Fault& fault) {
  switch (draw(7)) {
    case 0:
    case 1: {
      fault.kind = FaultKind::Partition;
      Members left{base::NodeId{0}};
      Members right;
      for (std::uint32_t i = 1; i < members_; ++i) {
        Members& side = draw(2) == 0 ? left : right;
        side.push_back(base::NodeId{i});
      }
      fault.groups = {left, right};
      break;
    }
    case 2: {
      fault.kind = FaultKind::Cut;
      const base::NodeId from = draw_member();
      fault.groups = {{from}, {base::NodeId{(from.value + 1 + draw(members_ - 1)) % members_}}};
      break;
    }
    case 3:
      fault.kind = FaultKind::Isolate;
      break;
    case 4:
      fault.kind = FaultKind::Lose;
      fault.groups = {};
      fault.probability = base::Probability::from_ratio(draw(40), 100);
      break;
    case 5:
      fault.kind = FaultKind::Delay;
      fault.groups = {};
      fault.delay = draw(400ms);
      break;
    default:
      fault.kind = FaultKind::Duplicate;
      fault.groups = {};
      fault.probability = base::Probability::from_ratio(50, 100);
      break;
  }
}

void RandomRun::draw_message_fault(Fault& fault) {
  fault.kind = draw(2) == 0 ? FaultKind::DropMessage : FaultKind::DelayMessage;
  fault.groups = {};
  fault.message_type = Messages[draw(Messages.size())];
  fault.delay = draw(6s);
  fault.first = 1 + draw(4);
}

Fault RandomRun::draw_fault() {
  Fault fault;
  fault.groups = {{draw_member()}};
  switch (draw(12)) {
    case 0:
      fault.kind = FaultKind::Kill;
      break;
    case 1:
      fault.kind = FaultKind::Start;
      break;
    case 2:
      fault.kind = FaultKind::Pause;
      break;
    case 3:
      fault.kind = FaultKind::Restart;
      fault.after = draw(8s);
      break;
    case 4:
      fault.kind = FaultKind::Stop;
      break;
    case 5:
      fault.kind = FaultKind::Reboot;
      fault.after = draw(15s);
      break;
    case 6:
    case 7:
      draw_message_fault(fault);
      break;
    default:
      draw_network_fault(fault);
      break;
  }
  return fault;
}

// A fault that cannot be carried out now (who is off cannot be killed) is a draw without effect.
void RandomRun::apply(const Fault& fault) {
  if (const auto id = world_.apply(fault)) faults_.push_back(*id);
}

void RandomRun::suffer() {
  for (std::uint32_t act = 0; act < ActCount; ++act) {
    apply(draw_fault());
    if (!world_.run_for(draw(ActPauseMax))) return;
    if (draw(2) == 0 || faults_.empty()) continue;
    world_.heal(faults_[draw(static_cast<std::uint32_t>(faults_.size()))]);
    if (!world_.run_for(draw(ActPauseMax / 2))) return;
  }
}

void RandomRun::heal_all() {
  for (const scenarios::FaultId fault : faults_) world_.heal(fault);
}

// Whoever is down comes up again, whoever is stopped goes on.
void RandomRun::repair() {
  for (std::uint32_t member = 0; member < members_; ++member) {
    const base::NodeId node{member};
    const scenarios::MemberState& state = world_.observation().at(node);
    Fault fault;
    fault.groups = {{node}};
    fault.kind = !state.host_on           ? FaultKind::PowerOn
                 : !state.process_running ? FaultKind::Start
                                          : FaultKind::Resume;
    if (state.is_live() || state.start_pending) continue;
    apply(fault);
  }
}

// Goals that even a cluster which stays split reaches once its network is whole.
std::string RandomRun::missed_at_rest() const {
  for (const scenarios::Goal goal : {scenarios::Goal::NoDeadKept, scenarios::Goal::Joined}) {
    if (scenarios::is_missed(goal, world_.observation(), cluster_.value)) {
      return std::string(to_text(goal));
    }
  }
  return {};
}

RandomOutcome RandomRun::run() {
  add_cluster();
  world_.start(cluster_, {});
  if (world_.run_for(WarmUp)) suffer();
  world_.run_for(Calm);
  heal_all();
  repair();
  RandomOutcome outcome;
  if (!world_.run_until(scenarios::Condition::all_agreed(cluster_.value), RestLimit)) {
    outcome.missed_at_rest = missed_at_rest();
  }
  for (const scenarios::MemberState& member : world_.observation().members()) {
    outcome.rest += "  " + describe(world_.observation(), member) + "\n";
  }
  const scenarios::RunRecord record = world_.finish();
  outcome.digest = record.digest;
  if (!record.violations.empty()) {
    const scenarios::Violation& first = record.violations.front();
    outcome.broken_invariant = std::string(first.invariant);
    outcome.broken_words =
        fmt::format("{} at {} on n{}", first.what, base::to_text(first.at), first.node.value + 1);
  }
  return outcome;
}

}  // namespace

RandomOutcome run_random(std::uint64_t seed, const schemes::PlantedBugs& bugs,
                         sim::FactListener* listener) {
  RandomRun run(seed, bugs);
  if (listener != nullptr) run.world().add_fact_listener(*listener);
  return run.run();
}

CaughtRun first_caught(const RandomCampaign& campaign) {
  // In batches, so that what lies behind the first find is not run for nothing.
  constexpr std::uint64_t BatchSize = 16;
  for (std::uint64_t done = 0; done < campaign.count; done += BatchSize) {
    const std::uint64_t size = std::min(BatchSize, campaign.count - done);
    std::vector<CaughtRun> batch(size);
    scenarios::run_parallel(size, campaign.jobs, [&](std::size_t index) {
      const std::uint64_t seed = campaign.first_seed + done + index;
      batch[index] = {seed, run_random(seed, campaign.bugs)};
    });
    for (CaughtRun& caught : batch) {
      if (!caught.outcome.caught_by().empty()) return std::move(caught);
    }
  }
  return {};
}

}  // namespace splitscope::tests
