#include "scenarios/node/control_request.hpp"

#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "scenarios/node/message_rules.hpp"
#include "schemes/membership/messages.hpp"

namespace splitscope::scenarios {

namespace json = boost::json;

namespace {

constexpr std::size_t SendersMax = 256;
constexpr std::int64_t DelayMaxNs = 3'600'000'000'000;
constexpr std::int64_t DriftMaxPpb = 1'000'000'000;

using Parsed = base::Result<ControlRequest>;

// A whole number; `fallback` where the key is missing, none where it is something else.
std::optional<std::int64_t> whole(const json::object& object, std::string_view key,
                                  std::int64_t fallback) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return fallback;
  if (!value->is_int64()) return std::nullopt;
  return value->get_int64();
}

base::Result<std::uint32_t> count(const json::object& object, std::string_view key) {
  const auto value = whole(object, key, 0);
  if (!value.has_value() || *value < 0 || *value > 1'000'000'000) {
    return base::failure(fmt::format("\"{}\" must be a whole number from 0 on", key));
  }
  return static_cast<std::uint32_t>(*value);
}

std::optional<FaultKind> fault_kind(std::string_view name) {
  if (name == "drop") return FaultKind::DropMessage;
  if (name == "delay") return FaultKind::DelayMessage;
  if (name == "duplicate") return FaultKind::DuplicateMessage;
  if (name == "hold") return FaultKind::HoldMessage;
  return std::nullopt;
}

std::string_view text(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return {};
  return value->get_string();
}

base::Result<Members> read_senders(const json::object& object) {
  Members senders;
  const json::value* value = object.if_contains("from");
  if (value == nullptr) return senders;
  const auto wrong = [] {
    return base::failure(fmt::format(
        "\"from\" must be a list of at most {} addresses, for example [\"10.0.0.1\"]", SendersMax));
  };
  if (!value->is_array() || value->get_array().size() > SendersMax) return wrong();
  for (const json::value& entry : value->get_array()) {
    if (!entry.is_string()) return wrong();
    const auto address = base::parse_ipv4(entry.get_string());
    if (!address.has_value()) return wrong();
    senders.push_back(MessageRules::node_of(*address));
  }
  std::ranges::sort(senders);
  return senders;
}

base::Result<std::uint64_t> read_id(const json::object& object) {
  const auto id = whole(object, "id", -1);
  if (!id.has_value() || *id < 0) return base::failure("\"id\" must be a whole number from 0 on");
  return static_cast<std::uint64_t>(*id);
}

Parsed read_rule(const json::object& object) {
  AddRuleRequest request;
  const auto id = read_id(object);
  if (!id.has_value()) return std::unexpected(id.error());
  request.id = *id;
  const auto kind = fault_kind(text(object, "kind"));
  if (!kind.has_value()) {
    return base::failure("\"kind\" must be \"drop\", \"delay\", \"duplicate\" or \"hold\"");
  }
  request.rule.kind = *kind;
  if (object.contains("type")) {
    const auto type = schemes::message_type(text(object, "type"));
    if (!type.has_value()) {
      return base::failure("\"type\" must name a message, for example \"FinalizeJoin\"");
    }
    request.rule.type = static_cast<std::uint16_t>(*type);
  }
  auto senders = read_senders(object);
  if (!senders.has_value()) return std::unexpected(senders.error());
  request.rule.from = std::move(*senders);
  const auto nth = count(object, "nth");
  if (!nth.has_value()) return std::unexpected(nth.error());
  const auto first = count(object, "first");
  if (!first.has_value()) return std::unexpected(first.error());
  request.rule.nth = *nth;
  request.rule.first = *first;
  const auto delay = whole(object, "delay_ns", 0);
  if (!delay.has_value() || *delay < 0 || *delay > DelayMaxNs) {
    return base::failure("\"delay_ns\" must be 0 to 3600000000000 (an hour)");
  }
  request.rule.delay = base::Duration{*delay};
  return request;
}

Parsed read_facts(const json::object& object) {
  const auto from = whole(object, "from", 1);
  if (!from.has_value() || *from < 1) {
    return base::failure("\"from\" must be the sequence of a fact, 1 for all");
  }
  return FactsRequest{static_cast<std::uint64_t>(*from)};
}

Parsed read_clock(const json::object& object) {
  const auto step = whole(object, "step_ns", 0);
  const auto drift = whole(object, "drift_ppb", 0);
  if (!step.has_value() || !(object.contains("step_ns") || object.contains("drift_ppb"))) {
    return base::failure("\"step_ns\" must be a whole number of nanoseconds");
  }
  if (!drift.has_value() || std::abs(*drift) > DriftMaxPpb) {
    return base::failure("\"drift_ppb\" must be a whole number, at most 1000000000 either way");
  }
  ClockRequest request{base::Duration{*step}, std::nullopt};
  if (object.contains("drift_ppb")) request.drift_ppb = *drift;
  return request;
}

Parsed read_slow(const json::object& object) {
  const auto time = whole(object, "service_ns", -1);
  if (!time.has_value() || *time < 0 || base::Duration{*time} > SlowRequest::ServiceTimeMax) {
    return base::failure("\"service_ns\" must be 0 to 10000000000 (ten seconds)");
  }
  return SlowRequest{base::Duration{*time}};
}

Parsed read_watch(const json::object& object) {
  const auto type = schemes::message_type(text(object, "type"));
  if (!type.has_value()) {
    return base::failure("\"type\" must name a message, for example \"FinalizeJoin\"");
  }
  return WatchRequest{static_cast<std::uint16_t>(*type)};
}

Parsed read_removal(const json::object& object) {
  const auto id = read_id(object);
  if (!id.has_value()) return std::unexpected(id.error());
  return RemoveRuleRequest{*id};
}

}  // namespace

Parsed parse_control_request(std::string_view line) {
  json::error_code error;
  const json::value value = json::parse(line, error);
  if (error || !value.is_object()) {
    return base::failure(
        "a request is one JSON object in a line, for example "
        "{\"command\": \"status\"}");
  }
  const json::object& object = value.get_object();
  const std::string_view command = text(object, "command");
  if (command == "status") return StatusRequest{};
  if (command == "view") return ViewRequest{};
  if (command == "shutdown") return ShutdownRequest{};
  if (command == "facts") return read_facts(object);
  if (command == "clock") return read_clock(object);
  if (command == "slow") return read_slow(object);
  if (command == "watch") return read_watch(object);
  if (command == "rule") return read_rule(object);
  if (command == "unrule") return read_removal(object);
  if (command == "rules") return RulesRequest{};
  if (command == "messages") return MessagesRequest{};
  return base::failure(
      "\"command\" must be status, view, shutdown, facts, messages, clock, slow, watch, rule, "
      "unrule "
      "or rules");
}

}  // namespace splitscope::scenarios
