#include "scenarios/kit/history.hpp"

#include <algorithm>

#include "engine/base/assert.hpp"

namespace splitscope::scenarios {
namespace {

bool matches(const HistoryEntry& entry, const HistoryQuery& query) {
  if (query.kind != base::EventKind::None && entry.kind != query.kind) return false;
  if (query.by.has_value() && entry.node != *query.by) return false;
  if (query.of.has_value() && entry.of != *query.of) return false;
  return entry.at >= query.after;
}

}  // namespace

bool History::keeps(base::EventKind kind) {
  using base::EventKind;
  switch (kind) {
    case EventKind::ProcessStarted:
    case EventKind::ProcessExited:
    case EventKind::ProcessPaused:
    case EventKind::ProcessResumed:
    case EventKind::MemberStarting:
    case EventKind::MemberJoined:
    case EventKind::MemberStarted:
    case EventKind::JoinFailed:
    case EventKind::ViewChanged:
    case EventKind::MemberAdded:
    case EventKind::MemberRemoved:
    case EventKind::MemberSuspected:
    case EventKind::MasterChanged:
    case EventKind::MastershipClaimed:
    case EventKind::MastershipWon:
    case EventKind::MergeStarted:
    case EventKind::MergeFinished:
    case EventKind::ExplicitSuspicion:
    case EventKind::HeartbeatReset:
    case EventKind::ShutdownStarted:
    case EventKind::ShutdownFinished:
    case EventKind::DataMerged:
      return true;
    default:
      return false;
  }
}

void History::add(HistoryEntry entry) {
  SPLITSCOPE_ASSERT(entries_.empty() || entries_.back().at <= entry.at);
  if (is_full()) return;
  entries_.push_back(std::move(entry));
}

const HistoryEntry* History::first(const HistoryQuery& query) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const HistoryEntry& entry) { return matches(entry, query); });
  return found == entries_.end() ? nullptr : &*found;
}

std::size_t History::count(const HistoryQuery& query) const {
  return static_cast<std::size_t>(
      std::count_if(entries_.begin(), entries_.end(),
                    [&](const HistoryEntry& entry) { return matches(entry, query); }));
}

std::vector<const HistoryEntry*> History::views(base::NodeId node, base::Instant after) const {
  std::vector<const HistoryEntry*> result;
  const HistoryEntry* last = nullptr;
  for (const HistoryEntry& entry : entries_) {
    if (entry.node != node) continue;
    const bool is_new = last == nullptr || last->view != entry.view;
    last = &entry;
    if (is_new && entry.at >= after) result.push_back(&entry);
  }
  return result;
}

}  // namespace splitscope::scenarios
