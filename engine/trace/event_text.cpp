#include "engine/trace/event_text.hpp"

#include <array>
#include <limits>

#include <fmt/format.h>

#include "engine/base/duration_text.hpp"
#include "engine/base/endpoint.hpp"

namespace splitscope::trace {
namespace {

using base::EventKind;
using base::TraceEvent;

constexpr std::size_t ArgumentsMax = 4;

constexpr Argument count(std::string_view name) {
  return {name, ArgumentKind::Count};
}
constexpr Argument endpoint(std::string_view name) {
  return {name, ArgumentKind::Endpoint};
}
constexpr Argument duration(std::string_view name) {
  return {name, ArgumentKind::Duration};
}
constexpr Argument signed_number(std::string_view name) {
  return {name, ArgumentKind::Signed};
}
constexpr Argument hash(std::string_view name) {
  return {name, ArgumentKind::Hash};
}
constexpr Argument flag(std::string_view name) {
  return {name, ArgumentKind::Flag};
}
constexpr Argument code(std::string_view name, CodeSet set) {
  return {name, ArgumentKind::Code, set};
}
constexpr Argument Uuid{"uuid", ArgumentKind::Uuid};

struct KindArguments {
  EventKind kind;
  std::array<Argument, ArgumentsMax> arguments;  // to the first without a name
};

// The comments of EventKind in engine/base/trace_event.hpp, as a table.
constexpr std::array<KindArguments, 46> Table{{
    {EventKind::RunStarted, {count("seed")}},
    {EventKind::FaultApplied, {count("fault"), code("kind", CodeSet::FaultKind)}},
    {EventKind::FaultHealed, {count("fault")}},
    {EventKind::FaultTouched, {count("fault"), count("packets")}},
    {EventKind::PhaseEntered, {code("phase", CodeSet::Phase)}},
    {EventKind::ExpectationDecided, {count("expectation"), flag("met")}},
    {EventKind::Intervention, {count("intervention")}},
    {EventKind::AvailabilityChanged,
     {count("live"), count("agreed"), count("split_forced"), count("split_needless")}},
    {EventKind::ProcessStarted, {endpoint("host")}},
    {EventKind::ProcessExited, {code("reason", CodeSet::ExitReason)}},
    {EventKind::ClockStepped, {duration("step")}},
    {EventKind::ClockDrifts, {signed_number("parts_per_billion")}},
    {EventKind::ConnectionOpened, {endpoint("peer"), flag("outgoing")}},
    {EventKind::ConnectionFailed, {endpoint("peer"), code("reason", CodeSet::CloseReason)}},
    {EventKind::ConnectionClosed, {endpoint("peer"), code("reason", CodeSet::CloseReason)}},
    {EventKind::MessageSent,
     {endpoint("peer"), code("type", CodeSet::MessageType), count("bytes")}},
    {EventKind::MessageReceived,
     {endpoint("peer"), code("type", CodeSet::MessageType), count("bytes")}},
    {EventKind::MessageMalformed, {endpoint("peer"), code("type", CodeSet::MessageType)}},
    {EventKind::MemberStarting, {endpoint("own"), Uuid}},
    {EventKind::MemberJoined, {endpoint("master"), count("version")}},
    {EventKind::JoinFailed, {code("reason", CodeSet::JoinFailure)}},
    {EventKind::ViewChanged, {count("version"), count("size"), hash("hash"), endpoint("master")}},
    {EventKind::MemberAdded, {endpoint("member"), Uuid, count("index")}},
    {EventKind::MemberRemoved, {endpoint("member"), Uuid, code("reason", CodeSet::RemovalReason)}},
    {EventKind::MemberSuspected,
     {endpoint("member"), Uuid, code("reason", CodeSet::SuspicionReason)}},
    {EventKind::SuspicionCleared, {endpoint("member"), Uuid}},
    {EventKind::MasterChanged, {endpoint("master"), Uuid}},
    {EventKind::AddressBlacklisted, {endpoint("address"), flag("permanent")}},
    {EventKind::MastershipClaimed, {count("version"), count("asked")}},
    {EventKind::MastershipWon, {count("version")}},
    {EventKind::MastershipVote, {endpoint("candidate"), flag("yes")}},
    {EventKind::ListPublished, {count("version"), count("receivers")}},
    {EventKind::HeartbeatMissed, {endpoint("member"), duration("since_last")}},
    {EventKind::SplitBrainChecked, {endpoint("target"), code("decision", CodeSet::MergeDecision)}},
    {EventKind::MergeStarted, {endpoint("target"), count("told")}},
    {EventKind::MergeFinished, {endpoint("target"), flag("merged")}},
    {EventKind::ExplicitSuspicion, {endpoint("sender")}},
    {EventKind::HeartbeatReset, {duration("jump")}},
    {EventKind::JoinRequestRefused, {endpoint("joiner"), code("reason", CodeSet::JoinRefusal)}},
    {EventKind::AddressLearned, {endpoint("address")}},
    {EventKind::PartitionsArranged, {count("partitions"), count("members")}},
    {EventKind::PartitionsLost, {count("owner_lost"), count("lost")}},
    {EventKind::MigrationsFinished, {count("partitions"), duration("took")}},
    {EventKind::DataMerged, {count("offered"), count("not_taken")}},
    {EventKind::CloudCallEnded,
     {code("call", CodeSet::CloudCall), count("status"), count("try"), flag("good")}},
    {EventKind::DiscoveryEnded, {count("addresses"), flag("failed")}},
}};

// Not in the table above because its row would be the same as member_joined's.
constexpr EventKind same_arguments(EventKind kind) {
  return kind == EventKind::MemberStarted ? EventKind::MemberJoined : kind;
}

// The process's exit reasons are part of the trace format itself.
constexpr std::array<std::string_view, 4> ExitReasons{"graceful", "killed", "host_off", "gave_up"};

std::string code_text(CodeSet set, std::uint64_t code, const CodeText* codes) {
  if (codes != nullptr) {
    const std::string_view text = codes->text_of(set, code);
    if (!text.empty()) return std::string(text);
  }
  if (set == CodeSet::ExitReason && code < ExitReasons.size()) {
    return std::string(ExitReasons[static_cast<std::size_t>(code)]);
  }
  return std::to_string(code);
}

std::string duration_text(std::int64_t ns) {
  // The most negative number has no positive twin; a file may hold it.
  if (ns == std::numeric_limits<std::int64_t>::min()) ++ns;
  return base::to_text(base::Duration{ns});
}

std::string argument_text(const Argument& argument, const TraceEvent& fact, std::size_t at,
                          const CodeText* codes) {
  const std::uint64_t value = fact.arguments[at];
  switch (argument.kind) {
    case ArgumentKind::Count:
      return std::to_string(value);
    case ArgumentKind::Endpoint:
      return base::to_text(base::unpack_endpoint(value));
    case ArgumentKind::Uuid:
      return base::to_text(base::Uuid{value, at + 1 < ArgumentsMax ? fact.arguments[at + 1] : 0});
    case ArgumentKind::Duration:
      return duration_text(static_cast<std::int64_t>(value));
    case ArgumentKind::Signed:
      return std::to_string(static_cast<std::int64_t>(value));
    case ArgumentKind::Hash:
      return fmt::format("{:016x}", value);
    case ArgumentKind::Flag:
      return value == 0 ? "no" : "yes";
    case ArgumentKind::Code:
      return code_text(argument.codes, value, codes);
  }
  return std::to_string(value);
}

class LineWriter final : public ArgumentVisitor {
 public:
  explicit LineWriter(std::string& line) : line_(line) {}
  void on_argument(const Argument& argument, const std::string& text) override {
    line_ += fmt::format(" {}={}", argument.name, text);
  }

 private:
  std::string& line_;
};

}  // namespace

std::span<const Argument> arguments_of(EventKind kind) {
  const EventKind wanted = same_arguments(kind);
  for (const KindArguments& row : Table) {
    if (row.kind != wanted) continue;
    std::size_t used = 0;
    while (used < ArgumentsMax && !row.arguments[used].name.empty()) ++used;
    return std::span(row.arguments).first(used);
  }
  return {};
}

void visit_arguments(const TraceEvent& fact, const CodeText* codes, ArgumentVisitor& visitor) {
  if (base::to_text(fact.kind) == "unknown") {
    for (std::size_t i = 0; i < ArgumentsMax; ++i) {
      const std::string name = fmt::format("argument{}", i + 1);
      if (fact.arguments[i] == 0) continue;
      visitor.on_argument({name, ArgumentKind::Count}, std::to_string(fact.arguments[i]));
    }
    return;
  }
  std::size_t at = 0;
  for (const Argument& argument : arguments_of(fact.kind)) {
    visitor.on_argument(argument, argument_text(argument, fact, at, codes));
    at += argument.kind == ArgumentKind::Uuid ? 2 : 1;
  }
}

std::string node_text(base::NodeId node) {
  return node == base::NoNode ? "run" : fmt::format("n{}", std::uint64_t{node.value} + 1);
}

std::string to_line(const TraceEvent& fact, const CodeText* codes) {
  const std::string_view name = base::to_text(fact.kind);
  std::string line = fmt::format("{} {} ", base::to_text(fact.time), node_text(fact.node));
  line += name == "unknown" ? fmt::format("kind{}", static_cast<unsigned>(fact.kind))
                            : std::string(name);
  LineWriter writer(line);
  visit_arguments(fact, codes, writer);
  return line;
}

}  // namespace splitscope::trace
