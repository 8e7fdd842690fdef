// A member's numbers in the text format of Prometheus (version 0.0.4). Pure text.
#pragma once

#include <string>

#include "scenarios/kit/message_tap.hpp"
#include "scenarios/node/fact_line.hpp"

namespace splitscope::scenarios {

struct MemberNumbers {
  MemberReport report;
  bool is_master = false;
  std::uint64_t facts = 0;
  std::uint64_t malformed = 0;
  std::uint64_t refused = 0;  // strangers, and bytes that were not sealed right
};

std::string metrics_text(const MemberNumbers& numbers, const MessageFaults& messages);

}  // namespace splitscope::scenarios
