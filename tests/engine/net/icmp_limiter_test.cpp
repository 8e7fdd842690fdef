#include "engine/net/icmp_limiter.hpp"

#include <catch2/catch.hpp>

using namespace splitscope;
using namespace std::chrono_literals;
using net::IcmpLimiter;

namespace {

base::Instant at(base::Duration since_start) {
  return base::RunStart + since_start;
}

}  // namespace

TEST_CASE("icmp limiter: six at once, then one a second (rules 7 and 30)", "[engine][net]") {
  IcmpLimiter limiter;
  for (int i = 0; i < 6; ++i) CHECK(limiter.may_answer(at(1s)));
  CHECK_FALSE(limiter.may_answer(at(1s)));
  CHECK(limiter.may_answer(at(2s)));
  CHECK_FALSE(limiter.may_answer(at(2900ms)));
}

TEST_CASE(
    "icmp limiter: a router without a route answers twice, then after pauses of two seconds "
    "(rule 11)",
    "[engine][net]") {
  IcmpLimiter limiter;
  CHECK(limiter.may_answer_unrouted(at(0s)));
  CHECK(limiter.may_answer_unrouted(at(0s)));
  for (int second = 0; second <= 5; ++second) {
    CHECK_FALSE(limiter.may_answer_unrouted(at(std::chrono::seconds{second})));
  }
  CHECK(limiter.may_answer_unrouted(at(7s)));
}
