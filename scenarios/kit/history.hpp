// What members reported during a run, in order, each with the list it held just then: what one
// reads afterwards in their logs. A world keeps it only when asked to. Invariant: times never fall.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "engine/base/trace_event.hpp"

namespace splitscope::scenarios {

struct HistoryEntry {
  base::Instant at;
  base::NodeId node;
  base::EventKind kind = base::EventKind::None;
  base::NodeId of = base::NoNode;  // the member it is about
  bool succeeded = true;           // of MergeFinished
  std::vector<base::NodeId> view;  // oldest first; empty while it is in no cluster
};

// Empty fields match anything.
struct HistoryQuery {
  base::EventKind kind = base::EventKind::None;
  std::optional<base::NodeId> by;
  std::optional<base::NodeId> of;
  base::Instant after{};  // at this moment or later
};

class History {
 public:
  static constexpr std::size_t EntriesMax = 1'000'000;

  // Kinds that are kept.
  static bool keeps(base::EventKind kind);

  // What comes after the most is dropped, and is_full() says so.
  void add(HistoryEntry entry);
  bool is_full() const { return entries_.size() == EntriesMax; }
  const std::vector<HistoryEntry>& entries() const { return entries_; }

  // None if it did not happen.
  const HistoryEntry* first(const HistoryQuery& query) const;
  std::size_t count(const HistoryQuery& query) const;
  // Each list of the member that differs from the one before it, since `after`.
  std::vector<const HistoryEntry*> views(base::NodeId node, base::Instant after) const;

 private:
  std::vector<HistoryEntry> entries_;
};

}  // namespace splitscope::scenarios
