// How the simulator carries out faults: acts on processes, hosts and clocks, rules on packets and
// on messages. Every kind of scenarios/kit/fault.hpp is here, or is refused in words.
#include <algorithm>

#include <fmt/format.h>

#include "engine/base/assert.hpp"
#include "scenarios/kit/sim_world.hpp"
#include "schemes/membership/address_rules.hpp"
#include "schemes/membership/messages.hpp"

namespace splitscope::scenarios {
namespace {

using Action = net::PacketRule::Action;

bool is_packet_fault(FaultKind kind) {
  const auto number = static_cast<std::uint16_t>(kind);
  return number >= 20 && number < 40;
}

bool is_message_fault(FaultKind kind) {
  const auto number = static_cast<std::uint16_t>(kind);
  return number >= 40 && number < 50;
}

// Nothing gets through while it is in force, so it separates members.
bool separates(const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::Partition:
    case FaultKind::Cut:
    case FaultKind::Isolate:
    case FaultKind::Bridge:
    case FaultKind::Flap:
    case FaultKind::Hold:
    case FaultKind::Reject:
      return true;
    case FaultKind::Lose:
      return fault.probability == base::Probability::always();
    default:
      return false;
  }
}

// The pairs of sides that a separating fault keeps apart: (from, to, both ways).
struct Separation {
  Members from;
  Members to;
  bool both_ways = true;
};

Members all_but(const Observation& observation, const Members& members) {
  Members rest;
  for (const MemberState& state : observation.members()) {
    if (!std::binary_search(members.begin(), members.end(), state.node)) rest.push_back(state.node);
  }
  return rest;
}

Members side(const Fault& fault, std::size_t index) {
  return index < fault.groups.size() ? fault.groups[index] : Members{};
}

std::vector<Separation> separations(const Fault& fault, const Observation& observation) {
  std::vector<Separation> result;
  switch (fault.kind) {
    case FaultKind::Partition:
    case FaultKind::Flap:
      for (std::size_t a = 0; a < fault.groups.size(); ++a) {
        for (std::size_t b = a + 1; b < fault.groups.size(); ++b) {
          result.push_back({fault.groups[a], fault.groups[b], true});
        }
      }
      break;
    case FaultKind::Bridge:
      result.push_back({side(fault, 0), side(fault, 1), true});
      break;
    case FaultKind::Isolate:
      result.push_back({side(fault, 0), all_but(observation, side(fault, 0)), true});
      break;
    case FaultKind::Cut:
      result.push_back({side(fault, 0), side(fault, 1), false});
      break;
    default:
      result.push_back({side(fault, 0), side(fault, 1), !fault.one_way});
      break;
  }
  return result;
}

// "a,b:5701" -> two entries.
std::vector<schemes::WellKnownEntry> entries_of(std::string_view text) {
  std::vector<schemes::WellKnownEntry> entries;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    if (end > begin) entries.push_back({std::string(text.substr(begin, end - begin))});
    begin = end + 1;
  }
  return entries;
}

Action action_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::Delay:
      return Action::Delay;
    case FaultKind::Lose:
      return Action::Lose;
    case FaultKind::LoseBurst:
      return Action::LoseBurst;
    case FaultKind::Duplicate:
      return Action::Duplicate;
    case FaultKind::Reorder:
      return Action::Reorder;
    case FaultKind::Throttle:
      return Action::Throttle;
    case FaultKind::Reject:
      return Action::Reject;
    case FaultKind::Hold:
      return Action::Hold;
    default:
      return Action::Cut;
  }
}

}  // namespace

base::Result<FaultId> SimWorld::apply(const Fault& fault) {
  const FaultId id{static_cast<std::uint32_t>(faults_.size())};
  metrics_.advance(now());
  cluster_.simulation().set_cause(0);
  cluster_.simulation().emit(base::EventKind::FaultApplied, base::NoNode, {},
                             {id.value, static_cast<std::uint64_t>(fault.kind)});
  const bool is_start = fault.kind == FaultKind::Start || fault.kind == FaultKind::PowerOn;
  if (!is_start) {
    metrics_.begin_window(now());
    if (!window_begin_.has_value()) window_begin_ = now();
  }
  faults_.push_back({fault, now(), std::nullopt, {}});
  active_.push_back(std::make_unique<ActiveFault>());
  const base::Result<void> done = carry_out(id, fault);
  if (!done.has_value()) return std::unexpected(done.error());
  if (fault.lasting.has_value()) {
    agenda_.add(now() + *fault.lasting, [this, id] { heal(id); });
  }
  changed_ = true;
  return id;
}

base::Result<void> SimWorld::carry_out(FaultId id, const Fault& fault) {
  if (is_message_fault(fault.kind)) return install_message_rule(id, fault);
  if (!is_packet_fault(fault.kind)) return act_on_members(id, fault);
  if (fault.kind == FaultKind::Flap) {
    if (fault.period <= fault.down || fault.down <= base::Duration::zero()) {
      return base::failure("flap: `down` must be above 0 and below `period`");
    }
    start_flapping(id, now());
    return {};
  }
  install_packet_rules(id, fault);
  return {};
}

void SimWorld::start_flapping(FaultId id, base::Instant) {
  ActiveFault& active = *active_[id.value];
  if (active.healed) return;
  const Fault& fault = faults_[id.value].fault;
  install_packet_rules(id, fault);
  agenda_.add(now() + fault.down, [this, id] {
    ActiveFault& state = *active_[id.value];
    if (state.healed) return;
    const Fault& flap = faults_[id.value].fault;
    metrics_.advance(now());
    for (const net::RuleId rule : state.in_force) cluster_.network().remove(rule);
    state.in_force.clear();
    set_blocked(id, flap, false);
    changed_ = true;
    agenda_.add(now() + flap.period - flap.down, [this, id] {
      metrics_.advance(now());
      start_flapping(id, now());
      changed_ = true;
    });
  });
}

void SimWorld::install_packet_rules(FaultId id, const Fault& fault) {
  ActiveFault& active = *active_[id.value];
  const auto addresses = [this](const Members& members) {
    std::vector<base::Ipv4> result;
    for (const base::NodeId node : members) result.push_back(cluster_.address(node));
    return net::AddressSet(std::move(result));
  };
  const bool directed =
      fault.kind == FaultKind::ClosePort || fault.kind == FaultKind::BlockMulticast;
  for (const Separation& pair : separations(fault, observation_)) {
    net::PacketRule rule;
    rule.action = action_of(fault.kind);
    rule.match.from = addresses(pair.from);
    rule.match.to = addresses(pair.to);
    rule.match.both_ways = pair.both_ways && !directed;
    if (fault.kind == FaultKind::ClosePort) {
      rule.match.from = net::AddressSet{};
      rule.match.to = addresses(pair.from);
      rule.match.port = fault.port;
    }
    rule.match.only_multicast = fault.kind == FaultKind::BlockMulticast;
    rule.probability = fault.probability;
    rule.recovery = fault.recovery;
    rule.delay = fault.delay;
    rule.jitter = fault.jitter;
    rule.bits_per_second = fault.bits_per_second;
    const net::RuleId installed = cluster_.network().install(std::move(rule));
    active.rules.push_back(installed);
    active.in_force.push_back(installed);
  }
  set_blocked(id, fault, true);
}

void SimWorld::set_blocked(FaultId id, const Fault& fault, bool blocked) {
  ActiveFault& active = *active_[id.value];
  if (!separates(fault) || active.blocks == blocked) return;
  active.blocks = blocked;
  const auto everybody = [this](const Members& members) {
    return members.empty() ? all_but(observation_, {}) : members;
  };
  const auto change = [&](base::NodeId from, base::NodeId to) {
    if (from == to) return;
    if (blocked) {
      observation_.block(from, to);
    } else {
      observation_.unblock(from, to);
    }
  };
  for (const Separation& pair : separations(fault, observation_)) {
    for (const base::NodeId from : everybody(pair.from)) {
      for (const base::NodeId to : everybody(pair.to)) {
        change(from, to);
        if (pair.both_ways) change(to, from);
      }
    }
  }
}

base::Result<void> SimWorld::install_message_rule(FaultId id, const Fault& fault) {
  MessageFaults::Rule rule;
  rule.fault = id;
  rule.kind = fault.kind;
  if (!fault.message_type.empty()) {
    const auto type = schemes::message_type(fault.message_type);
    if (!type.has_value()) {
      return base::failure(
          fmt::format("there is no message type \"{}\"; see the list in docs/scripting.md",
                      fault.message_type));
    }
    rule.type = static_cast<std::uint16_t>(*type);
  }
  rule.from = side(fault, 0);
  rule.to = side(fault, 1);
  rule.nth = fault.nth;
  rule.first = fault.first;
  rule.delay = fault.delay;
  message_faults_.add(std::move(rule));
  return {};
}

base::Result<void> SimWorld::act_on_members(FaultId id, const Fault& fault) {
  if (fault.kind == FaultKind::WrongList) {
    const auto entries = schemes::parse_entries(entries_of(fault.text), {});
    if (!entries.has_value()) return std::unexpected(entries.error());
  }
  if (fault.groups.empty() || fault.groups.front().empty()) {
    return base::failure(fmt::format("{}: no member to act on", to_text(fault.kind)));
  }
  const std::uint64_t cause = cluster_.simulation().cause();
  for (const base::NodeId node : fault.groups.front()) {
    cluster_.simulation().set_cause(cause);
    act_on_member(id, fault, node);
    observe(node);
  }
  return {};
}

void SimWorld::act_on_member(FaultId id, const Fault& fault, base::NodeId node) {
  ActiveFault& active = *active_[id.value];
  sim::Process& process = cluster_.process(node);
  const bool was_absent = process.is_absent();
  const bool was_on = observation_.at(node).host_on;
  switch (fault.kind) {
    case FaultKind::Kill:
    case FaultKind::Restart:
      process.end(sim::ExitReason::Killed);
      if (!was_absent) ++active.processes;
      if (fault.kind == FaultKind::Restart) {
        start_later(node, fault.after);
      }
      break;
    case FaultKind::Stop:
      process.shut_down();
      if (!was_absent) ++active.processes;
      break;
    case FaultKind::Start:
      start_member(node);
      if (was_absent) ++active.processes;
      break;
    case FaultKind::Pause:
      if (process.state() == sim::Process::State::Running) ++active.processes;
      process.pause();
      break;
    case FaultKind::Resume:
      if (process.state() == sim::Process::State::Stopped) ++active.processes;
      process.resume();
      metrics_.on_recovery_act(now());
      break;
    case FaultKind::Slow:
      process.set_service_time(fault.delay);
      if (!was_absent) ++active.processes;
      break;
    case FaultKind::PowerOff:
    case FaultKind::Reboot:
      cluster_.power_off(node);
      if (was_on) ++active.hosts;
      if (fault.kind == FaultKind::Reboot) {
        start_later(node, fault.after);
      }
      break;
    case FaultKind::PowerOn:
      start_member(node);
      if (!was_on || was_absent) ++active.hosts;
      break;
    default:
      act_on_settings(id, fault, node);
      break;
  }
}

// Clocks, addresses, and what operators get wrong.
void SimWorld::act_on_settings(FaultId id, const Fault& fault, base::NodeId node) {
  ActiveFault& active = *active_[id.value];
  sim::Process& process = cluster_.process(node);
  switch (fault.kind) {
    case FaultKind::ChangeAddress:
      cluster_.change_address(node, fault.address);
      ++active.hosts;
      break;
    case FaultKind::ClockStep:
      process.step_wall_clock(fault.step);
      ++active.clocks;
      break;
    case FaultKind::ClockDrift:
      process.set_wall_drift(fault.parts_per_billion);
      ++active.clocks;
      break;
    case FaultKind::WrongDomain:
      cluster_.overrides(node).cluster_name = fault.text;
      ++active.processes;
      break;
    case FaultKind::WrongList:
      cluster_.overrides(node).list = entries_of(fault.text);
      ++active.processes;
      break;
    default:
      SPLITSCOPE_UNREACHABLE();
  }
}

void SimWorld::heal(FaultId id) {
  if (id.value >= faults_.size()) return;
  ActiveFault& active = *active_[id.value];
  if (active.healed) return;
  const Fault& fault = faults_[id.value].fault;
  const bool can_heal = is_packet_fault(fault.kind) || is_message_fault(fault.kind) ||
                        fault.kind == FaultKind::Pause || fault.kind == FaultKind::Slow ||
                        fault.kind == FaultKind::ClockDrift || fault.kind == FaultKind::WrongList ||
                        fault.kind == FaultKind::WrongDomain;
  if (!can_heal) return;
  metrics_.advance(now());
  active.healed = true;
  faults_[id.value].healed_at = now();
  cluster_.simulation().set_cause(0);
  cluster_.simulation().emit(base::EventKind::FaultHealed, base::NoNode, {}, {id.value});
  metrics_.on_recovery_act(now());
  for (const net::RuleId rule : active.in_force) cluster_.network().remove(rule);
  active.in_force.clear();
  set_blocked(id, fault, false);
  if (is_message_fault(fault.kind)) {
    message_faults_.remove(id);
    for (const MemberState& member : observation_.members()) {
      if (MessageTap* tap = cluster_.tap(member.node)) tap->release_held();
    }
  }
  for (const base::NodeId node : side(fault, 0)) {
    sim::Process& process = cluster_.process(node);
    if (fault.kind == FaultKind::Pause) process.resume();
    if (fault.kind == FaultKind::Slow) process.set_service_time(base::Duration::zero());
    if (fault.kind == FaultKind::ClockDrift) process.set_wall_drift(0);
    if (fault.kind == FaultKind::WrongList) cluster_.overrides(node).list.reset();
    if (fault.kind == FaultKind::WrongDomain) cluster_.overrides(node).cluster_name.reset();
    observe(node);
  }
  changed_ = true;
}

Effect SimWorld::effect(FaultId id) const {
  const ActiveFault& active = *active_[id.value];
  Effect effect;
  effect.processes = active.processes;
  effect.hosts = active.hosts;
  effect.clocks = active.clocks;
  effect.messages = message_faults_.touched(id);
  for (const net::RuleId rule : active.rules) {
    const net::RuleEffect rules = cluster_.network().rules().effect(rule);
    effect.packets_matched += rules.matched;
    effect.packets_dropped += rules.dropped;
    effect.packets_delayed += rules.delayed;
    effect.packets_changed += rules.duplicated + rules.rejected;
  }
  return effect;
}

const std::vector<AppliedFault>& SimWorld::faults() const {
  return faults_;
}

SimWorld::~SimWorld() = default;

}  // namespace splitscope::scenarios
