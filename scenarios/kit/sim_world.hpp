// The deterministic simulator as a world. One object is one run; as many run side by side as there
// are threads. Start reading at advance(): events run until something observed changes, then
// conditions, monitors, triggers and the agenda are looked at, between events.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/kit/fault_book.hpp"
#include "scenarios/kit/run_books.hpp"
#include "scenarios/kit/run_spec.hpp"
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

class SimWorld final : public World,
                       private sim::FactListener,
                       private BooksHost,
                       private FaultHands,
                       private HeldValues,
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
  base::Result<void> probe(ClusterId cluster, const ProbePlan& plan) override;
  base::Result<FaultId> apply(const Fault& fault) override { return faults_.apply(fault); }
  void heal(FaultId fault) override { faults_.heal(fault); }
  Effect effect(FaultId fault) const override { return faults_.effect(fault); }
  const std::vector<AppliedFault>& faults() const override { return faults_.faults(); }
  base::Instant now() const override { return cluster_.simulation().now(); }
  bool run_for(base::Duration duration) override;
  bool run_until(const Condition& condition, base::Duration deadline) override;
  const Observation& observation() const override { return books_.observation(); }
  const Counters& counters() const override { return books_.counters(); }
  void keep_history() override { books_.keep_history(); }
  const History* history() const override { return books_.history(); }
  void add_trigger(const TriggerSpec& spec, std::function<void()> action) override {
    books_.add_trigger(spec, std::move(action));
  }
  std::uint32_t add_monitor(const MonitorSpec& spec) override { return books_.add_monitor(spec); }
  void name_expectation(std::uint32_t index, std::string words, std::uint32_t line) override {
    books_.name_expectation(index, std::move(words), line);
  }
  void expect(bool met, std::string words, std::uint32_t line, std::string seen) override {
    books_.expect(met, std::move(words), line, std::move(seen));
  }
  void declare_inconclusive(std::string why) override {
    books_.declare_inconclusive(std::move(why));
  }
  CloudCalls cloud_calls(std::string_view action) const override;
  base::Prng& script_random() override { return script_random_; }
  void note(std::string text) override { books_.note(std::move(text)); }

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
  // Must outlive the world.
  void set_availability_listener(AvailabilityListener& listener) {
    books_.set_availability_listener(&listener);
  }
  SimCluster& cluster() { return cluster_; }
  ClientLedger& clients() { return books_.clients(); }
  const ClientLedger& clients() const { return books_.clients(); }
  const std::vector<std::string>& notes() const { return books_.notes(); }
  std::uint64_t digest() const { return cluster_.simulation().digest().value(); }

 private:
  // --- sim::FactListener, BooksHost, MemberDirectory ---
  void on_fact(const base::TraceEvent& fact) override;
  void fill(base::NodeId node, MemberState& state) const override { cluster_.fill(node, state); }
  std::uint64_t messages_sent(const std::string& type) const override;
  // --- HeldValues ---
  std::vector<std::uint64_t> values_of(std::uint64_t key) const override;
  base::NodeId node_at(base::Endpoint endpoint) const override;
  void on_message_sent(std::uint16_t type, base::NodeId from) override;

  // --- FaultHands, in sim_world_faults.cpp ---
  void announce(base::EventKind kind, FaultId fault, std::uint64_t detail) override;
  net::RuleId install_rule(net::PacketRule rule) override;
  void remove_rule(net::RuleId rule) override { cluster_.network().remove(rule); }
  net::RuleEffect rule_effect(net::RuleId rule) const override;
  base::Ipv4 address(base::NodeId node) const override { return cluster_.address(node); }
  base::Result<void> install_message_rule(FaultId id, const Fault& fault) override;
  void remove_message_rule(FaultId id) override;
  std::uint64_t messages_touched(FaultId id) const override;
  base::Result<void> install_cloud_fault(FaultId id, const Fault& fault) override;
  void remove_cloud_fault(FaultId id) override;
  std::uint64_t calls_touched(FaultId id) const override;
  base::Result<void> check_act(const Fault& fault) const override;
  base::Result<void> act(const Fault& fault, base::NodeId node, Effect& touched) override;
  void undo(const Fault& fault, base::NodeId node) override;

  void act_on_settings(const Fault& fault, base::NodeId node, Effect& touched);
  // Lets time pass to `limit`, or until `condition` holds; true if it came to hold.
  bool advance(base::Instant limit, const Condition* condition);
  void run_events(base::Instant limit);
  base::Instant next_own_moment() const;
  void intervene_if_due();
  bool must_end() const;
  void start_later(base::NodeId node, base::Duration delay);
  void start_member(base::NodeId node);

  SimWorldOptions options_;
  MessageFaults message_faults_;
  // Members tell these as long as they live.
  RunBooks books_;
  FaultBook faults_;
  SimCluster cluster_;
  std::map<FaultId, cloud::FaultNumber> cloud_faults_;
  std::uint32_t fault_cause_ = 0;  // the fact of the fault that is being applied
  std::size_t next_intervention_ = 0;
  base::Prng script_random_;
  std::optional<base::Duration> window_length_;
  bool has_probes_ = false;
  bool finished_ = false;
};

}  // namespace splitscope::scenarios
