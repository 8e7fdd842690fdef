// Requests on a member's control socket, as values. docs/node.md describes them.
#pragma once

#include <cstdint>
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

using ControlRequest =
    std::variant<StatusRequest, ViewRequest, ShutdownRequest, FactsRequest, ClockRequest,
                 AddRuleRequest, RemoveRuleRequest, RulesRequest, MessagesRequest>;

// The error says what is wrong and what to write instead.
base::Result<ControlRequest> parse_control_request(std::string_view line);

}  // namespace splitscope::scenarios
