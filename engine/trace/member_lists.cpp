#include "engine/trace/member_lists.hpp"

#include <algorithm>

namespace splitscope::trace {
namespace {

using base::EventKind;

const std::vector<ListEntry> Nothing;

base::Uuid uuid_of(const base::TraceEvent& fact) {
  return {fact.arguments[1], fact.arguments[2]};
}

void remove(std::vector<ListEntry>& list, const base::Uuid& uuid) {
  std::erase_if(list, [&uuid](const ListEntry& entry) { return entry.uuid == uuid; });
}

void add(std::vector<ListEntry>& list, const base::TraceEvent& fact) {
  remove(list, uuid_of(fact));
  if (list.size() >= MemberLists::MembersMax) return;
  const std::uint64_t index = std::min<std::uint64_t>(fact.arguments[3], list.size());
  list.insert(list.begin() + static_cast<std::ptrdiff_t>(index),
              {base::unpack_endpoint(fact.arguments[0]), uuid_of(fact)});
}

}  // namespace

void MemberLists::apply(const base::TraceEvent& fact) {
  const bool is_of_list =
      fact.kind == EventKind::MemberAdded || fact.kind == EventKind::MemberRemoved ||
      fact.kind == EventKind::MergeStarted || fact.kind == EventKind::ProcessStarted ||
      fact.kind == EventKind::ProcessExited;
  if (!is_of_list) return;
  auto held = lists_.find(fact.node);
  if (held == lists_.end()) {
    if (lists_.size() >= NodesMax) return;
    held = lists_.emplace(fact.node, Held{}).first;
  }
  Held& own = held->second;
  switch (fact.kind) {
    case EventKind::MemberAdded:
      if (own.begins_anew && fact.arguments[3] == 0) own = Held{};
      add(own.list, fact);
      break;
    case EventKind::MemberRemoved:
      remove(own.list, uuid_of(fact));
      break;
    case EventKind::MergeStarted:
      own.begins_anew = true;
      break;
    default:
      own = Held{};
  }
}

const std::vector<ListEntry>& MemberLists::of(base::NodeId node) const {
  const auto held = lists_.find(node);
  return held == lists_.end() ? Nothing : held->second.list;
}

}  // namespace splitscope::trace
