// Puts the logs of several members on one clock. What two members both log within a moment of each
// other (one master's view of one version; the two ends of one connection) tells how far their
// clocks are apart: the median over all such pairs, which one late reader does not move. Logs are
// then joined along the surest pairs. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "scenarios/incident/log_reader.hpp"

namespace splitscope::scenarios::incident {

struct MemberClock {
  bool is_aligned = false;         // false: nothing shared with the others; times are as written
  base::Duration ahead{};          // of the reference; subtract it from the log's times
  base::Duration uncertainty{};    // four of five shared events lie within; summed along the way
  std::uint32_t shared_count = 0;  // events shared with the log it was aligned by
  std::size_t aligned_by = 0;      // that log; its own index for the reference
  base::Duration drift{};  // how far its clock moved against that log's between the log's halves
};

// One for each log. The first log is the reference, unless it shares nothing with any other.
std::vector<MemberClock> align_clocks(const std::vector<MemberLog>& logs);

}  // namespace splitscope::scenarios::incident
