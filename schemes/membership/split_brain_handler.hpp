// Looks for other clusters and decides who merges into whom. Runs on the master, at fixed ticks
// from this node's own start: merge.first.run.delay, then each merge.next.run.delay (rule 12 of the
// recordings). The joiner finds the candidates; the decision is in merge_decision.hpp. After
// Hazelcast's SplitBrainHandler, AbstractJoiner and SplitBrainMergeValidationOp.
//
// The side that is to merge acts, the other does nothing; so a cluster heals only if the losing
// master finds the winner by its own search, or (5.3) was found by the winner before.
#pragma once

#include <optional>

#include "schemes/membership/join_manager.hpp"
#include "schemes/membership/joiner.hpp"
#include "schemes/membership/merge_decision.hpp"

namespace splitscope::schemes {

// What the handler asks of the node.
class MergeHost {
 public:
  virtual Joiner& joiner() = 0;
  virtual SplitBrainCheck split_brain_message() = 0;
  // The node is neither starting, nor merging, nor leaving.
  virtual bool may_search() const = 0;
  // This cluster gives itself up: tells all members, then goes itself.
  virtual void merge_into(base::Endpoint target) = 0;

 protected:
  ~MergeHost() = default;
};

class SplitBrainHandler final {
 public:
  // Members that name each other as master in a circle are followed no further than this.
  static constexpr std::uint32_t RedirectCountMax = 1;

  // All references outlive *this.
  SplitBrainHandler(env::Environment environment, const NodeConfig& config,
                    ConnectionManager& connections, MembershipManager& membership,
                    JoinManager& joins, MergeHost& host);
  SplitBrainHandler(const SplitBrainHandler&) = delete;
  SplitBrainHandler& operator=(const SplitBrainHandler&) = delete;

  // The ticks count from now.
  void start();
  void stop();
  // A search or check under way is given up, as the node leaves its cluster. The ticks go on.
  void reset();
  std::string_view state_name() const;

  // Asks the master at `target` about its cluster; the outcome goes to the joiner.
  void check(base::Endpoint target);
  void on_search_ended();

  void on_check(base::Endpoint from, const SplitBrainCheck& request);
  void on_answer(base::Endpoint from, const SplitBrainCheckAnswer& answer);
  void on_connected(base::Endpoint peer);
  void on_unreachable(base::Endpoint peer);

 private:
  enum class State : std::uint8_t {
    Idle,
    Searching,   // the joiner looks for candidates
    Connecting,  // to the one to be checked
    Checking,    // it was asked
  };
  void enter(State next);
  void on_tick();
  void on_timer();
  void send_check();
  void conclude(MergeCheck outcome);
  MergeDecision decide(const SplitBrainCheck& other);
  void act_on(const SplitBrainCheck& other, MergeDecision decision);
  void send_answer(base::Endpoint to, bool is_master, const SplitBrainCheck& cluster);
  bool may_search() const;

  env::Environment environment_;
  const NodeConfig& config_;
  ConnectionManager& connections_;
  MembershipManager& membership_;
  JoinManager& joins_;
  MergeHost& host_;
  env::Timer tick_timer_;
  env::Timer timer_;
  State state_ = State::Idle;
  base::Instant next_tick_{};
  base::Endpoint candidate_ = base::NoEndpoint;  // whom the joiner asked about
  base::Endpoint target_ = base::NoEndpoint;     // whom we ask: it, or the master that it named
  std::uint32_t redirect_count_ = 0;
  std::uint32_t round_ = 0;
  std::int32_t version_asked_ = 0;  // of our list when we asked
};

}  // namespace splitscope::schemes
