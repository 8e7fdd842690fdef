#include "engine/sim/timer_table.hpp"

#include <catch2/catch.hpp>

namespace sim = splitscope::sim;
namespace base = splitscope::base;

namespace {

struct Counter {
  void count() { ++calls; }
  int calls = 0;
};

}  // namespace

TEST_CASE("timer table: only the event of the last arming is due, and once", "[engine][sim]") {
  sim::TimerTable timers;
  Counter counter;
  const auto slot = timers.acquire(base::Callback::to<&Counter::count>(counter));
  const auto first = timers.arm(slot, 7);
  const auto second = timers.arm(slot, 8);
  CHECK_FALSE(timers.is_due(slot, first));
  REQUIRE(timers.is_due(slot, second));
  CHECK(timers.cause(slot) == 8);
  timers.fire(slot)();
  CHECK(counter.calls == 1);
  CHECK_FALSE(timers.is_due(slot, second));
}

TEST_CASE("timer table: neither disarming nor a new owner makes an old event due",
          "[engine][sim]") {
  sim::TimerTable timers;
  Counter counter;
  const auto callback = base::Callback::to<&Counter::count>(counter);
  const auto slot = timers.acquire(callback);
  const auto disarmed = timers.arm(slot, 0);
  timers.disarm(slot);
  CHECK_FALSE(timers.is_due(slot, disarmed));
  const auto released = timers.arm(slot, 0);
  timers.release(slot);
  REQUIRE(timers.acquire(callback) == slot);
  CHECK_FALSE(timers.is_due(slot, released));
  CHECK(timers.is_due(slot, timers.arm(slot, 0)));
}
