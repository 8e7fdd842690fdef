#include "engine/trace/open_facts.hpp"

#include <algorithm>
#include <optional>

namespace splitscope::trace {
namespace {

using base::EventKind;
using base::TraceEvent;

std::optional<FactSlot> slot_of(EventKind kind) {
  switch (kind) {
    case EventKind::RunStarted:
      return FactSlot::Run;
    case EventKind::PhaseEntered:
      return FactSlot::Phase;
    case EventKind::HostPoweredOff:
    case EventKind::HostPoweredOn:
      return FactSlot::Host;
    case EventKind::ProcessStarted:
    case EventKind::ProcessExited:
    case EventKind::ProcessPaused:
    case EventKind::ProcessResumed:
      return FactSlot::Process;
    case EventKind::MemberStarting:
    case EventKind::MemberJoined:
    case EventKind::MemberStarted:
    case EventKind::JoinFailed:
    case EventKind::ShutdownStarted:
    case EventKind::ShutdownFinished:
      return FactSlot::Membership;
    case EventKind::ViewChanged:
      return FactSlot::View;
    case EventKind::MasterChanged:
      return FactSlot::Master;
    default:
      return std::nullopt;
  }
}

std::size_t index_of(FactSlot slot) {
  return static_cast<std::size_t>(slot);
}

bool ends_membership(EventKind kind) {
  return kind == EventKind::ProcessStarted || kind == EventKind::ProcessExited;
}

}  // namespace

void OpenFacts::apply(const TraceEvent& fact) {
  if (fact.kind == EventKind::FaultApplied || fact.kind == EventKind::FaultHealed) {
    return apply_fault(fact);
  }
  const std::optional<FactSlot> slot = slot_of(fact.kind);
  if (!slot) return;
  auto found = nodes_.find(fact.node);
  if (found == nodes_.end()) {
    if (nodes_.size() == NodeCountMax) return;
    found = nodes_.emplace(fact.node, NodeFacts{}).first;
  }
  found->second[index_of(*slot)] = fact;
  if (!ends_membership(fact.kind)) return;
  for (const FactSlot gone : {FactSlot::Membership, FactSlot::View, FactSlot::Master}) {
    found->second[index_of(gone)] = TraceEvent{};
  }
}

void OpenFacts::apply_fault(const TraceEvent& fact) {
  const std::uint64_t index = fact.arguments[0];
  if (fact.kind == EventKind::FaultHealed) {
    faults_.erase(index);
  } else if (faults_.size() < FaultCountMax || faults_.contains(index)) {
    faults_[index] = fact;
  }
}

void OpenFacts::clear() {
  nodes_.clear();
  faults_.clear();
}

const TraceEvent* OpenFacts::find(base::NodeId node, FactSlot slot) const {
  const auto found = nodes_.find(node);
  if (found == nodes_.end()) return nullptr;
  const TraceEvent& fact = found->second[index_of(slot)];
  return fact.kind == EventKind::None ? nullptr : &fact;
}

base::Incarnation OpenFacts::incarnation(base::NodeId node) const {
  base::Incarnation last;
  const auto found = nodes_.find(node);
  if (found == nodes_.end()) return last;
  for (const TraceEvent& fact : found->second) last = std::max(last, fact.incarnation);
  return last;
}

std::vector<TraceEvent> OpenFacts::list() const {
  std::vector<TraceEvent> facts;
  for (const auto& [node, slots] : nodes_) {
    for (const TraceEvent& fact : slots) {
      if (fact.kind != EventKind::None) facts.push_back(fact);
    }
  }
  for (const auto& [index, fact] : faults_) facts.push_back(fact);
  return facts;
}

}  // namespace splitscope::trace
