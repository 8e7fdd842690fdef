// The heap against a sorted reference, since it is the oracle for faster queues.
#include "engine/sim/heap_queue.hpp"

#include <algorithm>
#include <vector>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using splitscope::sim::Event;
using splitscope::sim::HeapQueue;

TEST_CASE("heap queue: events come out in order of time, then of scheduling", "[engine][sim]") {
  REQUIRE(rc::check([](const std::vector<std::uint8_t>& times) {
    HeapQueue queue;
    std::vector<Event> expected;
    std::uint32_t sequence = 0;
    for (const std::uint8_t time : times) {
      const Event event{time, sequence++, 0, 0, 0};
      queue.push(event);
      expected.push_back(event);
    }
    std::sort(expected.begin(), expected.end());
    for (const Event& event : expected) {
      RC_ASSERT(!queue.is_empty());
      RC_ASSERT(queue.pop().sequence == event.sequence);
    }
    RC_ASSERT(queue.is_empty());
  }));
}
