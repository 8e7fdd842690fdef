// A run that is over, and how it is judged. The same in every world.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "scenarios/kit/invariants.hpp"
#include "scenarios/kit/message_tap.hpp"
#include "scenarios/kit/metrics.hpp"
#include "scenarios/kit/verdict.hpp"

namespace splitscope::scenarios {

struct RunRecord {
  Verdict verdict = Verdict::Pass;
  std::vector<std::string> reasons;  // why it is not a pass, in words
  std::vector<Expectation> expectations;
  std::vector<AppliedFault> faults;
  std::vector<Violation> violations;
  RunMetrics metrics;
  std::map<std::string, MessageCount> messages;  // sent, by type
  std::uint64_t digest = 0;                      // 0 where nothing repeats: on real sockets
  std::uint64_t events = 0;
  base::Instant ended_at{};
};

// Fills in verdict and reasons: a broken invariant or a missed expectation fails; a fault without
// effect, or a doubt that was declared, makes it inconclusive.
void judge(RunRecord& record, const std::vector<std::string>& inconclusive,
           const Observation& observation);

}  // namespace splitscope::scenarios
