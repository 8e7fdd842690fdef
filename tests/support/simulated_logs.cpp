#include "tests/support/simulated_logs.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "scenarios/incident/incident_text.hpp"

namespace splitscope::tests {

namespace incident = scenarios::incident;
using base::EventKind;

namespace {

// 1 May 2024, 12:00 UTC: when simulated runs begin.
constexpr base::WallTime Begin{std::chrono::seconds{1'714'564'800}};

std::string bracketed(base::Endpoint endpoint) {
  return fmt::format("[{}]:{}", base::to_text(endpoint.address), endpoint.port);
}

std::string uuid_text(const base::TraceEvent& fact) {
  return base::to_text(base::Uuid{fact.arguments[1], fact.arguments[2]});
}

}  // namespace

std::string SimulatedLogs::wall(base::NodeId node, base::Instant at) const {
  const auto ahead = ahead_.find(node.value);
  const base::Duration skew = ahead == ahead_.end() ? base::Duration::zero() : ahead->second;
  return incident::wall_text(Begin + (at - base::RunStart) + skew, true);
}

void SimulatedLogs::write(const base::TraceEvent& fact, const std::string& message) {
  texts_[fact.node.value] +=
      fmt::format("{} [ INFO] [hz.thread] [c.h.i.c.ClusterService]: {} [dev] [5.3.8] {}\n",
                  wall(fact.node, fact.time), bracketed(own_[fact.node.value]), message);
}

void SimulatedLogs::write_list(const base::TraceEvent& fact) {
  const auto& list = lists_.of(fact.node);
  std::string text =
      fmt::format("\n\nMembers {{size:{}, ver:{}}} [", list.size(), fact.arguments[0]);
  for (const trace::ListEntry& entry : list) {
    text +=
        fmt::format("\n\tMember {} - {}{}", bracketed(entry.endpoint), base::to_text(entry.uuid),
                    entry.endpoint == own_[fact.node.value] ? " this" : "");
  }
  write(fact, text + "\n]\n");
}

void SimulatedLogs::on_fact(const base::TraceEvent& fact) {
  lists_.apply(fact);
  if (fact.node == base::NoNode) return;
  const auto member = [&fact] { return bracketed(base::unpack_endpoint(fact.arguments[0])); };
  switch (fact.kind) {
    case EventKind::MemberStarting:
      own_[fact.node.value] = base::unpack_endpoint(fact.arguments[0]);
      return write(fact, member() + " is STARTING");
    case EventKind::MemberStarted:
      return write(fact, bracketed(own_[fact.node.value]) + " is STARTED");
    case EventKind::ShutdownStarted:
      return write(fact, bracketed(own_[fact.node.value]) + " is SHUTTING_DOWN");
    case EventKind::ViewChanged:
      return write_list(fact);
    case EventKind::HeartbeatMissed: {
      const base::Duration silence{static_cast<std::int64_t>(fact.arguments[1])};
      return write(fact, fmt::format("Suspecting Member {} because it has not sent any heartbeats "
                                     "since {}. Now: {}, heartbeat timeout: {} ms",
                                     member(), wall(fact.node, fact.time - silence),
                                     wall(fact.node, fact.time), timeout_.count() / 1'000'000));
    }
    case EventKind::MemberSuspected:
      return write(fact, fmt::format("Member {} - {} is suspected to be dead for reason: {}",
                                     member(), uuid_text(fact),
                                     fact.arguments[3] == 0 ? "has not sent any heartbeats"
                                                            : "No connection"));
    case EventKind::ConnectionClosed:
      return write(fact, fmt::format("Connection[id=1, /10.0.0.9:1->/10.0.0.8:2, endpoint={}, "
                                     "alive=false] closed. Reason: Connection closed by the other "
                                     "side",
                                     member()));
    case EventKind::MergeStarted:
      return write(fact, fmt::format("{} is merging [tcp/ip] to {}",
                                     bracketed(own_[fact.node.value]), member()));
    case EventKind::HeartbeatReset:
      return write(fact, fmt::format("Resetting heartbeat timestamps because of huge system clock "
                                     "jump! Clock-Jump: {} ms",
                                     fact.arguments[0] / 1'000'000));
    default:
      return;
  }
}

incident::Incident SimulatedLogs::story() const {
  std::vector<incident::MemberLog> logs;
  for (const auto& [node, text] : texts_) {
    incident::LogReader reader(fmt::format("n{}.log", node + 1));
    reader.feed(text);
    logs.push_back(reader.finish());
  }
  auto story = incident::make_incident(std::move(logs));
  REQUIRE(story.has_value());
  return std::move(*story);
}

}  // namespace splitscope::tests
