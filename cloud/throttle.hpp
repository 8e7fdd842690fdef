// Token buckets of the control plane: one for each account, region and kind of call. Whole tokens
// are added every second. Source: the EC2 and ECS documentation of request throttling.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "engine/base/time.hpp"

namespace splitscope::cloud {

struct BucketSize {
  std::uint32_t capacity = 100;
  std::uint32_t refill = 20;  // a second
  friend bool operator==(const BucketSize&, const BucketSize&) = default;
};

class TokenBucket {
 public:
  // Full.
  TokenBucket(BucketSize size, base::Instant now) : size_(size), tokens_(size.capacity), at_(now) {}
  // Takes a token; false if there is none. `now` never falls.
  bool take(base::Instant now);
  // Keeps what it has, up to the new capacity.
  void resize(BucketSize size);

 private:
  BucketSize size_;
  std::uint64_t tokens_;
  base::Instant at_;  // of the last refill
};

// What draws on which bucket.
struct CallKind {
  std::string_view service;  // "ec2", "ecs"
  std::string_view action;
  bool is_unfiltered = false;  // a listing of everything, in one page
};

class Throttle {
 public:
  static constexpr std::size_t BucketsMax = 4096;

  // `place` is account and region. Beyond BucketsMax no call is throttled.
  bool admits(std::string_view place, const CallKind& kind, base::Instant now);
  // All buckets of that action (empty: of every action) have this size from now on; the default
  // again with clear_size().
  void set_size(std::string action, BucketSize size);
  void clear_size(const std::string& action);

 private:
  BucketSize size_of(const CallKind& kind) const;
  std::map<std::string, BucketSize, std::less<>> sizes_;  // by action
  std::map<std::string, TokenBucket, std::less<>> buckets_;
};

}  // namespace splitscope::cloud
