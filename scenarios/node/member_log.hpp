// What a member's operator reads: its list as Hazelcast prints it, and facts in words. Pure text.
#pragma once

#include <string>

#include "engine/base/trace_event.hpp"
#include "scenarios/node/fact_line.hpp"

namespace splitscope::scenarios {

// "Members {size:2, ver:2} [", a line for each member, "]"; the member itself is marked "this".
std::string members_text(const MemberReport& report);
// The fact in one line, its codes in words.
std::string fact_text(const base::TraceEvent& fact);

}  // namespace splitscope::scenarios
