// What one run of a comparison yields: one scheme in one scenario with one seed. Plain data, equal
// for equal cells. Times and sums are integers of nanoseconds.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "scenarios/kit/message_tap.hpp"
#include "scenarios/kit/metrics.hpp"

namespace splitscope::scenarios {

struct RunOutcome {
  RunMetrics metrics;
  // All members agreed before the formation limit; else the timeline started at that limit.
  bool formed = false;
  // The scenario's faults touched something: packets, processes, hosts or clocks. True where the
  // scenario has no fault.
  bool exposed = true;
  // Of the newcomer in the branch of this seed: its view held a previously live member that lists
  // it too; and that was the largest group. Empty: no newcomer was started.
  std::optional<bool> newcomer_discovered;
  std::optional<bool> newcomer_in_largest;
  // Sent while `member_ns` passed, by type.
  std::map<std::string, MessageCount> messages;
  // Live members times time while messages were counted: the divisor of messages per member.
  std::uint64_t member_ns = 0;
  // Calls of the cloud's API in the whole run, and how long that was. Nothing: no cloud is asked.
  std::optional<std::uint64_t> api_calls;
  std::uint64_t api_throttled = 0;
  base::Duration length{};
  std::uint64_t digest = 0;
  std::uint64_t events = 0;
  base::Duration window{};
  // Not empty: the run could not be carried out, and nothing above counts.
  std::string error;
  // The error is no mistake of the script or the configuration, but one of this program.
  bool is_our_bug = false;
};

}  // namespace splitscope::scenarios
