// Who has whom in its list of members at one moment, and whom it suspects. Invariant: rows and
// columns are the members of the run, in their order.
#pragma once

#include <cstdint>
#include <vector>

#include "viz/model/run_model.hpp"

namespace splitscope::viz {

enum class Sight : std::uint8_t {
  None,       // it does not list the other
  Listed,     // it does
  Suspected,  // it lists and suspects it
  Former,     // it lists a life of the other that is over
};

struct SightTable {
  base::Instant at;
  std::vector<std::vector<Sight>> rows;  // [who looks][whom]; a member's own place too
  std::vector<bool> is_live;             // its process runs and is not paused
  std::vector<base::NodeId> masters;     // whom each follows; NoNode where it is in no cluster
};

// After all facts up to and including that moment.
SightTable sight_at(const RunModel& model, base::Instant at);

}  // namespace splitscope::viz
