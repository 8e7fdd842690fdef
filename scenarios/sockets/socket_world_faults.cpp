// How faults are carried out on real machines: signals to processes, power of hosts, rules in the
// switch and at members. What this world cannot do says so.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/base/wide.hpp"
#include "scenarios/kit/fault_rules.hpp"
#include "scenarios/node/control_request.hpp"
#include "scenarios/sockets/member_kind.hpp"
#include "scenarios/sockets/socket_world.hpp"
#include "schemes/membership/address_rules.hpp"
#include "schemes/membership/messages.hpp"
#include "schemes/membership/profile.hpp"

namespace splitscope::scenarios {
namespace {

std::string_view rule_kind(FaultKind kind) {
  switch (kind) {
    case FaultKind::DelayMessage:
      return "delay";
    case FaultKind::DuplicateMessage:
      return "duplicate";
    case FaultKind::HoldMessage:
      return "hold";
    default:
      return "drop";
  }
}

}  // namespace

void SocketWorld::announce(base::EventKind kind, FaultId fault, std::uint64_t detail) {
  tell(kind, base::NoNode, {fault.value, detail, 0, 0});
}

net::RuleId SocketWorld::install_rule(net::PacketRule rule) {
  return lab_.network().install(std::move(rule));
}

net::RuleEffect SocketWorld::rule_effect(net::RuleId rule) const {
  return lab_.network().effect(rule);
}

// --- messages by type: at the receivers ---

base::Result<void> SocketWorld::install_message_rule(FaultId id, const Fault& fault) {
  if (!options_.kind->takes_faults()) {
    return base::failure(
        "not in this world: faults on messages by type; use faults on packets, or another world");
  }
  boost::json::object request{
      {"command", "rule"}, {"id", id.value},       {"kind", rule_kind(fault.kind)},
      {"nth", fault.nth},  {"first", fault.first}, {"delay_ns", fault.delay.count()}};
  if (!fault.message_type.empty()) {
    if (!schemes::message_type(fault.message_type).has_value()) {
      return base::failure(
          fmt::format("there is no message type \"{}\"; see the list in docs/scripting.md",
                      fault.message_type));
    }
    request["type"] = fault.message_type;
  }
  boost::json::array senders;
  for (const base::NodeId node : side(fault, 0)) {
    senders.emplace_back(base::to_text(cluster_.address(node)));
  }
  if (!senders.empty()) request["from"] = std::move(senders);
  MessageRule rule;
  rule.fault = id;
  rule.request = boost::json::serialize(request);
  rule.receivers = side(fault, 1);
  if (rule.receivers.empty()) {
    for (const MemberState& member : books_.observation().members()) {
      rule.receivers.push_back(member.node);
    }
  }
  const bool counts_for_all = rule.receivers.size() > 1 && (fault.nth != 0 || fault.first != 0);
  if (counts_for_all) {
    return base::failure(
        "not in this world: the n-th or the first messages of several receivers together (each "
        "member counts its own); name one receiver");
  }
  for (const base::NodeId node : rule.receivers) {
    if (cluster_.is_running(node)) cluster_.ask(node, {"rule", id.value}, rule.request);
  }
  message_rules_.push_back(std::move(rule));
  counts_wanted_ = true;
  return {};
}

void SocketWorld::remove_message_rule(FaultId id) {
  for (MessageRule& rule : message_rules_) {
    if (rule.fault != id) continue;
    rule.in_force = false;
    // What it touched since it was last asked is in the answer.
    collect_counts();
    const std::string request = fmt::format(R"({{"command":"unrule","id":{}}})", id.value);
    for (const base::NodeId node : rule.receivers) {
      cluster_.ask(node, {"unrule", id.value}, request);
    }
  }
}

std::uint64_t SocketWorld::messages_touched(FaultId id) const {
  std::uint64_t sum = 0;
  for (const MessageRule& rule : message_rules_) {
    if (rule.fault != id) continue;
    sum += rule.touched_before;
    for (const auto& [node, touched] : rule.touched) sum += touched;
  }
  return sum;
}

void SocketWorld::on_rule_counts(base::NodeId node, std::string_view line) {
  boost::json::error_code error;
  const boost::json::value answer = boost::json::parse(line, error);
  if (error) return;
  const auto* rules = answer.get_object().if_contains("rules");
  if (rules == nullptr || !rules->is_array()) return;
  for (const boost::json::value& entry : rules->get_array()) {
    if (!entry.is_object()) continue;
    const auto* id = entry.get_object().if_contains("id");
    const auto* touched = entry.get_object().if_contains("touched");
    if (id == nullptr || touched == nullptr) continue;
    for (MessageRule& rule : message_rules_) {
      if (rule.fault.value != id->to_number<std::uint64_t>(error) || error) continue;
      rule.touched[node] = touched->to_number<std::uint64_t>(error);
    }
  }
}

// --- acts on members ---

base::Result<void> SocketWorld::check_act(const Fault& fault) const {
  if (fault.kind == FaultKind::Slow && fault.delay > SlowRequest::ServiceTimeMax) {
    return base::failure(
        "not in this world: events that take more than ten seconds each; pause the member");
  }
  const bool is_on_machine = fault.kind == FaultKind::Slow || fault.kind == FaultKind::ClockStep ||
                             fault.kind == FaultKind::ClockDrift;
  if (is_on_machine && !options_.kind->takes_faults()) {
    return base::failure(
        fmt::format("not in this world: {} at a member that is not ours; use another world",
                    to_text(fault.kind)));
  }
  if (fault.boot.has_value() && !options_.kind->takes_faults()) {
    return base::failure("not in this world: how long a member that is not ours boots");
  }
  if (!fault.properties.empty()) {
    const auto settings = schemes::resolve_settings(schemes::Profile{}, fault.properties);
    if (!settings.has_value()) return std::unexpected(settings.error());
  }
  if (fault.kind != FaultKind::WrongList) return {};
  const auto entries = schemes::parse_entries(entries_of(fault.text), {});
  if (!entries.has_value()) return std::unexpected(entries.error());
  return {};
}

void SocketWorld::pause(base::NodeId node) {
  cluster_.pause(node);
  tell(base::EventKind::ProcessPaused, node, {});
}

void SocketWorld::resume(base::NodeId node) {
  cluster_.resume(node);
  tell(base::EventKind::ProcessResumed, node, {});
}

base::Result<void> SocketWorld::act(const Fault& fault, base::NodeId node, Effect& touched) {
  const bool was_running = cluster_.is_running(node);
  const bool was_paused = cluster_.is_paused(node);
  const bool was_on = cluster_.is_on(node);
  switch (fault.kind) {
    case FaultKind::Kill:
    case FaultKind::Restart:
      cluster_.kill(node);
      if (was_running) ++touched.processes;
      if (fault.kind == FaultKind::Restart) start_later(node, fault.after);
      return {};
    case FaultKind::Stop:
      if (was_running) ++touched.processes;
      cluster_.shut_down(node);
      return {};
    case FaultKind::Start:
      if (!was_running) {
        ++touched.processes;
        cluster_.overrides(node).properties = fault.properties;
        cluster_.overrides(node).boot_time = fault.boot;
      }
      return start_member(node);
    case FaultKind::Pause:
      if (!was_running || was_paused) return {};
      ++touched.processes;
      pause(node);
      return {};
    case FaultKind::Resume:
      if (was_paused) {
        ++touched.processes;
        resume(node);
      }
      books_.metrics().on_recovery_act(now());
      return {};
    case FaultKind::Slow:
      slow_down(node, fault.delay, touched);
      return {};
    case FaultKind::PowerOff:
    case FaultKind::Reboot:
      cluster_.power_off(node);
      if (was_on) {
        ++touched.hosts;
        tell(base::EventKind::HostPoweredOff, node, {});
      }
      if (fault.kind == FaultKind::Reboot) start_later(node, fault.after);
      return {};
    case FaultKind::PowerOn:
      if (!was_on || !was_running) ++touched.hosts;
      return start_member(node);
    default:
      return act_on_settings(fault, node, touched);
  }
}

base::Result<void> SocketWorld::act_on_settings(const Fault& fault, base::NodeId node,
                                                Effect& touched) {
  switch (fault.kind) {
    case FaultKind::ChangeAddress:
      cluster_.change_address(node, fault.address);
      ++touched.hosts;
      return {};
    case FaultKind::ClockStep:
      step_clock(node, fault.step, touched);
      return {};
    case FaultKind::ClockDrift:
      drift_clock(node, fault.parts_per_billion, touched);
      return {};
    case FaultKind::WrongDomain:
      cluster_.overrides(node).cluster_name = fault.text;
      ++touched.processes;
      return {};
    case FaultKind::WrongList:
      cluster_.overrides(node).list = entries_of(fault.text);
      ++touched.processes;
      return {};
    default:
      return base::failure(fmt::format("not in this world: {}", to_text(fault.kind)));
  }
}

// --- clocks and slowness: by the member itself ---

base::Duration SocketWorld::Disturbed::gained(base::Instant at) const {
  const auto gained = static_cast<base::Int128>((at - drift_since).count()) * drift_ppb;
  return base::Duration{static_cast<std::int64_t>(gained / 1'000'000'000)};
}

void SocketWorld::step_clock(base::NodeId node, base::Duration step, Effect& touched) {
  disturbed_[node].wall_offset += step;
  const std::string request = fmt::format(R"({{"command":"clock","step_ns":{}}})", step.count());
  if (cluster_.ask(node, {"clock", 0}, request)) ++touched.clocks;
}

void SocketWorld::drift_clock(base::NodeId node, std::int64_t parts_per_billion, Effect& touched) {
  Disturbed& clock = disturbed_[node];
  clock.wall_offset += clock.gained(now());
  clock.drift_since = now();
  clock.drift_ppb = parts_per_billion;
  const std::string request =
      fmt::format(R"({{"command":"clock","drift_ppb":{}}})", parts_per_billion);
  if (cluster_.ask(node, {"clock", 0}, request)) ++touched.clocks;
}

void SocketWorld::slow_down(base::NodeId node, base::Duration service_time, Effect& touched) {
  disturbed_[node].service_time = service_time;
  const std::string request =
      fmt::format(R"({{"command":"slow","service_ns":{}}})", service_time.count());
  if (cluster_.ask(node, {"slow", 0}, request)) ++touched.processes;
}

void SocketWorld::disturb_anew(base::NodeId node) {
  const auto found = disturbed_.find(node);
  if (found == disturbed_.end()) return;
  const Disturbed disturbed = std::exchange(found->second, {});
  Effect same;  // it counted when it began
  const base::Duration offset = disturbed.wall_offset + disturbed.gained(now());
  if (offset != base::Duration::zero()) step_clock(node, offset, same);
  if (disturbed.drift_ppb != 0) drift_clock(node, disturbed.drift_ppb, same);
  if (disturbed.service_time != base::Duration::zero()) {
    slow_down(node, disturbed.service_time, same);
  }
}

void SocketWorld::undo(const Fault& fault, base::NodeId node) {
  Effect same;
  if (fault.kind == FaultKind::Slow) slow_down(node, base::Duration::zero(), same);
  if (fault.kind == FaultKind::ClockDrift) drift_clock(node, 0, same);
  if (fault.kind == FaultKind::Pause && cluster_.is_paused(node)) resume(node);
  if (fault.kind == FaultKind::WrongList) cluster_.overrides(node).list.reset();
  if (fault.kind == FaultKind::WrongDomain) cluster_.overrides(node).cluster_name.reset();
}

}  // namespace splitscope::scenarios
