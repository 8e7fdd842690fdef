#include "scenarios/node/member_control.hpp"

#include <boost/json.hpp>
#include <unistd.h>

#include "schemes/membership/messages.hpp"

namespace splitscope::scenarios {

namespace json = boost::json;

namespace {

std::string refusal(std::string_view why) {
  return json::serialize(json::object{{"ok", false}, {"error", why}});
}
std::string done(json::object answer = {}) {
  answer["ok"] = true;
  return json::serialize(answer);
}
std::string faults_not_allowed() {
  return refusal("faults are not allowed here; start the node with --allow-faults");
}

}  // namespace

MemberControl::MemberControl(real::Loop& loop, real::RealProcess& process, MessageRules& rules,
                             MemberWindow& window, const MemberControlOptions& options)
    : loop_(loop), process_(process), rules_(rules), window_(window), options_(options) {
  rules_.set_watcher(*this);
}

base::Result<void> MemberControl::open(const std::string& path) {
  auto server = real::ControlServer::open(loop_, path, *this);
  if (!server.has_value()) return std::unexpected(server.error());
  server_ = std::move(*server);
  return {};
}

void MemberControl::on_fact(const base::TraceEvent& fact) {
  history_.push_back(fact);
  if (history_.size() > HistoryLengthMax) history_.pop_front();
  if (!subscribers_.empty()) push_to_all(to_fact_line(fact));
}

void MemberControl::on_state(const MemberReport& report) {
  if (!subscribers_.empty()) push_to_all(to_state_line(report));
}

void MemberControl::push_to_all(std::string_view line) {
  for (const real::ControlClient client : subscribers_) server_->push(client, line);
}

std::string MemberControl::on_request(real::ControlClient client, std::string_view line) {
  const auto request = parse_control_request(line);
  if (!request.has_value()) return refusal(request.error().message);
  return answer(client, *request);
}

std::string MemberControl::answer(real::ControlClient client, const ControlRequest& request) {
  if (std::holds_alternative<StatusRequest>(request)) return status();
  if (std::holds_alternative<ViewRequest>(request)) return view();
  if (std::holds_alternative<ShutdownRequest>(request)) {
    process_.shut_down();
    return done();
  }
  if (const auto* facts = std::get_if<FactsRequest>(&request)) return begin_stream(client, *facts);
  if (std::holds_alternative<MessagesRequest>(request)) return messages();
  if (!options_.allow_faults) return faults_not_allowed();
  if (const auto* clock = std::get_if<ClockRequest>(&request)) return change_clock(*clock);
  if (const auto* slow = std::get_if<SlowRequest>(&request)) return slow_down(*slow);
  if (const auto* watched = std::get_if<WatchRequest>(&request)) return watch(*watched);
  if (const auto* rule = std::get_if<AddRuleRequest>(&request)) return add_rule(*rule);
  if (const auto* rule = std::get_if<RemoveRuleRequest>(&request)) return remove_rule(*rule);
  return list_rules();
}

std::string MemberControl::status() {
  json::object answer{{"pid", ::getpid()},
                      {"scheme", std::string(schemes::to_text(options_.scheme))},
                      {"profile", std::string(schemes::to_text(options_.engine))},
                      {"time_ns", base::nanoseconds(loop_.now())},
                      {"run_start_monotonic_ns", loop_.run_start().count()},
                      {"facts", process_.facts().count()},
                      {"allow_faults", options_.allow_faults},
                      {"wall_offset_ns", process_.wall_offset().count()}};
  const schemes::NodeInspection* member = window_.member();
  if (member == nullptr) {
    answer["member_state"] = "over";
    return done(std::move(answer));
  }
  answer["member_state"] = std::string(member->node_state());
  answer["malformed"] = member->malformed_count();
  answer["is_master"] = member->is_master();
  const json::value state = json::parse(to_state_line(report_of(*member, loop_.now())));
  for (const auto& entry : state.at("state").get_object()) answer[entry.key()] = entry.value();
  return done(std::move(answer));
}

std::string MemberControl::messages() const {
  json::object sent;
  for (std::uint16_t type = 1; type < MessageFaults::TypeCount; ++type) {
    const MessageCount& count = rules_.faults().counts()[type];
    if (count.messages == 0) continue;
    sent[schemes::to_text(static_cast<schemes::MessageType>(type))] =
        json::object{{"messages", count.messages}, {"bytes", count.bytes}};
  }
  return done({{"messages", std::move(sent)}});
}

std::string MemberControl::view() const {
  const schemes::NodeInspection* member = window_.member();
  if (member == nullptr) return refusal("the member is over");
  const MemberReport now = report_of(*member, loop_.now());
  json::array members;
  for (const MemberReport::Entry& entry : now.view) {
    members.push_back({{"endpoint", base::to_text(entry.endpoint)},
                       {"uuid", base::to_text(entry.uuid)},
                       {"this", entry.uuid == now.uuid}});
  }
  return done({{"version", now.view_version}, {"members", std::move(members)}});
}

// The answer names what is missing; then come the facts that are there, the state, and what
// follows.
std::string MemberControl::begin_stream(real::ControlClient client, const FactsRequest& request) {
  std::uint64_t missed = 0;
  if (!history_.empty() && history_.front().sequence > request.from) {
    missed = history_.front().sequence - request.from;
  }
  for (const base::TraceEvent& fact : history_) {
    if (fact.sequence >= request.from) server_->push(client, to_fact_line(fact));
  }
  if (const schemes::NodeInspection* member = window_.member()) {
    server_->push(client, to_state_line(report_of(*member, loop_.now())));
  }
  subscribers_.insert(client);
  return done({{"missed", missed}, {"run_start_monotonic_ns", loop_.run_start().count()}});
}

std::string MemberControl::change_clock(const ClockRequest& request) {
  if (request.step != base::Duration::zero()) process_.step_wall_clock(request.step);
  if (request.drift_ppb.has_value()) process_.set_wall_drift(*request.drift_ppb);
  return done({{"wall_offset_ns", process_.wall_offset().count()}});
}

std::string MemberControl::slow_down(const SlowRequest& request) {
  process_.set_service_time(request.service_time);
  return done();
}

std::string MemberControl::watch(const WatchRequest& request) {
  rules_.watch(request.type);
  return done({{"sent", rules_.faults().counts()[request.type].messages}});
}

void MemberControl::on_watched_message(std::uint16_t type) {
  if (!subscribers_.empty()) push_to_all(to_message_line(type, loop_.now()));
}

std::string MemberControl::add_rule(const AddRuleRequest& request) {
  const auto installed = rules_.install(request.id, request.rule);
  return installed.has_value() ? done() : refusal(installed.error().message);
}

std::string MemberControl::remove_rule(const RemoveRuleRequest& request) {
  MessageTap* tap = window_.tap();
  if (tap == nullptr) return refusal("the member is over");
  const auto touched = rules_.remove(request.id, *tap);
  if (!touched.has_value()) return refusal(touched.error().message);
  return done({{"touched", *touched}});
}

std::string MemberControl::list_rules() const {
  json::array rules;
  for (const auto& [id, touched] : rules_.touched()) {
    rules.push_back({{"id", id}, {"touched", touched}});
  }
  return done({{"rules", std::move(rules)}});
}

}  // namespace splitscope::scenarios
