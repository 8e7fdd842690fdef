// The members that a node watches, and what it heard of each. Pure. Hides how one is found among
// thousands whose heartbeats come in no order: every heartbeat pays for that, and the entry is as a
// rule in no cache. Invariant: in order of endpoint, none twice.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/endpoint.hpp"
#include "schemes/membership/failure_detector.hpp"
#include "schemes/membership/members_view.hpp"

namespace splitscope::schemes {

// Within one cache line.
struct alignas(64) Watched {
  base::Endpoint endpoint;
  base::Uuid uuid;
  Heard heard;
};

class WatchList {
 public:
  static constexpr std::uint32_t SizeMax = MembersView::SizeMax;

  // The node itself, which is not in its list: neighbours have addresses in a row, with one place
  // left out for it. Only the cost of finding depends on it.
  void set_owner(base::Ipv4 owner) { owner_ = owner; }

  // Precondition: size() < SizeMax. Its place in the order of endpoints.
  void add(Watched watched);
  void remove(const base::Uuid& uuid);
  void clear() { all_.clear(); }

  // nullptr: it is not watched. Good until the next change.
  Watched* find(base::Endpoint endpoint);
  // One at that address is looked for soon. Changes nothing.
  [[gnu::always_inline]] inline void expect(base::Ipv4 address) const {
    const std::uint32_t guess = guess_of(address);
    if (guess < all_.size()) __builtin_prefetch(&all_.data()[guess]);
  }

  bool is_empty() const { return all_.empty(); }
  std::uint32_t size() const { return static_cast<std::uint32_t>(all_.size()); }
  // Precondition: index < size().
  Watched& operator[](std::uint32_t index) { return all_[index]; }

 private:
  std::uint32_t guess_of(base::Ipv4 address) const {
    const bool skips_owner = owner_ > first_ && owner_ < address;
    return address.value - first_.value - (skips_owner ? 1 : 0);
  }

  std::vector<Watched> all_;
  base::Ipv4 first_;  // the address of the first one; here, since that one may be in no cache
  base::Ipv4 owner_;
};

}  // namespace splitscope::schemes
