// The frame of a body, and how figures are held against recorded ones. A body is a test case with
// the tag [body] whose name begins with the rules that it shows: "rule 8: ...", "rules 5 and 20:
// ...". Run as it is, it runs in the simulator; kernel_arm_test.cpp runs all of them on the kernel.
#pragma once

#include <catch2/catch.hpp>

#include "arm.hpp"

namespace splitscope::conformance {

// Of the environment: "kernel" for that arm. Otherwise the simulator.
inline constexpr const char* ArmVariable = "SPLITSCOPE_CONFORMANCE_ARM";

void conform(const std::function<void(Arm&)>& body, base::Duration one_way = 500us);

// Seconds. The ends are those of the recordings, with the steps of the kernel's timers.
struct Range {
  double low;
  double high;
};

// Within, but for the arm's slack.
void check_within(const Arm& arm, double seen, Range range);
inline void check_within(const Arm& arm, base::Duration seen, Range range) {
  check_within(arm, static_cast<double>(seen.count()) / 1e9, range);
}
// As many as there are ranges, one by one; of what was seen after `until` nothing is asked.
void check_times(const Arm& arm, std::vector<double> seen, const std::vector<Range>& ranges,
                 double until = 1e9);
// As SYNs go: whole seconds, of which timers add a little to each.
void check_whole_seconds(const Arm& arm, base::Duration seen);
// The moment is that of the last of those times, and one or two ways through the network.
void check_follows(const Arm& arm, base::Duration seen, const std::vector<double>& times);

}  // namespace splitscope::conformance
