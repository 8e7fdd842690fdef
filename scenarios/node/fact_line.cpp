#include "scenarios/node/fact_line.hpp"

#include <charconv>

#include <boost/json.hpp>
#include <fmt/format.h>

namespace splitscope::scenarios {

namespace json = boost::json;

namespace {

constexpr std::size_t ViewSizeMax = schemes::MembersView::SizeMax;

// --- reading: a missing or wrong value sets failed() ---

class Fields {
 public:
  explicit Fields(const json::object& object) : object_(object) {}

  std::uint64_t word(std::string_view name) {
    const std::string_view text = this->text(name);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) failed_ = true;
    return value;
  }
  std::int64_t number(std::string_view name) {
    const json::value* value = object_.if_contains(name);
    if (value == nullptr || !value->is_int64()) return fail(std::int64_t{0});
    return value->get_int64();
  }
  bool flag(std::string_view name) {
    const json::value* value = object_.if_contains(name);
    if (value == nullptr || !value->is_bool()) return fail(false);
    return value->get_bool();
  }
  std::string_view text(std::string_view name) {
    const json::value* value = object_.if_contains(name);
    if (value == nullptr || !value->is_string()) return fail(std::string_view{});
    return value->get_string();
  }
  base::Endpoint endpoint(std::string_view name) {
    const std::string_view text = this->text(name);
    if (text.empty()) return base::NoEndpoint;
    const auto endpoint = base::parse_endpoint(text);
    return endpoint.has_value() ? *endpoint : fail(base::NoEndpoint);
  }
  base::Uuid uuid(std::string_view name) { return to_uuid(text(name)); }
  base::Uuid to_uuid(std::string_view text) {
    base::Uuid uuid;
    std::string digits;
    for (const char c : text) {
      if (c != '-') digits.push_back(c);
    }
    if (digits.size() != 32) return fail(uuid);
    const char* begin = digits.data();
    const auto high = std::from_chars(begin, begin + 16, uuid.high, 16);
    const auto low = std::from_chars(begin + 16, begin + 32, uuid.low, 16);
    const bool good = high.ec == std::errc{} && high.ptr == begin + 16 && low.ec == std::errc{} &&
                      low.ptr == begin + 32;
    return good ? uuid : fail(base::Uuid{});
  }
  const json::array* list(std::string_view name, std::size_t size_max) {
    const json::value* value = object_.if_contains(name);
    if (value == nullptr || !value->is_array() || value->get_array().size() > size_max) {
      failed_ = true;
      return nullptr;
    }
    return &value->get_array();
  }
  bool failed() const { return failed_; }
  template <typename Value>
  Value fail(Value value) {
    failed_ = true;
    return value;
  }

 private:
  const json::object& object_;
  bool failed_ = false;
};

std::optional<base::TraceEvent> read_fact(const json::object& object) {
  Fields fields(object);
  base::TraceEvent fact;
  fact.time = base::Instant{base::Duration{fields.number("time_ns")}};
  fact.sequence = fields.word("sequence");
  fact.cause = fields.word("cause");
  fact.node = base::NodeId{static_cast<std::uint32_t>(fields.number("node"))};
  fact.incarnation = base::Incarnation{static_cast<std::uint32_t>(fields.number("incarnation"))};
  fact.kind = static_cast<base::EventKind>(fields.number("number"));
  const json::array* arguments = fields.list("arguments", fact.arguments.size());
  if (fields.failed() || arguments->size() != fact.arguments.size()) return std::nullopt;
  for (std::size_t i = 0; i < arguments->size(); ++i) {
    const json::object one{{"value", (*arguments)[i]}};
    Fields argument(one);
    fact.arguments[i] = argument.word("value");
    if (argument.failed()) return std::nullopt;
  }
  return fact;
}

bool read_view(Fields& fields, MemberReport& report) {
  const json::array* view = fields.list("view", ViewSizeMax);
  if (view == nullptr) return false;
  for (const json::value& value : *view) {
    if (!value.is_object()) return false;
    Fields entry(value.get_object());
    report.view.push_back({entry.uuid("uuid"), entry.endpoint("endpoint")});
    if (entry.failed()) return false;
  }
  return true;
}

std::optional<MemberReport> read_state(const json::object& object) {
  Fields fields(object);
  MemberReport report;
  report.time = base::Instant{base::Duration{fields.number("time_ns")}};
  report.joined = fields.flag("joined");
  report.started = fields.flag("started");
  report.leaving = fields.flag("leaving");
  report.uuid = fields.uuid("uuid");
  report.endpoint = fields.endpoint("endpoint");
  report.master = fields.endpoint("master");
  report.cluster_name = fields.text("cluster");
  report.view_version = fields.number("view_version");
  if (!read_view(fields, report)) return std::nullopt;
  const json::array* suspects = fields.list("suspects", ViewSizeMax);
  if (suspects == nullptr) return std::nullopt;
  for (const json::value& value : *suspects) {
    if (!value.is_string()) return std::nullopt;
    report.suspects.push_back(fields.to_uuid(value.get_string()));
  }
  if (fields.failed()) return std::nullopt;
  return report;
}

std::optional<std::uint16_t> read_message(const json::object& object) {
  Fields fields(object);
  const std::int64_t number = fields.number("number");
  if (fields.failed() || number < 1 || number > 0xffff) return std::nullopt;
  return static_cast<std::uint16_t>(number);
}

std::string endpoint_text(base::Endpoint endpoint) {
  return endpoint == base::NoEndpoint ? std::string() : base::to_text(endpoint);
}

}  // namespace

std::string to_fact_line(const base::TraceEvent& fact) {
  json::array arguments;
  for (const std::uint64_t argument : fact.arguments) {
    arguments.emplace_back(std::to_string(argument));
  }
  const json::object line{{"fact",
                           {{"time_ns", base::nanoseconds(fact.time)},
                            {"sequence", std::to_string(fact.sequence)},
                            {"cause", std::to_string(fact.cause)},
                            {"node", fact.node.value},
                            {"incarnation", fact.incarnation.value},
                            {"kind", std::string(base::to_text(fact.kind))},
                            {"number", static_cast<std::uint16_t>(fact.kind)},
                            {"arguments", std::move(arguments)}}}};
  return json::serialize(line);
}

MemberReport report_of(const schemes::NodeInspection& member, base::Instant now) {
  MemberReport report;
  report.time = now;
  report.joined = member.is_joined();
  report.started = member.is_started();
  report.leaving = member.node_state() == "leaving";
  report.uuid = member.uuid();
  report.endpoint = member.endpoint();
  report.master = member.master();
  report.cluster_name = member.cluster_name();
  report.suspects.assign(member.suspects().begin(), member.suspects().end());
  if (!report.joined) return report;
  report.view_version = member.view().version();
  for (const schemes::MemberInfo& info : member.view().members()) {
    report.view.push_back({info.uuid, info.endpoint});
  }
  return report;
}

std::string to_state_line(const MemberReport& report) {
  json::array view;
  for (const MemberReport::Entry& entry : report.view) {
    view.push_back(
        {{"uuid", base::to_text(entry.uuid)}, {"endpoint", base::to_text(entry.endpoint)}});
  }
  json::array suspects;
  for (const base::Uuid& uuid : report.suspects) suspects.emplace_back(base::to_text(uuid));
  const json::object line{{"state",
                           {{"time_ns", base::nanoseconds(report.time)},
                            {"joined", report.joined},
                            {"started", report.started},
                            {"leaving", report.leaving},
                            {"uuid", base::to_text(report.uuid)},
                            {"endpoint", endpoint_text(report.endpoint)},
                            {"master", endpoint_text(report.master)},
                            {"cluster", report.cluster_name},
                            {"view_version", report.view_version},
                            {"view", std::move(view)},
                            {"suspects", std::move(suspects)}}}};
  return json::serialize(line);
}

std::string to_message_line(std::uint16_t type, base::Instant now) {
  return json::serialize(
      json::object{{"message", {{"time_ns", base::nanoseconds(now)}, {"number", type}}}});
}

base::Result<StreamLine> parse_stream_line(std::string_view line) {
  json::error_code error;
  const json::value value = json::parse(line, error);
  if (error || !value.is_object()) return base::failure("a line of the stream is no JSON object");
  StreamLine parsed;
  if (const json::value* fact = value.get_object().if_contains("fact")) {
    if (fact->is_object()) parsed.fact = read_fact(fact->get_object());
    if (!parsed.fact.has_value()) return base::failure(fmt::format("no fact: {}", line));
  }
  if (const json::value* state = value.get_object().if_contains("state")) {
    if (state->is_object()) parsed.state = read_state(state->get_object());
    if (!parsed.state.has_value()) return base::failure(fmt::format("no state: {}", line));
  }
  if (const json::value* message = value.get_object().if_contains("message")) {
    if (message->is_object()) parsed.message = read_message(message->get_object());
    if (!parsed.message.has_value()) return base::failure(fmt::format("no message: {}", line));
  }
  return parsed;
}

}  // namespace splitscope::scenarios
