// Facts of many processes as one run's: in order of time, numbered through, each with its cause.
// Facts arrive a little late and out of order, so they wait a moment; one that comes even later is
// given the time of the last that went out. Invariant: times and sequences never fall.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "engine/base/trace_event.hpp"

namespace splitscope::scenarios {

class FactMerger {
 public:
  static constexpr base::Duration Patience = std::chrono::milliseconds{300};
  static constexpr std::size_t WaitingMax = 1'000'000;

  // A fact as its process numbered it (`sequence`, and `cause` of the same life), or one of the
  // world's own with sequence 0.
  void add(const base::TraceEvent& fact);
  // Those that have waited long enough at `now`; all, when the run is over.
  std::vector<base::TraceEvent> take(base::Instant now);
  std::vector<base::TraceEvent> take_all();
  std::uint64_t count() const { return last_sequence_; }

 private:
  struct Life {
    base::NodeId node;
    base::Incarnation incarnation;
    friend auto operator<=>(const Life&, const Life&) = default;
  };
  base::TraceEvent number(base::TraceEvent fact);

  std::multimap<base::Instant, base::TraceEvent> waiting_;
  // By life and its own number: the run's.
  std::map<std::pair<Life, std::uint64_t>, std::uint64_t> numbers_;
  std::uint64_t last_sequence_ = 0;
  base::Instant last_time_{};
};

}  // namespace splitscope::scenarios
