#include "scenarios/kit/fault_book.hpp"

#include <fmt/format.h>

#include "scenarios/kit/fault_rules.hpp"

namespace splitscope::scenarios {

base::Result<FaultId> FaultBook::apply(const Fault& fault) {
  const FaultId id{static_cast<std::uint32_t>(faults_.size())};
  const base::Instant now = host_.now();
  books_.metrics().advance(now);
  hands_.announce(base::EventKind::FaultApplied, id, static_cast<std::uint64_t>(fault.kind));
  const bool is_start = fault.kind == FaultKind::Start || fault.kind == FaultKind::PowerOn;
  if (!is_start) {
    books_.metrics().begin_window(now);
    if (!first_at_.has_value()) {
      first_at_ = now;
      books_.clients().begin_window(now);
    }
  }
  faults_.push_back(
      {.fault = fault, .applied_at = now, .asked_at = now, .healed_at = {}, .effect = {}});
  active_.push_back(std::make_unique<ActiveFault>());
  const base::Result<void> done = carry_out(id, fault);
  if (!done.has_value()) return std::unexpected(done.error());
  faults_[id.value].applied_at = host_.now();
  if (fault.lasting.has_value()) {
    books_.agenda().add(now + *fault.lasting, [this, id] { heal(id); });
  }
  books_.note_change();
  return id;
}

base::Result<void> FaultBook::carry_out(FaultId id, const Fault& fault) {
  if (is_message_fault(fault.kind)) return hands_.install_message_rule(id, fault);
  if (is_cloud_fault(fault.kind)) return hands_.install_cloud_fault(id, fault);
  if (!is_packet_fault(fault.kind)) return act_on_members(id, fault);
  if (fault.kind == FaultKind::Flap) {
    if (fault.period <= fault.down || fault.down <= base::Duration::zero()) {
      return base::failure("flap: `down` must be above 0 and below `period`");
    }
    flap(id);
    return {};
  }
  install_packet_rules(id);
  return {};
}

base::Result<void> FaultBook::act_on_members(FaultId id, const Fault& fault) {
  if (auto checked = hands_.check_act(fault); !checked.has_value()) return checked;
  if (fault.groups.empty() || fault.groups.front().empty()) {
    return base::failure(fmt::format("{}: no member to act on", to_text(fault.kind)));
  }
  for (const base::NodeId node : fault.groups.front()) {
    const auto done = hands_.act(fault, node, active_[id.value]->touched);
    if (!done.has_value()) return done;
    books_.observe(node);
  }
  return {};
}

// --- packets ---

void FaultBook::flap(FaultId id) {
  if (active_[id.value]->healed) return;
  install_packet_rules(id);
  books_.agenda().add(host_.now() + faults_[id.value].fault.down,
                      [this, id] { rest_from_flapping(id); });
}

void FaultBook::rest_from_flapping(FaultId id) {
  if (active_[id.value]->healed) return;
  const Fault& fault = faults_[id.value].fault;
  books_.metrics().advance(host_.now());
  remove_packet_rules(id);
  set_blocked(id, false);
  books_.note_change();
  books_.agenda().add(host_.now() + fault.period - fault.down, [this, id] {
    books_.metrics().advance(host_.now());
    flap(id);
    books_.note_change();
  });
}

void FaultBook::install_packet_rules(FaultId id) {
  ActiveFault& active = *active_[id.value];
  const auto address_of = [this](base::NodeId node) { return hands_.address(node); };
  for (net::PacketRule& rule :
       packet_rules(faults_[id.value].fault, books_.observation(), address_of)) {
    const net::RuleId installed = hands_.install_rule(std::move(rule));
    active.rules.push_back(installed);
    active.in_force.push_back(installed);
  }
  set_blocked(id, true);
}

void FaultBook::remove_packet_rules(FaultId id) {
  ActiveFault& active = *active_[id.value];
  for (const net::RuleId rule : active.in_force) hands_.remove_rule(rule);
  active.in_force.clear();
}

void FaultBook::set_blocked(FaultId id, bool blocked) {
  ActiveFault& active = *active_[id.value];
  const Fault& fault = faults_[id.value].fault;
  if (!separates(fault) || active.blocks == blocked) return;
  active.blocks = blocked;
  block_pairs(books_.observation(), fault, blocked);
}

// --- the end of it ---

void FaultBook::heal(FaultId id) {
  if (id.value >= faults_.size()) return;
  ActiveFault& active = *active_[id.value];
  const Fault& fault = faults_[id.value].fault;
  if (active.healed || !can_heal(fault.kind)) return;
  const base::Instant now = host_.now();
  books_.metrics().advance(now);
  active.healed = true;
  faults_[id.value].healed_at = now;
  hands_.announce(base::EventKind::FaultHealed, id, 0);
  books_.metrics().on_recovery_act(now);
  remove_packet_rules(id);
  set_blocked(id, false);
  if (is_message_fault(fault.kind)) hands_.remove_message_rule(id);
  if (is_cloud_fault(fault.kind)) {
    hands_.remove_cloud_fault(id);
    return books_.note_change();
  }
  for (const base::NodeId node : side(fault, 0)) {
    hands_.undo(fault, node);
    books_.observe(node);
  }
  books_.note_change();
}

Effect FaultBook::effect(FaultId id) const {
  const ActiveFault& active = *active_[id.value];
  Effect effect = active.touched;
  if (is_message_fault(faults_[id.value].fault.kind)) {
    effect.messages += hands_.messages_touched(id);
  }
  if (is_cloud_fault(faults_[id.value].fault.kind)) effect.calls += hands_.calls_touched(id);
  for (const net::RuleId rule : active.rules) {
    const net::RuleEffect rules = hands_.rule_effect(rule);
    effect.packets_matched += rules.matched;
    effect.packets_dropped += rules.dropped;
    effect.packets_delayed += rules.delayed;
    effect.packets_changed += rules.duplicated + rules.rejected;
  }
  return effect;
}

std::vector<AppliedFault> FaultBook::with_effects() const {
  std::vector<AppliedFault> result = faults_;
  for (std::uint32_t index = 0; index < result.size(); ++index) {
    result[index].effect = effect(FaultId{index});
  }
  return result;
}

}  // namespace splitscope::scenarios
