// The list of members that each node holds, put together from facts. Hides: that facts tell
// changes, and that a member that merges begins its list anew. Invariant: no uuid stands in a list
// twice.
#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "engine/base/endpoint.hpp"
#include "engine/base/trace_event.hpp"

namespace splitscope::trace {

struct ListEntry {
  base::Endpoint endpoint;
  base::Uuid uuid;
  friend bool operator==(const ListEntry&, const ListEntry&) = default;
};

class MemberLists {
 public:
  // Facts of a file may say anything: more nodes or members than these are not kept.
  static constexpr std::size_t NodesMax = 16'384;
  static constexpr std::size_t MembersMax = 16'384;

  // In the order of the run. A list is whole when its ViewChanged comes.
  void apply(const base::TraceEvent& fact);
  // Oldest first; empty where nothing is known. Valid until the next apply().
  const std::vector<ListEntry>& of(base::NodeId node) const;

 private:
  struct Held {
    std::vector<ListEntry> list;
    bool begins_anew = false;  // with the next member that comes first
  };
  std::map<base::NodeId, Held> lists_;
};

}  // namespace splitscope::trace
