// Candidates from a fixed list of well-known addresses. Hides: ranges, default ports, name
// resolution, and what was learned at run time.
// Invariants: candidates() never holds one of our own addresses, nor one twice; the list's order
// comes first, then learned addresses in the order they were learned.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/env/environment.hpp"
#include "schemes/membership/address_rules.hpp"
#include "schemes/membership/discovery.hpp"
#include "schemes/membership/profile.hpp"

namespace splitscope::schemes {

struct WkaOptions {
  std::vector<AddressEntry> entries;
  // How long an address is kept after it was last learned; 0 = not at all (before 3.12.13).
  base::Duration retention{};
  bool keeps_joined_addresses = false;
  bool keeps_checking_addresses = false;
  // WSO2's listener: what joins later goes into the list for good; of what was there at our own
  // join only members whose host and port both differ from ours (bug B-1).
  bool wso2_listener_learns = false;
};

// From a cluster's configuration and its resolved settings. Error: an entry that is none, quoted.
// Without port auto-increment an entry without a port means the base port alone.
base::Result<WkaOptions> make_wka_options(const ClusterConfig& config, const Settings& settings);

class WkaDiscovery final : public Discovery, private env::ResolveHandler {
 public:
  static constexpr std::size_t LearnedCountMax = 1024;
  static constexpr std::size_t AddressesPerNameMax = 64;

  // `environment` outlives *this.
  WkaDiscovery(env::Environment environment, WkaOptions options);
  WkaDiscovery(const WkaDiscovery&) = delete;
  WkaDiscovery& operator=(const WkaDiscovery&) = delete;
  ~WkaDiscovery() override;

  void start(base::Endpoint self, CandidateHandler& handler) override;
  // A name that does not resolve has no addresses in that round, as in Hazelcast; others are not
  // held up longer than its resolver takes.
  void refresh() override;
  std::span<const base::Endpoint> candidates() const override { return candidates_.endpoints(); }
  // Beyond LearnedCountMax the one learned longest ago is dropped.
  void learn(base::Endpoint member, LearnedFrom from) override;
  void forget(base::Endpoint member) override;

  std::size_t learned_count() const { return learned_.size(); }

 private:
  enum class State : std::uint8_t { Idle, Resolving, Answering };
  struct Name {
    std::string text;
    std::vector<base::Ipv4> addresses;
    bool is_pending = false;
  };
  struct Learned {
    base::Endpoint endpoint;
    base::Instant kept_until;
  };

  void on_resolved(std::string_view name, env::ResolveOutcome outcome,
                   std::span<const base::Ipv4> addresses) override;
  void enter(State next);
  void on_timer();
  void rebuild();
  base::Instant keep_until(base::Endpoint member, LearnedFrom from) const;

  env::Environment environment_;
  WkaOptions options_;
  CandidateHandler* handler_ = nullptr;
  base::Endpoint self_;
  env::Timer timer_;  // answers from the event loop when no name has to be resolved
  State state_ = State::Idle;
  std::vector<Name> names_;  // each once, in the list's order
  std::size_t pending_count_ = 0;
  std::vector<Learned> learned_;  // in the order learned first
  CandidateList candidates_;
};

}  // namespace splitscope::schemes
