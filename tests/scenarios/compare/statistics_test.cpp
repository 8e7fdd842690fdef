#include "scenarios/compare/statistics.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace splitscope::scenarios;

namespace {

std::vector<Sample> values(std::initializer_list<std::int64_t> list) {
  std::vector<Sample> samples;
  for (const std::int64_t value : list) samples.push_back(Sample{.value = value});
  return samples;
}

}  // namespace

TEST_CASE("a percentile is the value of nearest rank", "[scenarios][compare]") {
  // Ranks of 5 values: 5 % -> 1st, 50 % -> 3rd, 95 % -> 5th.
  const Distribution five = describe(values({50, 10, 40, 20, 30}));
  CHECK(five.p5.value == 10);
  CHECK(five.median.value == 30);
  CHECK(five.p95.value == 50);
  // Of 4 values the median is the 2nd; of 20, 5 % is the 1st and 95 % the 19th.
  CHECK(describe(values({4, 3, 2, 1})).median.value == 2);
  std::vector<Sample> twenty;
  for (int i = 20; i >= 1; --i) twenty.push_back(Sample{.value = i});
  CHECK(percentile(twenty, 5).value == 1);
  CHECK(percentile(twenty, 95).value == 19);
  CHECK(percentile(twenty, 96).value == 20);
}

TEST_CASE("what never came sorts last and is counted", "[scenarios][compare]") {
  std::vector<Sample> samples = values({7, 5});
  samples.insert(samples.begin(), never_sample());
  const Distribution some = describe(samples);
  CHECK(some.count == 3);
  CHECK(some.never == 1);
  CHECK(some.median == Sample{.value = 7});
  CHECK(some.p95.is_never);
  samples.push_back(never_sample());
  samples.push_back(never_sample());
  CHECK(describe(samples).median.is_never);  // the 3rd of 5 never came
}

TEST_CASE("without samples nothing is described", "[scenarios][compare]") {
  CHECK(describe(std::vector<Sample>{}).count == 0);
  CHECK_FALSE(paired_difference({}, 1).has_value());
}

TEST_CASE("equal differences have an interval without width", "[scenarios][compare]") {
  const std::vector<SamplePair> pairs{{10, 13}, {20, 23}, {5, 8}};
  const auto difference = paired_difference(pairs, 1);
  REQUIRE(difference.has_value());
  CHECK(*difference == PairedDifference{.pairs = 3, .mean = 3, .low = 3, .high = 3});
  CHECK_FALSE(difference->is_no_difference());
}

TEST_CASE("an interval that holds zero is no difference", "[scenarios][compare]") {
  std::vector<SamplePair> pairs;
  for (int i = 0; i < 50; ++i) pairs.push_back({0, i % 2 == 0 ? 100 : -100});
  const auto difference = paired_difference(pairs, 1);
  REQUIRE(difference.has_value());
  CHECK(difference->mean == 0);
  CHECK(difference->low < 0);
  CHECK(difference->high > 0);
  CHECK(difference->is_no_difference());
}

TEST_CASE("two pairs give the mean's four equally likely resamples", "[scenarios][compare]") {
  // Differences 0 and 10: a resample's mean is 0, 5, 5 or 10, each in a quarter of the cases, so
  // that the middle 95 % reach from 0 to 10.
  const std::vector<SamplePair> pairs{{0, 0}, {0, 10}};
  const auto difference = paired_difference(pairs, 42);
  REQUIRE(difference.has_value());
  CHECK(*difference == PairedDifference{.pairs = 2, .mean = 5, .low = 0, .high = 10});
}

TEST_CASE("a paired difference follows from pairs and seed alone", "[scenarios][compare]") {
  REQUIRE(rc::check("same twice, mean within the interval's reach", [] {
    const auto deltas = *rc::gen::nonEmpty(
        rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(-99, 99)));
    std::vector<SamplePair> pairs;
    for (const std::int64_t delta : deltas) pairs.push_back({1000, 1000 + delta});
    const auto first = paired_difference(pairs, 5);
    RC_ASSERT(first.has_value());
    RC_ASSERT(first == paired_difference(pairs, 5));
    RC_ASSERT(first->low <= first->high);
    RC_ASSERT(first->low >= -99);
    RC_ASSERT(first->high <= 99);
  }));
}

TEST_CASE("percentiles rise with the percentage", "[scenarios][compare]") {
  REQUIRE(rc::check("p5 <= median <= p95", [] {
    const auto numbers = *rc::gen::nonEmpty<std::vector<std::int64_t>>();
    std::vector<Sample> samples;
    for (const std::int64_t number : numbers) samples.push_back(Sample{.value = number});
    const Distribution shape = describe(samples);
    RC_ASSERT(shape.p5.value <= shape.median.value);
    RC_ASSERT(shape.median.value <= shape.p95.value);
  }));
}
