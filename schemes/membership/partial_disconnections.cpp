#include "schemes/membership/partial_disconnections.hpp"

#include <algorithm>

namespace splitscope::schemes {
namespace {

using Uuids = std::vector<base::Uuid>;

struct Edge {
  base::Uuid a;
  base::Uuid b;
};

bool holds(std::span<const base::Uuid> uuids, const base::Uuid& uuid) {
  return std::find(uuids.begin(), uuids.end(), uuid) != uuids.end();
}

// The smallest cover of all edges: of each edge one end goes. Both ends are tried, in drawn order.
class CoverSearch {
 public:
  CoverSearch(const std::vector<Edge>& edges, env::Random& random)
      : edges_(edges), random_(random) {}

  // Empty when it takes too long.
  Uuids run() {
    Uuids chosen;
    search(0, chosen);
    return steps_ > PartialDisconnections::StepsMax ? Uuids{} : best_;
  }

 private:
  void search(std::size_t from, Uuids& chosen) {
    if (++steps_ > PartialDisconnections::StepsMax) return;
    if (has_best_ && chosen.size() >= best_.size()) return;
    std::size_t open = from;
    while (open < edges_.size() &&
           (holds(chosen, edges_[open].a) || holds(chosen, edges_[open].b))) {
      ++open;
    }
    if (open == edges_.size()) {
      best_ = chosen;
      has_best_ = true;
      return;
    }
    const bool first = random_.below(2) == 0;
    for (const bool take_a : {first, !first}) {
      chosen.push_back(take_a ? edges_[open].a : edges_[open].b);
      search(open + 1, chosen);
      chosen.pop_back();
    }
  }

  const std::vector<Edge>& edges_;
  env::Random& random_;
  Uuids best_;
  bool has_best_ = false;
  std::uint32_t steps_ = 0;
};

}  // namespace

void PartialDisconnections::update(base::Uuid member, std::span<const base::Uuid> lost,
                                   base::Instant now) {
  const std::size_t before = pairs_.size();
  std::erase_if(pairs_,
                [&](const Pair& pair) { return pair.by == member && !holds(lost, pair.lost); });
  bool changed = pairs_.size() != before;
  for (const base::Uuid& other : lost) {
    const auto is_known = [&](const Pair& pair) { return pair.by == member && pair.lost == other; };
    const auto is_told_already = [&](const Pair& pair) {
      return pair.by == other && pair.lost == member;
    };
    if (other == member || pairs_.size() == PairsMax) continue;
    if (std::any_of(pairs_.begin(), pairs_.end(), is_known)) continue;
    // The other end of a pair that is known is no news.
    changed |= std::none_of(pairs_.begin(), pairs_.end(), is_told_already);
    pairs_.push_back({member, other});
  }
  if (changed) changed_at_ = now;
}

void PartialDisconnections::forget(base::Uuid member) {
  std::erase_if(pairs_, [&](const Pair& pair) { return pair.by == member || pair.lost == member; });
}

std::vector<base::Uuid> PartialDisconnections::resolve(env::Random& random) {
  std::vector<Edge> edges;
  for (const Pair& pair : pairs_) edges.push_back({pair.by, pair.lost});
  pairs_.clear();
  return CoverSearch(edges, random).run();
}

}  // namespace splitscope::schemes
