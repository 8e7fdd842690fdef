// How the simulator carries out faults: acts on processes, hosts and clocks, rules on packets and
// on messages. Every kind of scenarios/kit/fault.hpp is here, or is refused in words.
#include <fmt/format.h>

#include "engine/base/assert.hpp"
#include "scenarios/kit/fault_rules.hpp"
#include "scenarios/kit/sim_world.hpp"
#include "schemes/membership/address_rules.hpp"
#include "schemes/membership/messages.hpp"
#include "schemes/membership/profile.hpp"

namespace splitscope::scenarios {

// What follows has the fault as its cause.
void SimWorld::announce(base::EventKind kind, FaultId fault, std::uint64_t detail) {
  cluster_.simulation().set_cause(0);
  cluster_.simulation().emit(kind, base::NoNode, {}, {fault.value, detail});
  fault_cause_ = cluster_.simulation().cause();
}

net::RuleId SimWorld::install_rule(net::PacketRule rule) {
  return cluster_.network().install(std::move(rule));
}

net::RuleEffect SimWorld::rule_effect(net::RuleId rule) const {
  return cluster_.network().rules().effect(rule);
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

void SimWorld::remove_message_rule(FaultId id) {
  message_faults_.remove(id);
  for (const MemberState& member : books_.observation().members()) {
    if (MessageTap* tap = cluster_.tap(member.node)) tap->release_held();
  }
}

std::uint64_t SimWorld::messages_touched(FaultId id) const {
  return message_faults_.touched(id);
}

namespace {

cloud::CloudFaultKind cloud_kind(FaultKind kind) {
  switch (kind) {
    case FaultKind::CloudThrottle:
      return cloud::CloudFaultKind::Throttle;
    case FaultKind::CloudLag:
      return cloud::CloudFaultKind::Lag;
    case FaultKind::CloudEmpty:
      return cloud::CloudFaultKind::Empty;
    case FaultKind::CloudTruncate:
      return cloud::CloudFaultKind::Truncate;
    case FaultKind::CloudLosePage:
      return cloud::CloudFaultKind::LosePage;
    case FaultKind::CloudMetadataOff:
      return cloud::CloudFaultKind::MetadataOff;
    case FaultKind::CloudHopLimit:
      return cloud::CloudFaultKind::HopLimit;
    case FaultKind::CloudExpire:
      return cloud::CloudFaultKind::ExpireCredentials;
    case FaultKind::CloudCut:
      return cloud::CloudFaultKind::Cut;
    case FaultKind::CloudSlow:
      return cloud::CloudFaultKind::Slow;
    default:
      return cloud::CloudFaultKind::Fail;
  }
}

}  // namespace

base::Result<void> SimWorld::install_cloud_fault(FaultId id, const Fault& fault) {
  cloud::CloudFault installed = fault.cloud;
  installed.kind = cloud_kind(fault.kind);
  installed.callers.clear();
  for (const base::NodeId node : side(fault, 0)) {
    installed.callers.push_back(cluster_.address(node));
  }
  const auto number = cluster_.cloud().model().add_fault(std::move(installed));
  if (!number) {
    return base::failure(fmt::format("{}: a run has at most {} faults of a cloud",
                                     to_text(fault.kind), cloud::CloudFaults::FaultsMax));
  }
  cloud_faults_[id] = *number;
  return {};
}

void SimWorld::remove_cloud_fault(FaultId id) {
  const auto found = cloud_faults_.find(id);
  if (found != cloud_faults_.end()) cluster_.cloud().model().remove_fault(found->second);
}

CloudCalls SimWorld::cloud_calls(std::string_view action) const {
  CloudCalls sum;
  for (const auto& [name, count] : cluster_.cloud().model().counts()) {
    if (action.empty() ? name == "metadata" : name != action) continue;
    sum.calls += count.calls;
    sum.throttled += count.throttled;
    sum.failed += count.failed;
  }
  return sum;
}

std::uint64_t SimWorld::calls_touched(FaultId id) const {
  const auto found = cloud_faults_.find(id);
  return found == cloud_faults_.end() ? 0 : cluster_.cloud().model().touched(found->second);
}

base::Result<void> SimWorld::check_act(const Fault& fault) const {
  if (!fault.properties.empty()) {
    const auto settings = schemes::resolve_settings(schemes::Profile{}, fault.properties);
    if (!settings.has_value()) return std::unexpected(settings.error());
  }
  if (fault.kind != FaultKind::WrongList) return {};
  const auto entries = schemes::parse_entries(entries_of(fault.text), {});
  if (!entries.has_value()) return std::unexpected(entries.error());
  return {};
}

base::Result<void> SimWorld::act(const Fault& fault, base::NodeId node, Effect& touched) {
  cluster_.simulation().set_cause(fault_cause_);
  sim::Process& process = cluster_.process(node);
  const bool was_absent = process.is_absent();
  const bool was_on = books_.observation().at(node).host_on;
  switch (fault.kind) {
    case FaultKind::Kill:
    case FaultKind::Restart:
      process.end(sim::ExitReason::Killed);
      if (!was_absent) ++touched.processes;
      if (fault.kind == FaultKind::Restart) {
        start_later(node, fault.after);
      }
      break;
    case FaultKind::Stop:
      process.shut_down();
      if (!was_absent) ++touched.processes;
      break;
    case FaultKind::Start:
      if (was_absent) {
        cluster_.overrides(node).properties = fault.properties;
        cluster_.overrides(node).boot_time = fault.boot;
      }
      start_member(node);
      if (was_absent) ++touched.processes;
      break;
    case FaultKind::Pause:
      if (process.state() == sim::Process::State::Running) ++touched.processes;
      process.pause();
      break;
    case FaultKind::Resume:
      if (process.state() == sim::Process::State::Stopped) ++touched.processes;
      process.resume();
      books_.metrics().on_recovery_act(now());
      break;
    case FaultKind::Slow:
      process.set_service_time(fault.delay);
      if (!was_absent) ++touched.processes;
      break;
    case FaultKind::PowerOff:
    case FaultKind::Reboot:
      cluster_.power_off(node);
      if (was_on) ++touched.hosts;
      if (fault.kind == FaultKind::Reboot) {
        start_later(node, fault.after);
      }
      break;
    case FaultKind::CloudTerminate:
      if (cluster_.cloud().end_host(node)) ++touched.hosts;
      cluster_.power_off(node);
      break;
    case FaultKind::PowerOn:
      start_member(node);
      if (!was_on || was_absent) ++touched.hosts;
      break;
    default:
      act_on_settings(fault, node, touched);
      break;
  }
  return {};
}

// Clocks, addresses, and what operators get wrong.
void SimWorld::act_on_settings(const Fault& fault, base::NodeId node, Effect& touched) {
  sim::Process& process = cluster_.process(node);
  switch (fault.kind) {
    case FaultKind::ChangeAddress:
      cluster_.change_address(node, fault.address);
      ++touched.hosts;
      break;
    case FaultKind::ClockStep:
      process.step_wall_clock(fault.step);
      ++touched.clocks;
      break;
    case FaultKind::ClockDrift:
      process.set_wall_drift(fault.parts_per_billion);
      ++touched.clocks;
      break;
    case FaultKind::WrongDomain:
      cluster_.overrides(node).cluster_name = fault.text;
      ++touched.processes;
      break;
    case FaultKind::WrongList:
      cluster_.overrides(node).list = entries_of(fault.text);
      ++touched.processes;
      break;
    default:
      SPLITSCOPE_UNREACHABLE();
  }
}

void SimWorld::undo(const Fault& fault, base::NodeId node) {
  sim::Process& process = cluster_.process(node);
  if (fault.kind == FaultKind::Pause) process.resume();
  if (fault.kind == FaultKind::Slow) process.set_service_time(base::Duration::zero());
  if (fault.kind == FaultKind::ClockDrift) process.set_wall_drift(0);
  if (fault.kind == FaultKind::WrongList) cluster_.overrides(node).list.reset();
  if (fault.kind == FaultKind::WrongDomain) cluster_.overrides(node).cluster_name.reset();
}

}  // namespace splitscope::scenarios
