// What members of a simulated cluster would have logged, in Hazelcast's words and log4j2's pattern,
// from the facts of a run: logs of which the truth is known. Each member's clock may be wrong.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/trace/member_lists.hpp"
#include "scenarios/incident/incident.hpp"
#include "scenarios/kit/sim_world.hpp"

namespace splitscope::tests {

class SimulatedLogs final : public sim::FactListener {
 public:
  // By how much each member's clock is ahead; members without are right. `timeout` is what lines
  // about silence name as the time-out.
  explicit SimulatedLogs(std::map<std::uint32_t, base::Duration> ahead = {},
                         base::Duration timeout = std::chrono::seconds{60})
      : ahead_(std::move(ahead)), timeout_(timeout) {}

  void on_fact(const base::TraceEvent& fact) override;

  // The log of each member that wrote one; the first is n1's.
  const std::map<std::uint32_t, std::string>& texts() const { return texts_; }
  // As splitscope import-log reads them, "n1.log" and so on; fails the test on an error.
  scenarios::incident::Incident story() const;

 private:
  void write(const base::TraceEvent& fact, const std::string& message);
  void write_list(const base::TraceEvent& fact);
  std::string wall(base::NodeId node, base::Instant at) const;

  std::map<std::uint32_t, base::Duration> ahead_;
  base::Duration timeout_;
  std::map<std::uint32_t, std::string> texts_;
  std::map<std::uint32_t, base::Endpoint> own_;
  trace::MemberLists lists_;
};

}  // namespace splitscope::tests
