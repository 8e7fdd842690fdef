// The ladder against the heap: the same pushes and pops must give the same events, whatever the
// times.
#include "engine/sim/ladder_queue.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include "engine/base/prng.hpp"
#include "engine/sim/event_queue.hpp"
#include "engine/sim/heap_queue.hpp"

using splitscope::base::Prng;
using splitscope::sim::Event;
using splitscope::sim::EventQueue;
using splitscope::sim::HeapQueue;
using splitscope::sim::LadderQueue;

namespace {

// Delays from nanoseconds to hours, as a run mixes them.
std::int64_t draw_delay(Prng& random) {
  constexpr std::int64_t Scales[] = {
      0, 900, 700'000, 5'000'000'000, 60'000'000'000, 7'200'000'000'000};
  const std::int64_t scale = Scales[random.below(std::size(Scales))];
  return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(scale) + 1));
}

template <typename Queue>
void check_against_heap(std::uint64_t seed, std::size_t steps, Queue& queue) {
  Prng random(seed);
  HeapQueue oracle;
  std::int64_t now = 0;
  std::uint32_t sequence = 0;
  for (std::size_t step = 0; step < steps; ++step) {
    const std::uint64_t pushes = random.below(4);
    for (std::uint64_t i = 0; i < pushes; ++i) {
      const Event event{now + draw_delay(random), sequence++, 0, 0, 0};
      queue.push(event);
      oracle.push(event);
    }
    const std::int64_t limit = now + draw_delay(random);
    Event event;
    while (queue.pop(limit, event)) {
      RC_ASSERT(!oracle.is_empty());
      const Event expected = oracle.pop();
      RC_ASSERT(event.sequence == expected.sequence);
      RC_ASSERT(event.time >= now);
      now = event.time;
      if (random.below(3) == 0) break;
    }
    RC_ASSERT(queue.size() == oracle.size());
    if (oracle.is_empty() || oracle.front().time > limit) now = std::max(now, limit);
  }
}

}  // namespace

TEST_CASE("ladder queue: it takes events in the heap's order", "[engine][sim]") {
  REQUIRE(rc::check([](std::uint64_t seed) {
    LadderQueue queue;
    check_against_heap(seed, 3000, queue);
    queue.clear();
    check_against_heap(seed + 1, 300, queue);
  }));
}

TEST_CASE("event queue: growing from heap to ladder keeps the order", "[engine][sim]") {
  REQUIRE(rc::check([](std::uint64_t seed) {
    EventQueue queue;
    check_against_heap(seed, 4000, queue);
  }));
}

TEST_CASE("ladder queue: a bucket of any size is in order, equal times by sequence",
          "[engine][sim]") {
  constexpr std::uint32_t CountMax = 80;  // one by one, ranked and sorted
  LadderQueue queue;
  Prng random(1);
  for (std::uint32_t count = 1; count <= CountMax; ++count) {
    queue.clear();
    HeapQueue oracle;
    for (std::uint32_t i = 0; i < count; ++i) {
      constexpr std::int64_t Begin = 5'000'000'000;
      const Event event{Begin + static_cast<std::int64_t>(random.below(count)), i, 0, 0, 0};
      queue.push(event);
      oracle.push(event);
    }
    Event event;
    while (queue.pop(6'000'000'000, event)) REQUIRE(event.sequence == oracle.pop().sequence);
    REQUIRE(oracle.is_empty());
  }
}
