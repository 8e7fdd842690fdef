#include "engine/base/prng.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace splitscope::base;

TEST_CASE("random: a stream is fixed by its seed and name", "[engine][base]") {
  CHECK(derive_seed(1, "network") == derive_seed(1, "network"));
  CHECK(derive_seed(1, "network") != derive_seed(1, "node"));
  CHECK(derive_seed(1, "node", 1) != derive_seed(1, "node", 2));
  CHECK(derive_seed(1, "node") != derive_seed(2, "node"));
}

TEST_CASE("random: draws stay within their bounds", "[engine][base]") {
  REQUIRE(rc::check([](std::uint64_t seed, std::uint32_t bound, std::int32_t low) {
    Prng random(seed);
    RC_ASSERT(random.below(0) == 0);
    if (bound > 0) RC_ASSERT(random.below(bound) < bound);
    const std::int64_t drawn = random.between(low, std::int64_t{low} + bound);
    RC_ASSERT(drawn >= low);
    RC_ASSERT(drawn <= std::int64_t{low} + bound);
  }));
}

TEST_CASE("random: chances come about as often as they say", "[engine][base]") {
  Prng random(1);
  int hits = 0;
  for (int i = 0; i < 100'000; ++i) hits += random.chance(Probability::from_ratio(1, 4)) ? 1 : 0;
  CHECK(hits > 24'000);
  CHECK(hits < 26'000);
  CHECK_FALSE(random.chance(Probability::never()));
  CHECK(random.chance(Probability::always()));
}
