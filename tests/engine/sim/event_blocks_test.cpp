#include "engine/sim/event_blocks.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include "engine/base/prng.hpp"

namespace sim = splitscope::sim;
using splitscope::base::Prng;

namespace {

sim::Event numbered(std::uint32_t number) {
  return {number, number, 0, 0, 0};
}

std::vector<std::uint32_t> sorted(std::vector<std::uint32_t> numbers) {
  std::ranges::sort(numbers);
  return numbers;
}

}  // namespace

TEST_CASE("event blocks: bags of one store give back what each was given", "[engine][sim]") {
  REQUIRE(rc::check([](std::uint64_t seed) {
    Prng random(seed);
    sim::EventBlocks blocks;
    std::array<sim::EventBlocks::Bag, 4> bags;
    bags.fill(sim::EventBlocks::Empty);
    std::array<std::vector<std::uint32_t>, 4> model;
    for (std::uint32_t step = 0; step < 500; ++step) {
      const std::size_t pick = random.below(4);
      if (random.below(20) != 0) {
        blocks.add(bags[pick], numbered(step));
        model[pick].push_back(step);
        continue;
      }
      std::vector<std::uint32_t> seen;
      blocks.for_each(bags[pick],
                      [&seen](const sim::Event& event) { seen.push_back(event.sequence); });
      RC_ASSERT(sorted(seen) == model[pick]);
      std::vector<std::uint32_t> drained;
      blocks.drain(bags[pick],
                   [&drained](const sim::Event& event) { drained.push_back(event.sequence); });
      RC_ASSERT(sorted(drained) == model[pick]);
      RC_ASSERT(bags[pick] == sim::EventBlocks::Empty);
      model[pick].clear();
    }
  }));
}

TEST_CASE("event blocks: one bag may be drained into another", "[engine][sim]") {
  sim::EventBlocks blocks;
  sim::EventBlocks::Bag from = sim::EventBlocks::Empty;
  sim::EventBlocks::Bag to = sim::EventBlocks::Empty;
  for (std::uint32_t number = 0; number < 1000; ++number) blocks.add(from, numbered(number));
  blocks.drain(from, [&](const sim::Event& event) { blocks.add(to, event); });
  std::size_t count = 0;
  blocks.for_each(to, [&count](const sim::Event&) { ++count; });
  CHECK(count == 1000);
}
