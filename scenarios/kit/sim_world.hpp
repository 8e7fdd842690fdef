// The deterministic simulator as a world. One object is one run; as many run side by side as there
// are threads. Start reading at advance(): events run until something observed changes, then
// conditions, monitors, triggers and the agenda are looked at, between events.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/kit/invariants.hpp"
#include "scenarios/kit/metrics.hpp"
#include "scenarios/kit/monitors.hpp"
#include "scenarios/kit/run_spec.hpp"
#include "scenarios/kit/schedule.hpp"
#include "scenarios/kit/sim_cluster.hpp"

namespace splitscope::scenarios {

// Of a world, not of a script.
struct SimWorldOptions {
  std::uint64_t seed = 1;
  std::vector<Intervention> interventions;  // in order of their moment
  base::Duration run_limit = std::chrono::hours{24};
  schemes::PlantedBugs planted_bugs;  // tests only
  bool check_invariants = true;
};

// A run that is over.
struct RunRecord {
  Verdict verdict = Verdict::Pass;
  std::vector<std::string> reasons;  // why it is not a pass, in words
  std::vector<Expectation> expectations;
  std::vector<AppliedFault> faults;
  std::vector<Violation> violations;
  RunMetrics metrics;
  std::map<std::string, MessageCount> messages;  // sent, by type
  std::uint64_t digest = 0;
  std::uint64_t events = 0;
  base::Instant ended_at{};
};

// Fills in verdict and reasons: a broken invariant or a missed expectation fails; a fault without
// effect, or a doubt that was declared, makes it inconclusive.
void judge(RunRecord& record, const std::vector<std::string>& inconclusive,
           const Observation& observation);

class SimWorld final : public World,
                       private sim::FactListener,
                       private Counters,
                       private MemberDirectory {
 public:
  explicit SimWorld(SimWorldOptions options);
  ~SimWorld() override;
  SimWorld(const SimWorld&) = delete;
  SimWorld& operator=(const SimWorld&) = delete;

  // --- World ---
  base::Result<void> set_network(const NetworkSpec& network) override;
  base::Result<ClusterId> add_cluster(const ClusterSpec& spec) override;
  ClusterBounds bounds(ClusterId cluster) const override;
  const ClusterSpec& spec(ClusterId cluster) const override;
  std::optional<base::NodeId> member(std::string_view name) const override;
  void start(ClusterId cluster, const StartOptions& options) override;
  base::Result<FaultId> apply(const Fault& fault) override;
  void heal(FaultId fault) override;
  Effect effect(FaultId fault) const override;
  const std::vector<AppliedFault>& faults() const override;
  base::Instant now() const override { return cluster_.simulation().now(); }
  bool run_for(base::Duration duration) override;
  bool run_until(const Condition& condition, base::Duration deadline) override;
  const Observation& observation() const override { return observation_; }
  const Counters& counters() const override { return *this; }
  void add_trigger(const TriggerSpec& spec, std::function<void()> action) override;
  std::uint32_t add_monitor(const MonitorSpec& spec) override;
  void name_expectation(std::uint32_t index, std::string words, std::uint32_t line) override {
    monitors_.name(index, std::move(words), line);
  }
  void expect(bool met, std::string words, std::uint32_t line, std::string seen) override;
  void declare_inconclusive(std::string why) override;
  base::Prng& script_random() override { return script_random_; }
  void note(std::string text) override { notes_.push_back(std::move(text)); }

  // --- beyond the script ---

  // The measured window begins at `begin` at the latest (it begins at the first fault otherwise)
  // and finish() runs on to its end. Without this the window ends where the script and its monitors
  // do.
  void set_window(base::Duration length) { window_length_ = length; }
  // Runs until all monitors are decided and the window is over, then closes the books. Once.
  RunRecord finish();

  // Facts go there too, from now on. Must outlive the world.
  void add_fact_listener(sim::FactListener& listener) {
    cluster_.simulation().add_listener(listener);
  }
  SimCluster& cluster() { return cluster_; }
  const std::vector<std::string>& notes() const { return notes_; }
  std::uint64_t digest() const { return cluster_.simulation().digest().value(); }

 private:
  // What an applied fault set in motion, and what it touched.
  struct ActiveFault {
    std::vector<net::RuleId> rules;  // all it ever installed, for the effect
    std::vector<net::RuleId> in_force;
    bool blocks = false;  // pairs are blocked in the observation now
    bool healed = false;
    std::uint64_t processes = 0;
    std::uint64_t hosts = 0;
    std::uint64_t clocks = 0;
  };
  struct Trigger {
    TriggerSpec spec;
    std::function<void()> action;
    std::uint32_t seen = 0;
    std::uint16_t message_type = 0;
    bool fired = false;
    bool was_true = false;
  };

  // --- sim::FactListener, Counters, MemberDirectory ---
  void on_fact(const base::TraceEvent& fact) override;
  std::uint64_t messages_sent(const std::string& type) const override;
  std::uint64_t agreement_availability_ppm() const override;
  base::NodeId node_at(base::Endpoint endpoint) const override;
  void on_message_sent(std::uint16_t type, base::NodeId from) override;

  // Lets time pass to `limit`, or until `condition` holds; true if it came to hold.
  bool advance(base::Instant limit, const Condition* condition);
  // Looks at all that waits between events; again until nothing new comes of it.
  void settle();
  void absorb_facts();
  void absorb_fact(const base::TraceEvent& fact);
  void observe(base::NodeId node);
  void after_change();
  void run_triggers(const base::TraceEvent* fact);
  void fire(Trigger& trigger);
  base::Instant next_own_moment() const;
  void run_events(base::Instant limit);
  void intervene_if_due();
  bool must_end() const;

  // --- faults, in sim_world_faults.cpp ---
  base::Result<void> carry_out(FaultId id, const Fault& fault);
  base::Result<void> act_on_members(FaultId id, const Fault& fault);
  void act_on_member(FaultId id, const Fault& fault, base::NodeId node);
  void act_on_settings(FaultId id, const Fault& fault, base::NodeId node);
  base::Result<void> install_message_rule(FaultId id, const Fault& fault);
  void install_packet_rules(FaultId id, const Fault& fault);
  void set_blocked(FaultId id, const Fault& fault, bool blocked);
  void start_flapping(FaultId id, base::Instant until_change);
  void start_later(base::NodeId node, base::Duration delay);
  void start_member(base::NodeId node);

  SimWorldOptions options_;
  Observation observation_;
  MetricsRecorder metrics_;
  Invariants invariants_;
  Monitors monitors_;
  MessageFaults message_faults_;
  SimCluster cluster_;
  Schedule agenda_;

  std::vector<AppliedFault> faults_;
  std::vector<std::unique_ptr<ActiveFault>> active_;
  std::vector<std::unique_ptr<Trigger>> triggers_;
  std::vector<base::TraceEvent> facts_;    // since the last settle
  std::vector<std::size_t> due_triggers_;  // message triggers that matched
  std::size_t next_intervention_ = 0;
  std::vector<std::string> notes_;
  std::vector<std::string> inconclusive_;
  base::Prng script_random_;
  std::optional<base::Duration> window_length_;
  std::optional<base::Instant> window_begin_;
  bool changed_ = false;
  bool finished_ = false;
};

}  // namespace splitscope::scenarios
