#include "schemes/data/merge_policy.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

namespace splitscope::schemes {
namespace {

constexpr MapEntry Old{.key = 1, .value = 10, .updated_at_ms = 100, .hits = 9};
constexpr MapEntry New{.key = 1, .value = 20, .updated_at_ms = 200, .hits = 3};

}  // namespace

TEST_CASE("the winning side's value stays unless the policy says otherwise", "[schemes][data]") {
  CHECK(merge(MergePolicy::PutIfAbsent, New, Old) == Old);
  CHECK(merge(MergePolicy::PassThrough, New, Old) == New);
  CHECK(merge(MergePolicy::LatestUpdate, New, Old) == New);
  CHECK(merge(MergePolicy::LatestUpdate, Old, New) == New);
  CHECK(merge(MergePolicy::HigherHits, New, Old) == Old);
  CHECK(merge(MergePolicy::HigherHits, Old, New) == Old);
  CHECK(merge(MergePolicy::Discard, New, Old) == Old);
}

TEST_CASE("a key that only the merging side has survives, unless all is discarded",
          "[schemes][data]") {
  for (const auto policy : {MergePolicy::PutIfAbsent, MergePolicy::LatestUpdate,
                            MergePolicy::HigherHits, MergePolicy::PassThrough}) {
    CHECK(merge(policy, New, std::nullopt) == New);
  }
  CHECK_FALSE(merge(MergePolicy::Discard, New, std::nullopt).has_value());
}

TEST_CASE("merging the same entry twice changes nothing more", "[schemes][data]") {
  REQUIRE(rc::check([] {
    const auto policy = static_cast<MergePolicy>(*rc::gen::inRange(0, 5));
    const auto any = [] {
      return MapEntry{.key = 1,
                      .value = *rc::gen::inRange<std::uint64_t>(0, 4),
                      .updated_at_ms = *rc::gen::inRange(0, 4),
                      .hits = *rc::gen::inRange(0u, 4u)};
    };
    const MapEntry merging = any();
    const std::optional<MapEntry> existing =
        *rc::gen::arbitrary<bool>() ? std::optional(any()) : std::nullopt;
    const auto once = merge(policy, merging, existing);
    RC_ASSERT(merge(policy, merging, once) == once);
  }));
}

}  // namespace splitscope::schemes
