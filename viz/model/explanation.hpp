// Why a fact came to be, in words: the chain of its causes, back to the fault or the start. What
// did not arrive has no cause of its own, so a silence is led back to the faults that were in force
// while it lasted. Invariant: a chain goes back in time and ends.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "viz/model/run_model.hpp"

namespace splitscope::viz {

struct Reason {
  base::Instant at;
  std::uint64_t fact = 0;  // sequence
  std::string sentence;    // "n4 suspects n1: no heartbeat"
};

// The fact as a sentence with members' names.
std::string sentence_of(const RunModel& model, const base::TraceEvent& fact);

// The fact first, then what led to it, each earlier or at the same moment. Empty for a fact that
// the run does not have.
std::vector<Reason> explain(const RunModel& model, std::uint64_t sequence);

// The last change of what the member is at or before that moment; 0 if there was none.
std::uint64_t last_change(const RunModel& model, base::NodeId node, base::Instant at);

}  // namespace splitscope::viz
