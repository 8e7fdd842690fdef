// Facts and states of a member as lines of JSON, as they go over its control socket, and back.
// docs/node.md describes them. Numbers of 64 bits are texts: JSON readers lose their last digits.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/endpoint.hpp"
#include "engine/base/result.hpp"
#include "engine/base/trace_event.hpp"
#include "schemes/membership/node_inspection.hpp"

namespace splitscope::scenarios {

// {"fact": {...}}
std::string to_fact_line(const base::TraceEvent& fact);

// What a member believes between two events; the same as checkers see of a simulated one.
struct MemberReport {
  base::Instant time;
  bool joined = false;
  bool started = false;
  bool leaving = false;
  base::Uuid uuid;
  base::Endpoint endpoint;
  base::Endpoint master;
  std::string cluster_name;
  std::int64_t view_version = 0;
  struct Entry {
    base::Uuid uuid;
    base::Endpoint endpoint;
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  std::vector<Entry> view;  // oldest first; empty unless joined
  std::vector<base::Uuid> suspects;
  friend bool operator==(const MemberReport&, const MemberReport&) = default;
};
MemberReport report_of(const schemes::NodeInspection& member, base::Instant now);

// {"state": {...}}
std::string to_state_line(const MemberReport& report);

// A message of a watched type was sent: {"message": {...}}
std::string to_message_line(std::uint16_t type, base::Instant now);

// One line of the stream that the request "facts" begins.
struct StreamLine {
  std::optional<base::TraceEvent> fact;
  std::optional<MemberReport> state;
  std::optional<std::uint16_t> message;  // the type of one that was sent
};
// Lines of other kinds have none of these. Error: the line is not JSON, or a value cannot be.
base::Result<StreamLine> parse_stream_line(std::string_view line);

}  // namespace splitscope::scenarios
