#include "scenarios/compare/sim_cell_runner.hpp"

#include <algorithm>

#include "scenarios/compare/cloud_variants.hpp"
#include "scenarios/kit/fault_rules.hpp"

namespace splitscope::scenarios {
namespace {

// The last configured member is the newcomer: no script starts it.
base::NodeId newcomer_of(const Observation& observation) {
  const Members members = observation.cluster_members(0);
  return members.empty() ? base::NoNode : members.back();
}

std::size_t group_size(const Observation& observation, const base::Uuid& master) {
  return static_cast<std::size_t>(std::count_if(
      observation.members().begin(), observation.members().end(), [&](const MemberState& member) {
        return member.is_live() && member.joined && !member.view.empty() &&
               member.view.front().uuid == master;
      }));
}

bool lists(const MemberState& member, const base::Uuid& uuid) {
  return std::any_of(member.view.begin(), member.view.end(),
                     [&](const ViewEntry& entry) { return entry.uuid == uuid; });
}

// Discovery availability (design section 6): the newcomer's view holds a member that was live
// before, and that member lists the newcomer too.
void judge_newcomer(const Observation& observation, RunOutcome& outcome) {
  const base::NodeId node = newcomer_of(observation);
  if (node == base::NoNode) return;
  const MemberState& newcomer = observation.at(node);
  outcome.newcomer_discovered = false;
  outcome.newcomer_in_largest = false;
  if (!newcomer.is_live() || !newcomer.joined) return;
  for (const MemberState& member : observation.members()) {
    if (member.node == node || !member.is_live() || !member.joined) continue;
    if (!lists(newcomer, member.uuid) || !lists(member, newcomer.uuid)) continue;
    outcome.newcomer_discovered = true;
  }
  if (!*outcome.newcomer_discovered || newcomer.view.empty()) return;
  const std::size_t own = group_size(observation, newcomer.view.front().uuid);
  outcome.newcomer_in_largest = std::all_of(
      observation.members().begin(), observation.members().end(), [&](const MemberState& member) {
        return !member.joined || member.view.empty() ||
               group_size(observation, member.view.front().uuid) <= own;
      });
}

// Faults that need something to meet: packets, or calls of a cloud.
bool needs_traffic(FaultKind kind) {
  const auto number = static_cast<std::uint16_t>(kind);
  return (number >= 20 && number < 50) || is_cloud_fault(kind);
}

void read_record(const Played& played, RunOutcome& outcome) {
  const RunRecord& record = played.record;
  outcome.metrics = record.metrics;
  outcome.messages = record.messages;
  outcome.member_ns = record.metrics.member_ns;
  outcome.digest = record.digest;
  outcome.events = record.events;
  outcome.length = record.ended_at - base::RunStart;
  outcome.window = record.metrics.window_end - record.metrics.window_start;
  for (const AppliedFault& applied : record.faults) {
    if (needs_traffic(applied.fault.kind) && applied.effect.is_none()) outcome.exposed = false;
  }
}

void count_calls(const CellSpec& cell, const SimWorld& world, RunOutcome& outcome) {
  if (!is_cloud_scheme(cell.scheme.cluster.config.scheme)) return;
  const CloudCalls calls = world.cloud_calls("");
  outcome.api_calls = calls.calls;
  outcome.api_throttled = calls.throttled;
}

RunSpec run_spec_of(const CellSpec& cell) {
  RunSpec spec;
  spec.script_path = cell.scenario.path;
  spec.script = cell.scenario.text;
  spec.seed = cell.seed;
  return spec;
}

}  // namespace

PlayOptions SimCellRunner::options_for(const CellSpec& cell) const {
  PlayOptions options;
  options.script = script_;
  options.script.waits_may_run_out = true;
  base::Prng phase(base::derive_seed(cell.seed, "fault phase"));
  options.script.fault_phase = base::Duration{phase.between(0, cell.plan.fault_phase.count())};
  const SchemeVariant& scheme = cell.scheme;
  options.script.override_cluster = [&scheme](const ClusterSpec& asked) {
    ClusterSpec spec = scheme.cluster;
    spec.spares = std::max(spec.spares, asked.spares + 1);
    return spec;
  };
  if (cell.plan.site != "lan") {
    const NetworkSpec& network = cell.plan.network;
    options.script.override_network = [&network](const NetworkSpec&) { return network; };
  }
  options.window = cell.window;
  return options;
}

Played SimCellRunner::replay(
    const CellSpec& cell, const std::function<void(SimWorld&)>& prepare,
    const std::function<void(SimWorld&, const RunRecord&)>& inspect) const {
  PlayOptions options = options_for(cell);
  options.prepare = [own = options.prepare, &prepare](SimWorld& world) {
    if (own) own(world);
    if (prepare) prepare(world);
  };
  options.inspect = inspect;
  return play(run_spec_of(cell), options);
}

RunOutcome SimCellRunner::run(const CellSpec& cell) {
  const RunSpec spec = run_spec_of(cell);
  RunOutcome outcome;
  PlayOptions options = options_for(cell);
  options.inspect = [&](SimWorld& world, const RunRecord&) { count_calls(cell, world, outcome); };
  const Played played = play(spec, options);
  if (played.script.end == ScriptOutcome::End::Error) {
    outcome.error = played.script.error;
    return outcome;
  }
  if (!played.record.violations.empty()) {
    outcome.error = "a bug of ours: " + played.record.violations.front().what;
    outcome.is_our_bug = true;
    return outcome;
  }
  read_record(played, outcome);
  const MeasuredTime& form = outcome.metrics.form;
  outcome.formed = form.value.has_value() && *form.value <= cell.plan.formation_limit;
  probe(cell, spec, outcome);
  return outcome;
}

// The same run again with one act more: the newcomer starts, and has its join bound to find the
// others.
void SimCellRunner::probe(const CellSpec& cell, const RunSpec& parent, RunOutcome& outcome) const {
  const base::Instant start = outcome.metrics.window_start + cell.probe_after;
  PlayOptions options = options_for(cell);
  options.run_limit = start + cell.plan.join_bound - base::RunStart;
  options.window = std::max(cell.window, cell.probe_after + cell.plan.join_bound);
  options.inspect = [&outcome](SimWorld& world, const RunRecord&) {
    judge_newcomer(world.observation(), outcome);
  };
  const auto prepare = options.prepare;
  options.prepare = [prepare, start](SimWorld& world) {
    if (prepare) prepare(world);
    TriggerSpec moment;
    moment.after = start - base::RunStart;
    world.add_trigger(moment, [&world] {
      Fault fault;
      fault.kind = FaultKind::Start;
      fault.groups = {{newcomer_of(world.observation())}};
      fault.label = "newcomer";
      (void)world.apply(fault);
    });
  };
  (void)play(parent, options);
}

}  // namespace splitscope::scenarios
