// Members that lost each other while the master sees both, and whom the master drops so that all
// others are fully connected. After Hazelcast's PartialDisconnectionHandler (4.1 and later, off by
// default). Invariant: nobody is disconnected from itself.
#pragma once

#include <span>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"
#include "engine/env/random.hpp"

namespace splitscope::schemes {

class PartialDisconnections {
 public:
  static constexpr std::size_t PairsMax = 1'000;
  // Of the search; beyond it nobody is dropped, as when Hazelcast's runs out of time.
  static constexpr std::uint32_t StepsMax = 20'000;

  // How long nothing may have changed before the master acts; 0 = off.
  explicit PartialDisconnections(base::Duration stable_for) : stable_for_(stable_for) {}

  bool is_on() const { return stable_for_ > base::Duration::zero(); }
  // A member says whom it lost; nobody is news too.
  void update(base::Uuid member, std::span<const base::Uuid> lost, base::Instant now);
  void forget(base::Uuid member);
  void clear() { pairs_.clear(); }

  bool is_due(base::Instant now) const {
    return is_on() && !pairs_.empty() && now - changed_at_ >= stable_for_;
  }
  // Fewest members without whom no two are apart; drawn where there is a choice. Forgets all pairs.
  std::vector<base::Uuid> resolve(env::Random& random);

 private:
  struct Pair {
    base::Uuid by;  // who said so
    base::Uuid lost;
  };

  base::Duration stable_for_;
  base::Instant changed_at_{};
  std::vector<Pair> pairs_;
};

}  // namespace splitscope::schemes
