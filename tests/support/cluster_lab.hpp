// A simulated cluster for tests, driven as the recordings of real clusters were: form, break, heal,
// and measure what the members say. Times are in milliseconds.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/kit/sim_world.hpp"

namespace splitscope::tests {

using scenarios::Condition;
using scenarios::Fault;
using scenarios::FaultKind;

using Properties = std::map<std::string, std::string>;

// The property sets of the recordings.
Properties fast_heartbeat();  // heartbeat 1 s, silent after 10 s
Properties fast_merge();      // merge after 20 s, then each 10 s
Properties operator+(Properties left, const Properties& right);

struct LabOptions {
  schemes::Engine engine = schemes::Engine::Hz53;
  std::uint64_t seed = 1;
  std::uint32_t members = 3;
  std::vector<std::uint32_t> well_known{1};  // numbers: 1 = n1
  Properties properties;
  bool multicast = false;
  bool routed = false;
  bool same_host = false;
  bool bare_list = false;       // the list names addresses without a port
  std::uint32_t members_b = 0;  // a second cluster with another name and the same list
};

class ClusterLab final : private sim::FactListener, private schemes::OperationListener {
 public:
  explicit ClusterLab(const LabOptions& options);

  scenarios::SimWorld& world() { return world_; }
  base::Instant now() const { return world_.now(); }
  static base::NodeId node(std::uint32_t number) { return base::NodeId{number - 1}; }
  const scenarios::MemberState& at(std::uint32_t number) const;

  // The members given start now, with these properties on top; an already running one stays.
  void start(const std::vector<std::uint32_t>& numbers, const Properties& properties = {});
  // As the recordings formed clusters: without a join wait, the first member alone, then the others
  // together; ends 3.5 s after all agree. False if they do not agree in time.
  bool form(const std::vector<std::uint32_t>& numbers);
  scenarios::FaultId apply(FaultKind kind, const std::vector<std::vector<std::uint32_t>>& groups);
  scenarios::FaultId apply(Fault fault);
  void heal(scenarios::FaultId fault) { world_.heal(fault); }
  void run(base::Duration duration) { world_.run_for(duration); }
  bool until_agreed(const std::vector<std::uint32_t>& numbers, base::Duration deadline);
  // Until the member's start-up is complete.
  std::optional<double> until_started(std::uint32_t number, base::Duration deadline);

  // Since `since`, in ms; none = did not happen so far.
  std::optional<double> started_after(std::uint32_t number, base::Instant since) const;
  std::optional<double> removed_after(std::uint32_t observer, std::uint32_t removed,
                                      base::Instant since) const;
  std::optional<double> master_changed_after(std::uint32_t number, base::Instant since) const;
  std::optional<base::Instant> fact_after(base::EventKind kind, std::uint32_t number,
                                          base::Instant since) const;
  std::uint32_t count(base::EventKind kind, std::uint32_t number, base::Instant since) const;
  double since(base::Instant start) const;

  // Clients at all members, as recorded; ends 2 s after `entries` keys are acknowledged. False if
  // they are not within 30 s.
  bool probe(std::uint32_t entries = 2000);
  // Of those keys, how many these members can read: as owners, in a cluster of their own.
  std::uint32_t entries_of(const std::vector<std::uint32_t>& numbers);
  // One operation by that member, within 10 s. The value that was read, or none.
  bool put(std::uint32_t number, std::uint64_t key, std::uint64_t value);
  std::optional<std::uint64_t> get(std::uint32_t number, std::uint64_t key);
  // Since the last forget_gaps(), in ms; see ClientLedger::gap_of.
  double gap_of(std::uint32_t number) const;
  void forget_gaps() { world_.clients().forget_gaps(); }
  // Sums of a fact's argument over these members, since `since`.
  std::uint64_t sum(base::EventKind kind, const std::vector<std::uint32_t>& numbers,
                    std::size_t argument, base::Instant since) const;

  // "n1>n2>n3": what the member sees, oldest first; "-" if it has not joined.
  std::string view(std::uint32_t number) const;
  // "n1:n1>n2 | n2:n1>n2"
  std::string views(const std::vector<std::uint32_t>& numbers) const;

 private:
  void on_fact(const base::TraceEvent& fact) override { facts_.push_back(fact); }
  void on_operation(schemes::OperationId, const schemes::OperationResult& result) override {
    result_ = result;
  }
  bool await_result();

  LabOptions options_;
  scenarios::SimWorld world_;
  scenarios::ClusterId cluster_;
  std::vector<base::TraceEvent> facts_;
  std::optional<schemes::OperationResult> result_;
};

// A failed run_until in a test says what was seen instead.
std::string describe_all(const scenarios::Observation& observation);

}  // namespace splitscope::tests
