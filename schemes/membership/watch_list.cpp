#include "schemes/membership/watch_list.hpp"

#include <algorithm>
#include <utility>

#include "engine/base/assert.hpp"

namespace splitscope::schemes {
namespace {

bool is_watched_before(const Watched& watched, const base::Endpoint& endpoint) {
  return watched.endpoint < endpoint;
}

}  // namespace

void WatchList::add(Watched watched) {
  SPLITSCOPE_ASSERT(all_.size() < SizeMax);
  const auto place =
      std::lower_bound(all_.begin(), all_.end(), watched.endpoint, is_watched_before);
  all_.insert(place, std::move(watched));
  first_ = all_.front().endpoint.address;
}

void WatchList::remove(const base::Uuid& uuid) {
  std::erase_if(all_, [&uuid](const Watched& watched) { return watched.uuid == uuid; });
  if (!all_.empty()) first_ = all_.front().endpoint.address;
}

Watched* WatchList::find(base::Endpoint endpoint) {
  const std::uint32_t guess = guess_of(endpoint.address);
  if (guess < all_.size() && all_[guess].endpoint == endpoint) [[likely]] {
    return &all_[guess];
  }
  const auto found = std::lower_bound(all_.begin(), all_.end(), endpoint, is_watched_before);
  return found != all_.end() && found->endpoint == endpoint ? &*found : nullptr;
}

}  // namespace splitscope::schemes
