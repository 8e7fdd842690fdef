// Joins by asking a multicast group (Hazelcast's MulticastJoiner and its listeners).
//
// join(): multicasts a JoinRequest every 50 to 200 ms. A master of the same cluster that hears it
// multicasts an answer, which every joiner hears; the joiner then knocks at it by connection each
// second. When all tries are used up the node founds its own cluster: without a word if the network
// carries no multicast at all.
// search(): a master multicasts what its cluster is, and looks through what other masters said
// since, the latest first, until 3 s bring nothing more.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "engine/env/environment.hpp"
#include "schemes/membership/joiner.hpp"
#include "schemes/multicast/multicast_codec.hpp"
#include "schemes/multicast/multicast_rules.hpp"

namespace splitscope::schemes {

struct MulticastJoinerOptions {
  MulticastConfig multicast;
  std::uint16_t base_port = 5701;  // where port auto-increment begins
};

class MulticastJoiner final : public Joiner, private env::DatagramHandler {
 public:
  static constexpr std::size_t BlacklistSizeMax = 8192;
  // What a sleep of a second lasts longer on a busy machine: drawn up to this.
  static constexpr base::Duration OversleepMax = std::chrono::milliseconds{1};

  // `environment` outlives *this.
  MulticastJoiner(env::Environment environment, MulticastJoinerOptions options);
  MulticastJoiner(const MulticastJoiner&) = delete;
  MulticastJoiner& operator=(const MulticastJoiner&) = delete;
  ~MulticastJoiner() override { stop(); }

  JoinerKind kind() const override { return JoinerKind::Multicast; }
  std::string_view state_name() const override;
  void start(JoinerHost& host) override;
  void join(std::optional<base::Endpoint> target) override;
  // Leaves the group too: a node that shuts down answers nobody. join() enters it again.
  void stop() override;
  void on_joined() override;
  void on_master_known(base::Endpoint master) override;
  void on_unreachable(base::Endpoint peer) override;
  void blacklist(base::Endpoint peer, bool permanent) override;
  // Always no: only joiners by address vote.
  bool vote(base::Endpoint candidate) override;
  void on_vote(base::Endpoint voter, std::uint32_t round, bool yes) override;
  void search() override;
  void on_merge_checked(base::Endpoint target, MergeCheck outcome) override;
  // Nothing to keep: the group is always asked.
  void learn(base::Endpoint endpoint, LearnedFrom from) override;

  // Datagrams that were no message of ours, or of another cluster.
  std::uint64_t malformed_count() const { return malformed_count_; }
  std::uint64_t stranger_count() const { return stranger_count_; }

 private:
  enum class State : std::uint8_t {
    Idle,
    Knocking,   // at a master, by connection
    Asking,     // the group: who is master?
    Listening,  // a search: for what other masters say
    Checking,   // a search: the node asks one of them
  };

  void on_datagram(base::Endpoint from, const base::Message& datagram) override;
  void on_request(const JoinRequest& request);
  void on_master_heard(const JoinMessage& master);
  void on_announcement(const SplitBrainCheck& announcement);
  bool is_of_our_cluster(const JoinMessage& from);

  void enter(State next);
  void on_timer();
  void sleep(base::Duration duration);
  void enter_group();
  env::MulticastOptions group() const;
  void multicast(const base::Message& datagram);

  void find_master();
  void ask_once();
  void knock_at(base::Endpoint master);
  void knock_once();
  void found_cluster();
  void end_join();
  void announce();
  void check_next();
  bool is_blacklisted(base::Endpoint endpoint) const;

  env::Environment environment_;
  MulticastJoinerOptions options_;
  JoinerHost* host_ = nullptr;
  env::Timer timer_;
  State state_ = State::Idle;
  bool is_in_group_ = false;
  std::optional<TryBudget> budget_;  // known once our port is
  AnnouncementStack announcements_;
  std::vector<base::Endpoint> blacklist_;  // of this join
  base::Instant join_started_{};
  base::Instant knock_started_{};
  base::Endpoint knocked_at_;  // by the last knock
  std::uint32_t join_calls_ = 0;
  std::uint64_t malformed_count_ = 0;
  std::uint64_t stranger_count_ = 0;
};

}  // namespace splitscope::schemes
