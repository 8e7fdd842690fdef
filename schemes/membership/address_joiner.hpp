// Joins by asking addresses, whatever discovery they come from (Hazelcast's TcpIpJoiner, which its
// DiscoveryJoiner extends).
//
// join(): each second every address that is not blacklisted is asked who is master, and a master
// once known is sent a JoinRequest. After the connection timeout of the tcp-ip configuration one
// such round is over: if all addresses are blacklisted the node founds its own cluster; if it is
// the smallest by hash of those it is connected to it asks all for their vote; else it goes round
// again, until max.join.seconds are over. An address that accepts connections and never answers
// therefore holds a joiner up for all that time, as it does with Hazelcast.
#pragma once

#include <vector>

#include "engine/env/environment.hpp"
#include "schemes/membership/joiner.hpp"

namespace splitscope::schemes {

class AddressJoiner final : public Joiner, private CandidateHandler {
 public:
  static constexpr std::size_t BlacklistSizeMax = 8192;
  // What a sleep of a second lasts longer on a busy machine: drawn up to this. It decides whether a
  // request comes just before or just after the master's join window ends (rule 2 of the
  // recordings).
  static constexpr base::Duration OversleepMax = std::chrono::milliseconds{1};

  // A discovery that found nobody is asked again while wait.seconds.before.join last: first after
  // the shortest wait, then after twice as long each time, and after five times at the longest
  // (DiscoveryJoiner, BackoffIdleStrategy). Recorded: 11 to 14 questions.
  static constexpr base::Duration DiscoveryIdleMin = std::chrono::milliseconds{10};
  static constexpr base::Duration DiscoveryIdleDoubledMax = std::chrono::milliseconds{160};
  static constexpr base::Duration DiscoveryIdleMax = std::chrono::milliseconds{500};

  // `environment` outlives *this. `required` is hazelcast.xml's required-member: if set, it alone
  // is tried.
  AddressJoiner(env::Environment environment, std::unique_ptr<Discovery> discovery, JoinerKind kind,
                std::optional<base::Endpoint> required = std::nullopt);

  JoinerKind kind() const override { return kind_; }
  void start(JoinerHost& host) override;
  void join(std::optional<base::Endpoint> target) override;
  void stop() override;
  void on_joined() override;
  void on_master_known(base::Endpoint master) override;
  void on_unreachable(base::Endpoint peer) override;
  void on_connected(base::Endpoint peer) override;
  void blacklist(base::Endpoint peer, bool permanent) override;
  bool vote(base::Endpoint candidate) override;
  void on_vote(base::Endpoint voter, std::uint32_t round, bool yes) override;
  void search() override;
  void on_merge_checked(base::Endpoint target, MergeCheck outcome) override;
  void learn(base::Endpoint endpoint, LearnedFrom from) override;
  std::string_view state_name() const override;

 private:
  enum class State : std::uint8_t {
    Idle,
    Targeting,  // knocking at one address: a merge target or the required member
    Resolving,  // waiting for the discovery's candidates, to join
    Asking,     // who is master?
    Claiming,   // waiting for votes
    Listing,    // waiting for the candidates, to search
    Searching,  // asking other masters, one after another
  };
  struct Blacklisted {
    base::Endpoint endpoint;
    bool permanent = false;
  };
  struct Ballot {
    base::Endpoint voter;
    bool answered = false;
  };

  void on_candidates(std::span<const base::Endpoint> candidates) override;
  void on_discovery_failed() override;
  // True if the discovery is to be asked again rather than taken at its word.
  bool ask_again_later();
  void enter(State next);
  void on_timer();
  void sleep(base::Duration duration);
  void end_join();

  void target_once();
  void begin_round();
  void ask_once();
  void end_round();
  void begin_claim();
  void end_claim(bool won);
  void check_next();

  bool is_blacklisted(base::Endpoint endpoint) const;
  bool all_blacklisted() const;
  bool is_time_over() const;
  std::vector<base::Endpoint> open_candidates() const;

  env::Environment environment_;
  std::unique_ptr<Discovery> discovery_;
  JoinerKind kind_;
  std::optional<base::Endpoint> required_;
  JoinerHost* host_ = nullptr;
  env::Timer timer_;
  State state_ = State::Idle;

  base::Endpoint target_ = base::NoEndpoint;
  bool target_is_all_ = false;  // the required member: nothing else is tried
  base::Instant join_started_{};
  base::Duration discovery_idle_{};
  base::Duration join_limit_{};
  base::Instant round_started_{};
  std::uint32_t join_calls_ = 0;
  std::vector<base::Endpoint> candidates_;  // of this join or search
  std::vector<Blacklisted> blacklist_;
  std::uint32_t claim_round_ = 0;
  std::vector<Ballot> ballots_;
  std::size_t search_position_ = 0;
};

}  // namespace splitscope::schemes
