// Real sockets as a world: a process a member, in the network namespaces of a lab. What its members
// are, ours or real Hazelcast, is a MemberKind. Time is CLOCK_MONOTONIC since the start and is not
// compressed; what is observed is what members report over their control sockets. Start reading at
// advance().
#pragma once

#include <map>
#include <set>

#include "engine/lab/interrupt.hpp"
#include "engine/sim/simulation.hpp"
#include "scenarios/kit/fault_book.hpp"
#include "scenarios/kit/run_books.hpp"
#include "scenarios/sockets/fact_merger.hpp"
#include "scenarios/sockets/socket_cluster.hpp"

namespace splitscope::scenarios {

struct SocketWorldOptions {
  std::uint64_t seed = 1;
  const MemberKind* kind = nullptr;  // what its members are; outlives the world
  base::Duration run_limit = std::chrono::hours{24};
  // Ends the run, inconclusive. May be null; outlives the world.
  const lab::Interrupt* interrupt = nullptr;
};

class SocketWorld final : public World,
                          private BooksHost,
                          private FaultHands,
                          private ClusterEvents {
 public:
  // `lab` outlives *this.
  SocketWorld(lab::Lab& lab, SocketWorldOptions options);
  ~SocketWorld() override;
  SocketWorld(const SocketWorld&) = delete;
  SocketWorld& operator=(const SocketWorld&) = delete;

  // --- World ---
  base::Result<void> set_network(const NetworkSpec& network) override {
    return cluster_.set_network(network);
  }
  base::Result<ClusterId> add_cluster(const ClusterSpec& spec) override;
  ClusterBounds bounds(ClusterId cluster) const override { return cluster_.bounds(cluster); }
  const ClusterSpec& spec(ClusterId cluster) const override { return cluster_.spec(cluster); }
  std::optional<base::NodeId> member(std::string_view name) const override {
    return books_.member(name);
  }
  void start(ClusterId cluster, const StartOptions& options) override;
  base::Result<FaultId> apply(const Fault& fault) override { return faults_.apply(fault); }
  void heal(FaultId fault) override { faults_.heal(fault); }
  Effect effect(FaultId fault) const override { return faults_.effect(fault); }
  const std::vector<AppliedFault>& faults() const override { return faults_.faults(); }
  base::Instant now() const override { return lab_.clock().now(); }
  bool run_for(base::Duration duration) override;
  bool run_until(const Condition& condition, base::Duration deadline) override;
  const Observation& observation() const override { return books_.observation(); }
  const Counters& counters() const override { return books_.counters(); }
  void keep_history() override { books_.keep_history(); }
  const History* history() const override { return books_.history(); }
  void add_trigger(const TriggerSpec& spec, std::function<void()> action) override;
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
  base::Prng& script_random() override { return script_random_; }
  void note(std::string text) override { books_.note(std::move(text)); }

  // --- beyond the script ---

  // Runs until all monitors are decided, then closes the books. Once.
  RunRecord finish();
  // Facts go there too, merged and numbered, a moment after they happened. Outlives the world.
  void add_fact_listener(sim::FactListener& listener) { listeners_.push_back(&listener); }
  // Outlives the world.
  void set_availability_listener(AvailabilityListener& listener) {
    books_.set_availability_listener(&listener);
  }
  const std::vector<std::string>& notes() const { return books_.notes(); }

 private:
  // Message rules of one fault, at the members that carry them out.
  struct MessageRule {
    FaultId fault;
    std::string request;
    Members receivers;
    bool in_force = true;
    std::map<base::NodeId, std::uint64_t> touched;  // of the present lives
    std::uint64_t touched_before = 0;               // of lives that are over
  };

  // What was done to a machine, and outlives the lives of its member.
  struct Disturbed {
    base::Duration wall_offset{};
    std::int64_t drift_ppb = 0;
    base::Instant drift_since{};
    base::Duration service_time{};
    base::Duration gained(base::Instant at) const;  // by drift
  };

  // --- BooksHost ---
  void fill(base::NodeId node, MemberState& state) const override { cluster_.fill(node, state); }
  std::uint64_t messages_sent(const std::string& type) const override;

  // --- ClusterEvents ---
  void on_member_fact(const base::TraceEvent& fact) override;
  void on_member_message(base::NodeId node, std::uint16_t type) override {
    books_.take_message(type, node);
  }
  void on_member_state(base::NodeId node) override;
  void on_member_ended(base::NodeId node, lab::ExitStatus status, std::string words) override;
  void on_member_reached(base::NodeId node) override;
  void on_answer(base::NodeId node, const MemberLink::Asked& asked, std::string_view line) override;

  // --- FaultHands, in socket_world_faults.cpp ---
  void announce(base::EventKind kind, FaultId fault, std::uint64_t detail) override;
  net::RuleId install_rule(net::PacketRule rule) override;
  void remove_rule(net::RuleId rule) override { lab_.network().remove(rule); }
  net::RuleEffect rule_effect(net::RuleId rule) const override;
  base::Ipv4 address(base::NodeId node) const override { return cluster_.address(node); }
  base::Result<void> install_message_rule(FaultId id, const Fault& fault) override;
  void remove_message_rule(FaultId id) override;
  std::uint64_t messages_touched(FaultId id) const override;
  base::Result<void> check_act(const Fault& fault) const override;
  base::Result<void> act(const Fault& fault, base::NodeId node, Effect& touched) override;
  void undo(const Fault& fault, base::NodeId node) override;
  base::Result<void> act_on_settings(const Fault& fault, base::NodeId node, Effect& touched);
  void step_clock(base::NodeId node, base::Duration step, Effect& touched);
  void drift_clock(base::NodeId node, std::int64_t parts_per_billion, Effect& touched);
  void slow_down(base::NodeId node, base::Duration service_time, Effect& touched);
  // What a new life of the member finds.
  void disturb_anew(base::NodeId node);
  void ask_to_watch(base::NodeId node, std::uint16_t type, bool from_start);
  void on_watch_begun(base::NodeId node, std::uint64_t type, std::string_view line);
  void pause(base::NodeId node);
  void resume(base::NodeId node);
  void ask_for_counts(base::NodeId node);
  void on_rule_counts(base::NodeId node, std::string_view line);

  bool advance(base::Instant limit, const Condition* condition);
  void pass_time(base::Instant limit);
  bool must_end();
  // Into the books, where times never fall.
  void book(base::TraceEvent fact);
  // A fact of the world's own, about a member or the run.
  void tell(base::EventKind kind, base::NodeId node, std::array<std::uint64_t, 4> arguments);
  void pass_on(const std::vector<base::TraceEvent>& facts);
  void start_later(base::NodeId node, base::Duration delay);
  base::Result<void> start_member(base::NodeId node);
  // Asks running members what they have counted, and waits for their answers a moment.
  void collect_counts();

  lab::Lab& lab_;
  SocketWorldOptions options_;
  RunBooks books_;
  FaultBook faults_;
  SocketCluster cluster_;
  FactMerger merger_;
  std::vector<sim::FactListener*> listeners_;
  std::vector<MessageRule> message_rules_;
  std::set<std::uint16_t> watched_;  // types that triggers wait for
  std::map<base::NodeId, Disturbed> disturbed_;
  std::set<std::pair<base::NodeId, base::Incarnation>> said_goodbye_;
  // By life: what it has sent so far, as it said last.
  std::map<std::pair<base::NodeId, base::Incarnation>, std::map<std::string, MessageCount>> sent_;
  base::Instant last_fact_at_{};  // of those that the books have
  base::Instant counts_asked_at_{};
  bool counts_wanted_ = false;  // while the script watches them
  base::Prng script_random_;
  std::optional<base::Instant> interrupted_at_;
  bool finished_ = false;
};

}  // namespace splitscope::scenarios
