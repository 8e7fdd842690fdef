// Requests on a member's control socket, as values. docs/node.md describes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "engine/base/result.hpp"
#include "scenarios/kit/message_tap.hpp"

namespace splitscope::scenarios {

struct StatusRequest {};
struct ViewRequest {};
struct ShutdownRequest {};
// Facts from that sequence on, then all that follow.
struct FactsRequest {
  std::uint64_t from = 1;
};
struct ClockRequest {
  base::Duration step{};
  std::optional<std::int64_t> drift_ppb;  // from now on; 0 ends it
};
struct SlowRequest {
  static constexpr base::Duration ServiceTimeMax = std::chrono::seconds{10};
  base::Duration service_time{};  // of each event
};
// Tells from now on when a message of that type is sent.
struct WatchRequest {
  std::uint16_t type = 0;
};
struct AddRuleRequest {
  std::uint64_t id = 0;
  MessageFaults::Rule rule;
};
struct RemoveRuleRequest {
  std::uint64_t id = 0;
};
struct RulesRequest {};
struct MessagesRequest {};

using ControlRequest = std::variant<StatusRequest, ViewRequest, ShutdownRequest, FactsRequest,
                                    ClockRequest, SlowRequest, WatchRequest, AddRuleRequest,
                                    RemoveRuleRequest, RulesRequest, MessagesRequest>;

// The error says what is wrong and what to write instead.
base::Result<ControlRequest> parse_control_request(std::string_view line);

}  // namespace splitscope::scenarios
