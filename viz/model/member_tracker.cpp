#include "viz/model/member_tracker.hpp"

#include <algorithm>

#include "engine/trace/event_text.hpp"

namespace splitscope::viz {
namespace {

using base::EventKind;

base::Uuid uuid_of(const base::TraceEvent& fact) {
  return {fact.arguments[1], fact.arguments[2]};
}

}  // namespace

MemberTracker::Member* MemberTracker::at(base::NodeId node) {
  if (node == base::NoNode) return nullptr;
  const auto known = members_.find(node);
  if (known != members_.end()) return &known->second;
  if (members_.size() == NodesMax) return nullptr;
  Member& member = members_[node];
  member.strip.node = node;
  member.strip.name = trace::node_text(node);
  member.strip.spans.push_back({MemberCondition::Absent, base::RunStart, base::RunStart, 0});
  return &member;
}

const MemberTracker::Member* MemberTracker::find(base::NodeId node) const {
  const auto known = members_.find(node);
  return known == members_.end() ? nullptr : &known->second;
}

void MemberTracker::apply(const base::TraceEvent& fact) {
  Member* member = at(fact.node);
  if (member == nullptr) return;
  if (!apply_process(*member, fact) && !apply_membership(*member, fact)) return;
  member->changed_by = fact.sequence;
  is_changed_ = true;
}

bool MemberTracker::apply_process(Member& member, const base::TraceEvent& fact) {
  switch (fact.kind) {
    case EventKind::ProcessStarted:
    case EventKind::ProcessExited:
      member.is_running = fact.kind == EventKind::ProcessStarted;
      member.is_paused = member.is_joined = false;
      member.suspects.clear();
      return true;
    case EventKind::ProcessPaused:
    case EventKind::ProcessResumed:
      member.is_paused = fact.kind == EventKind::ProcessPaused;
      return true;
    case EventKind::HostPoweredOff:
    case EventKind::HostPoweredOn:
      member.is_host_on = fact.kind == EventKind::HostPoweredOn;
      return true;
    default:
      return false;
  }
}

bool MemberTracker::apply_membership(Member& member, const base::TraceEvent& fact) {
  switch (fact.kind) {
    case EventKind::MemberStarting:
      // A trace of one member begins here: who recorded it was running.
      member.is_running = true;
      member.strip.endpoint = base::unpack_endpoint(fact.arguments[0]);
      member.uuid = uuid_of(fact);
      return true;
    case EventKind::MergeFinished:
    case EventKind::MergeStarted:
      member.suspects.clear();
      return true;
    case EventKind::MemberJoined:
    case EventKind::MasterChanged:
      member.is_joined = true;
      member.master = fact.arguments[0];
      return true;
    case EventKind::ViewChanged:
      member.is_joined = true;
      member.master = fact.arguments[3];
      return true;
    case EventKind::MemberAdded:
      // A merged member has a new identity, which its own list tells.
      if (fact.arguments[0] == base::pack(member.strip.endpoint)) member.uuid = uuid_of(fact);
      std::erase(member.suspects, uuid_of(fact));
      return true;
    case EventKind::MemberSuspected:
      member.suspects.push_back(uuid_of(fact));
      return true;
    case EventKind::MemberRemoved:
    case EventKind::SuspicionCleared:
      std::erase(member.suspects, uuid_of(fact));
      return true;
    case EventKind::JoinFailed:
      member.is_joined = false;
      return true;
    default:
      return false;
  }
}

std::uint64_t MemberTracker::largest_group() const {
  std::map<std::uint64_t, std::size_t> followers;
  std::uint64_t best = 0;
  for (const auto& [node, member] : members_) {
    if (member.is_live() && member.is_joined) ++followers[member.master];
  }
  for (const auto& [node, member] : members_) {
    if (!member.is_live() || !member.is_joined) continue;
    if (best == 0 || followers[member.master] > followers[best]) best = member.master;
  }
  return best;
}

std::vector<base::Uuid> MemberTracker::all_suspects() const {
  std::vector<base::Uuid> suspects;
  for (const auto& [node, member] : members_) {
    if (!member.is_live()) continue;
    suspects.insert(suspects.end(), member.suspects.begin(), member.suspects.end());
  }
  std::sort(suspects.begin(), suspects.end());
  return suspects;
}

MemberCondition MemberTracker::condition_of(const Member& member, const Group& largest) {
  if (!member.is_running || !member.is_host_on) return MemberCondition::Absent;
  if (member.is_paused) return MemberCondition::Paused;
  if (!member.is_joined) return MemberCondition::Joining;
  if (member.master != largest.master) return MemberCondition::Apart;
  const bool is_suspected =
      std::binary_search(largest.suspects.begin(), largest.suspects.end(), member.uuid);
  return is_suspected ? MemberCondition::Suspected : MemberCondition::Up;
}

void MemberTracker::begin_span(Member& member, MemberCondition condition, base::Instant now) {
  ConditionSpan& last = member.strip.spans.back();
  if (last.condition == condition) return;
  last.end = now;
  if (last.begin == now && member.strip.spans.size() > 1) member.strip.spans.pop_back();
  member.strip.spans.push_back({condition, now, now, member.changed_by});
}

void MemberTracker::note_masters(base::Instant now) {
  MasterStep step{now, {}};
  for (const auto& [node, member] : members_) {
    if (member.is_live() && member.is_master()) step.masters.push_back(node);
  }
  if (masters_.empty() || masters_.back().masters != step.masters) {
    masters_.push_back(std::move(step));
  }
}

void MemberTracker::settle(base::Instant now) {
  if (!is_changed_) return;
  is_changed_ = false;
  const Group largest{largest_group(), all_suspects()};
  for (auto& [node, member] : members_) begin_span(member, condition_of(member, largest), now);
  note_masters(now);
}

void MemberTracker::finish(base::Instant end) {
  settle(end);
  for (auto& [node, member] : members_) member.strip.spans.back().end = end;
}

std::vector<MemberStrip> MemberTracker::take_strips() {
  std::vector<MemberStrip> strips;
  for (auto& [node, member] : members_) strips.push_back(std::move(member.strip));
  return strips;
}

}  // namespace splitscope::viz
