// Two runs side by side, member by member: which shared facts came in both, when, and the first one
// where they part. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/replay/shared_facts.hpp"

namespace splitscope::scenarios {

struct AlignedFact {
  SharedFact recorded;
  base::Instant here_at;
};

// One of the two is empty where a run had nothing more to tell.
struct Parting {
  std::optional<SharedFact> recorded;
  std::optional<SharedFact> here;
  base::NodeId node;
};

struct Alignment {
  std::vector<AlignedFact> aligned;  // in order of the recording
  // The first in what each member tells of its views, and of its lifecycle; the earliest is where
  // the worlds part.
  std::vector<Parting> partings;
};

// `recorded_end` and `here_end` are where each run was over: what one of them had no time for is no
// parting.
struct AlignmentEnds {
  base::Instant recorded;
  base::Instant here;
};
Alignment align(const std::vector<SharedFact>& recorded, const std::vector<SharedFact>& here,
                const AlignmentEnds& ends);

}  // namespace splitscope::scenarios
