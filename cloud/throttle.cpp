#include "cloud/throttle.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace splitscope::cloud {

bool TokenBucket::take(base::Instant now) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - at_);
  if (seconds.count() > 0) {
    at_ += seconds;
    tokens_ = std::min<std::uint64_t>(
        size_.capacity, tokens_ + static_cast<std::uint64_t>(seconds.count()) * size_.refill);
  }
  if (tokens_ == 0) return false;
  --tokens_;
  return true;
}

void TokenBucket::resize(BucketSize size) {
  size_ = size;
  tokens_ = std::min<std::uint64_t>(tokens_, size.capacity);
}

BucketSize Throttle::size_of(const CallKind& kind) const {
  if (const auto own = sizes_.find(kind.action); own != sizes_.end()) return own->second;
  if (const auto all = sizes_.find(""); all != sizes_.end()) return all->second;
  if (kind.is_unfiltered) return {50, 10};
  return {100, 20};
}

bool Throttle::admits(std::string_view place, const CallKind& kind, base::Instant now) {
  // ECS calls of a category share one; each EC2 call has its own, and another for whole listings.
  const bool is_ecs = kind.service == "ecs";
  const std::string name =
      fmt::format("{}/{}/{}{}", place, kind.service, is_ecs ? "cluster resource read" : kind.action,
                  kind.is_unfiltered ? "/all" : "");
  auto found = buckets_.find(name);
  if (found == buckets_.end()) {
    if (buckets_.size() >= BucketsMax) return true;
    found = buckets_.emplace(name, TokenBucket(size_of(kind), now)).first;
  }
  found->second.resize(size_of(kind));
  return found->second.take(now);
}

void Throttle::set_size(std::string action, BucketSize size) {
  sizes_[std::move(action)] = size;
}

void Throttle::clear_size(const std::string& action) {
  sizes_.erase(action);
}

}  // namespace splitscope::cloud
