// What every world reports of a run alike: the lifecycle of members, the views that they installed
// and held, and merges. Hides: what differs between two good runs (the order of a list, versions,
// uuids, views in passing). Pure.
#pragma once

#include <string>
#include <vector>

#include "scenarios/kit/fault.hpp"
#include "scenarios/kit/history.hpp"

namespace splitscope::scenarios {

enum class SharedKind : std::uint8_t {
  Starting,
  Started,
  JoinFailed,
  ShuttingDown,
  View,  // held for at least as long as asked
  MergeStarted,
  Merged,
  MergeFailed,
};

struct SharedFact {
  base::Instant at;
  base::NodeId node;
  SharedKind kind = SharedKind::Starting;
  Members view;                        // of a View, as a set
  base::NodeId master = base::NoNode;  // of a View
  std::uint32_t ordinal = 1;           // the how manieth such fact of this member

  // Whether they say the same, whenever it was.
  bool is_same(const SharedFact& other) const {
    return node == other.node && kind == other.kind && view == other.view && master == other.master;
  }
};

// In order of time. A view counts if it was held for `settle`, or to the end.
std::vector<SharedFact> shared_facts(const History& history, base::Duration settle,
                                     base::Instant end);

// "view n1 n2 of n1", "started"
std::string to_text(const SharedFact& fact);
// "n1"
std::string node_name(base::NodeId node);

}  // namespace splitscope::scenarios
