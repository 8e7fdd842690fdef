// The invariants are worth what they find: bugs planted in the protocol are caught by runs in
// random phases, and the protocol without them is not.
#include <catch2/catch.hpp>

#include "tests/support/random_run.hpp"

using namespace splitscope;
using tests::CaughtRun;
using tests::first_caught;

namespace {

constexpr std::uint64_t SeedsForBug = 2'000;
constexpr std::uint64_t SeedsUnbroken = 500;
constexpr std::uint64_t SeedsUnbrokenNightly = 10'000;
constexpr std::size_t FoundAtLeast = 15;  // all but skip_fetch_phase

void check_unbroken(std::uint64_t count) {
  const CaughtRun caught = first_caught({.count = count, .bugs = {}});
  INFO("seed " << caught.seed << ": " << caught.outcome.caught_by() << ": "
               << caught.outcome.broken_words << "\n"
               << caught.outcome.rest);
  CHECK(caught.seed == 0);
}

}  // namespace

TEST_CASE("random runs: planted bugs are found within 2,000 seeds", "[scenarios][random]") {
  std::size_t found = 0;
  for (const schemes::PlantedBugName& bug : schemes::PlantedBugNames) {
    schemes::PlantedBugs bugs;
    bugs.*bug.flag = true;
    const CaughtRun caught = first_caught({.count = SeedsForBug, .bugs = bugs});
    found += caught.seed != 0 ? 1 : 0;
    WARN(bug.name << ": "
                  << (caught.seed == 0 ? std::string("not found")
                                       : "seed " + std::to_string(caught.seed) + ", " +
                                             caught.outcome.caught_by()));
  }
  CHECK(found >= FoundAtLeast);
}

TEST_CASE("random runs: the unbroken protocol raises nothing in 500 seeds", "[scenarios][random]") {
  check_unbroken(SeedsUnbroken);
}

TEST_CASE("random runs: the unbroken protocol raises nothing in ten thousand seeds", "[.nightly]") {
  check_unbroken(SeedsUnbrokenNightly);
}

TEST_CASE("random runs: a run is the same again", "[scenarios][random]") {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    CHECK(tests::run_random(seed, {}).digest == tests::run_random(seed, {}).digest);
  }
  CHECK(tests::run_random(1, {}).digest != tests::run_random(2, {}).digest);
}
