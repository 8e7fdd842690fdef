#include "scenarios/sockets/socket_world.hpp"

#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/base/assert.hpp"
#include "scenarios/sockets/member_kind.hpp"
#include "schemes/membership/messages.hpp"

namespace splitscope::scenarios {

using base::EventKind;

namespace {

// The longest that nobody looks whether the run was interrupted.
constexpr base::Duration LookInterval = std::chrono::milliseconds{200};
constexpr base::Duration CountInterval = std::chrono::milliseconds{250};
constexpr base::Duration AnswerPatience = std::chrono::seconds{1};

// The arguments of ProcessExited.
constexpr std::uint64_t ExitedByKill = 1;
constexpr std::uint64_t ExitedGivingUp = 3;

}  // namespace

SocketWorld::SocketWorld(lab::Lab& lab, SocketWorldOptions options)
    : lab_(lab),
      options_(std::move(options)),
      books_(*this, Checks::Views),
      faults_(books_, *this, *this),
      cluster_(lab, {options_.seed, options_.kind}, *this),
      script_random_(base::derive_seed(options_.seed, "script")) {
  tell(EventKind::RunStarted, base::NoNode, {options_.seed, 0, 0, 0});
}

SocketWorld::~SocketWorld() = default;

base::Result<ClusterId> SocketWorld::add_cluster(const ClusterSpec& spec) {
  const base::Result<ClusterId> id = cluster_.add_cluster(spec);
  if (!id.has_value()) return id;
  for (const base::NodeId node : cluster_.members(*id)) {
    MemberState state;
    state.node = node;
    state.name = fmt::format("n{}", node.value + 1);
    state.cluster = id->value;
    state.cluster_name = spec.config.cluster_name;
    state.endpoint = {cluster_.address(node), spec.config.port};
    books_.add_member(std::move(state));
  }
  return id;
}

void SocketWorld::start(ClusterId cluster, const StartOptions& options) {
  base::Prng random(base::derive_seed(options_.seed, "start offsets", cluster.value));
  const ClusterSpec& spec = cluster_.spec(cluster);
  const std::vector<base::Duration> offsets = start_offsets(spec, options, random);
  const std::vector<base::NodeId> members = cluster_.members(cluster);
  for (std::uint32_t index = 0; index < spec.members; ++index) {
    start_later(members[index], offsets[index]);
  }
  books_.settle();
}

void SocketWorld::start_later(base::NodeId node, base::Duration delay) {
  books_.observation().at(node).start_pending = true;
  books_.agenda().add(now() + delay, [this, node] {
    if (const auto started = start_member(node); !started.has_value()) {
      declare_inconclusive(started.error().message);
    }
  });
}

base::Result<void> SocketWorld::start_member(base::NodeId node) {
  books_.observation().at(node).start_pending = false;
  books_.metrics().on_recovery_act(now());
  const bool was_on = cluster_.is_on(node);
  auto started = cluster_.start(node);
  if (!was_on && cluster_.is_on(node)) tell(EventKind::HostPoweredOn, node, {});
  books_.observe(node);
  return started;
}

// --- time ---

bool SocketWorld::run_for(base::Duration duration) {
  advance(now() + duration, nullptr);
  return !must_end();
}

bool SocketWorld::run_until(const Condition& condition, base::Duration deadline) {
  return advance(now() + deadline, &condition);
}

bool SocketWorld::must_end() {
  if (!interrupted_at_.has_value() && options_.interrupt != nullptr &&
      options_.interrupt->has_come()) {
    interrupted_at_ = now();
    declare_inconclusive("the run was interrupted");
  }
  return interrupted_at_.has_value() || books_.is_broken() ||
         now() >= base::RunStart + options_.run_limit;
}

bool SocketWorld::advance(base::Instant limit, const Condition* condition) {
  const base::Instant bounded = std::min(limit, base::RunStart + options_.run_limit);
  for (;;) {
    books_.settle();
    if (condition != nullptr && books_.holds(*condition)) return true;
    if (now() >= bounded || must_end()) return false;
    pass_time(std::min(bounded, books_.next_moment()));
  }
}

void SocketWorld::pass_time(base::Instant limit) {
  if (counts_wanted_ && now() - counts_asked_at_ >= CountInterval) {
    counts_asked_at_ = now();
    for (const MemberState& member : books_.observation().members()) ask_for_counts(member.node);
  }
  cluster_.wait(std::min(limit, now() + LookInterval));
  pass_on(merger_.take(now()));
}

// --- what members tell ---

void SocketWorld::tell(EventKind kind, base::NodeId node, std::array<std::uint64_t, 4> arguments) {
  base::TraceEvent fact;
  fact.time = now();
  fact.node = node;
  if (node != base::NoNode) fact.incarnation = cluster_.incarnation(node);
  fact.kind = kind;
  fact.arguments = arguments;
  merger_.add(fact);
  book(fact);
}

void SocketWorld::book(base::TraceEvent fact) {
  fact.time = std::max(fact.time, last_fact_at_);
  last_fact_at_ = fact.time;
  books_.take_fact(fact);
}

void SocketWorld::pass_on(const std::vector<base::TraceEvent>& facts) {
  for (const base::TraceEvent& fact : facts) {
    for (sim::FactListener* listener : listeners_) listener->on_fact(fact);
  }
}

void SocketWorld::on_member_fact(const base::TraceEvent& fact) {
  if (fact.kind == EventKind::ProcessExited) said_goodbye_.insert({fact.node, fact.incarnation});
  merger_.add(fact);
  book(fact);
}

void SocketWorld::on_member_state(base::NodeId node) {
  books_.observe(node);
}

void SocketWorld::on_member_ended(base::NodeId node, lab::ExitStatus status, std::string words) {
  if (!said_goodbye_.contains({node, cluster_.incarnation(node)})) {
    tell(EventKind::ProcessExited, node,
         {status.was_killed ? ExitedByKill : ExitedGivingUp, 0, 0, 0});
  }
  for (MessageRule& rule : message_rules_) {
    rule.touched_before += rule.touched[node];
    rule.touched.erase(node);
  }
  if (!words.empty()) {
    declare_inconclusive(fmt::format("{} ended with code {}: {}",
                                     books_.observation().at(node).name, status.code, words));
  }
  books_.observe(node);
}

void SocketWorld::on_member_reached(base::NodeId node) {
  disturb_anew(node);
  for (const std::uint16_t type : watched_) ask_to_watch(node, type, true);
  for (const MessageRule& rule : message_rules_) {
    if (!rule.in_force || !std::ranges::binary_search(rule.receivers, node)) continue;
    cluster_.ask(node, {"rule", rule.fault.value}, rule.request);
  }
}

void SocketWorld::on_answer(base::NodeId node, const MemberLink::Asked& asked,
                            std::string_view line) {
  boost::json::error_code error;
  const boost::json::value answer = boost::json::parse(line, error);
  if (error || !answer.is_object()) return;
  const boost::json::object& object = answer.get_object();
  const auto* ok = object.if_contains("ok");
  if (ok == nullptr || !ok->is_bool() || !ok->get_bool()) {
    // A member that is over has nothing to answer.
    if (cluster_.is_running(node) && asked.command != "unrule") {
      declare_inconclusive(fmt::format("{} refused the request \"{}\": {}",
                                       books_.observation().at(node).name, asked.command, line));
    }
    return;
  }
  if (asked.command == "rules") on_rule_counts(node, line);
  if (asked.command == "watch") on_watch_begun(node, asked.id, line);
  if (asked.command != "messages") return;
  auto& counts = sent_[{node, cluster_.incarnation(node)}];
  const auto* messages = object.if_contains("messages");
  if (messages == nullptr || !messages->is_object()) return;
  for (const auto& entry : messages->get_object()) {
    const auto* count = entry.value().is_object() ? &entry.value().get_object() : nullptr;
    if (count == nullptr || !count->contains("messages") || !count->contains("bytes")) continue;
    MessageCount& mine = counts[std::string(entry.key())];
    mine.messages = count->at("messages").to_number<std::uint64_t>(error);
    mine.bytes = count->at("bytes").to_number<std::uint64_t>(error);
  }
}

// --- counts ---

std::uint64_t SocketWorld::messages_sent(const std::string& type) const {
  std::uint64_t sum = 0;
  for (const auto& [life, counts] : sent_) {
    const auto found = counts.find(type);
    if (found != counts.end()) sum += found->second.messages;
  }
  return sum;
}

void SocketWorld::ask_for_counts(base::NodeId node) {
  if (!options_.kind->takes_faults()) return;
  if (!cluster_.is_running(node) || cluster_.is_paused(node)) return;
  cluster_.ask(node, {"messages", 0}, R"({"command":"messages"})");
  if (!message_rules_.empty()) cluster_.ask(node, {"rules", 0}, R"({"command":"rules"})");
}

void SocketWorld::collect_counts() {
  for (const MemberState& member : books_.observation().members()) ask_for_counts(member.node);
  const base::Instant end = now() + AnswerPatience;
  while (cluster_.is_waiting_for_answers() && now() < end) cluster_.wait(end);
}

void SocketWorld::add_trigger(const TriggerSpec& spec, std::function<void()> action) {
  books_.add_trigger(spec, std::move(action));
  const auto type = schemes::message_type(spec.message_type);
  if (!type.has_value()) return;
  if (!options_.kind->takes_faults()) {
    declare_inconclusive(
        "not in this world: a trigger on messages of members that are not ours; they do not tell "
        "what they send");
    return;
  }
  const auto number = static_cast<std::uint16_t>(*type);
  if (!watched_.insert(number).second) return;
  for (const MemberState& member : books_.observation().members()) {
    if (cluster_.is_running(member.node)) ask_to_watch(member.node, number, false);
  }
}

// `from_start`: what this life has sent already counts too.
void SocketWorld::ask_to_watch(base::NodeId node, std::uint16_t type, bool from_start) {
  const auto name = schemes::to_text(static_cast<schemes::MessageType>(type));
  cluster_.ask(node, {"watch", from_start ? type : std::uint64_t{0}},
               fmt::format(R"({{"command":"watch","type":"{}"}})", name));
}

void SocketWorld::on_watch_begun(base::NodeId node, std::uint64_t type, std::string_view line) {
  if (type == 0) return;
  boost::json::error_code error;
  const boost::json::value answer = boost::json::parse(line, error);
  if (error || !answer.get_object().contains("sent")) return;
  const auto sent = answer.at("sent").to_number<std::uint64_t>(error);
  for (std::uint64_t i = 0; !error && i < sent; ++i) {
    books_.take_message(static_cast<std::uint16_t>(type), node);
  }
}

RunRecord SocketWorld::finish() {
  SPLITSCOPE_ASSERT(!finished_);
  // Real time is dear: the run is over as soon as all is decided.
  for (books_.settle(); books_.monitors().has_open_deadlines() && !must_end(); books_.settle()) {
    pass_time(books_.next_moment());
  }
  finished_ = true;
  RunRecord record;
  collect_counts();
  books_.close(record);
  record.faults = faults_.with_effects();
  // What was cut short was not missed.
  for (Expectation& expectation : record.expectations) {
    const bool was_cut = interrupted_at_.has_value() && expectation.decided_at >= *interrupted_at_;
    if (was_cut) expectation.outcome = Expectation::Outcome::Open;
  }
  for (const auto& [life, counts] : sent_) {
    for (const auto& [type, count] : counts) {
      record.messages[type].messages += count.messages;
      record.messages[type].bytes += count.bytes;
    }
  }
  books_.judge(record);
  pass_on(merger_.take_all());
  record.events = merger_.count();
  return record;
}

}  // namespace splitscope::scenarios
