#include "cloud/throttle.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using namespace splitscope;
using namespace splitscope::cloud;

TEST_CASE("throttle: whole tokens come every second, and never more than fit", "[cloud]") {
  TokenBucket bucket({.capacity = 3, .refill = 2}, base::RunStart);
  for (int i = 0; i < 3; ++i) CHECK(bucket.take(base::RunStart));
  CHECK_FALSE(bucket.take(base::RunStart + 999ms));
  CHECK(bucket.take(base::RunStart + 1s));
  CHECK(bucket.take(base::RunStart + 1s));
  CHECK_FALSE(bucket.take(base::RunStart + 1900ms));
  for (int i = 0; i < 3; ++i) CHECK(bucket.take(base::RunStart + 1h));
  CHECK_FALSE(bucket.take(base::RunStart + 1h));
}

TEST_CASE("throttle: accounts, regions and actions do not draw on each other", "[cloud]") {
  Throttle throttle;
  throttle.set_size("", {.capacity = 1, .refill = 0});
  CHECK(throttle.admits("a/r1", {"ec2", "A"}, {}));
  CHECK(throttle.admits("a/r2", {"ec2", "A"}, {}));
  CHECK(throttle.admits("a/r1", {"ec2", "B"}, {}));
  CHECK_FALSE(throttle.admits("a/r1", {"ec2", "A"}, {}));
  // ECS calls of one category do.
  CHECK(throttle.admits("a/r1", {"ecs", "ListTasks"}, {}));
  CHECK_FALSE(throttle.admits("a/r1", {"ecs", "DescribeTasks"}, {}));
}

TEST_CASE("throttle: beyond its buckets it lets pass", "[cloud]") {
  Throttle throttle;
  throttle.set_size("", {.capacity = 0, .refill = 0});
  for (std::size_t i = 0; i < Throttle::BucketsMax; ++i) {
    REQUIRE_FALSE(throttle.admits(std::to_string(i), {"ec2", "A"}, {}));
  }
  CHECK(throttle.admits("one more", {"ec2", "A"}, {}));
}
