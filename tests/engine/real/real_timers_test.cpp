#include "engine/real/real_timers.hpp"

#include "tests/support/real_lab.hpp"

namespace splitscope::tests {
namespace {

// A timer that writes its number down when it fires.
class Bell {
 public:
  Bell(env::Timers& timers, int number, std::vector<int>& rung)
      : timer(timers, base::Callback::to<&Bell::ring>(*this)), number_(number), rung_(rung) {}
  void ring() {
    rung_.push_back(number_);
    if (on_ring) on_ring();
  }
  env::Timer timer;
  std::function<void()> on_ring;

 private:
  int number_;
  std::vector<int>& rung_;
};

struct Bells {
  real::Loop loop;
  real::EventGate gate{loop};
  real::RealTimers timers{gate};
  std::vector<int> rung;
};

}  // namespace

TEST_CASE("due timers run by time, and by arming where the times are equal", "[real][timers]") {
  Bells bells;
  Bell first(bells.timers, 1, bells.rung);
  Bell second(bells.timers, 2, bells.rung);
  Bell third(bells.timers, 3, bells.rung);
  const base::Instant at = bells.loop.now() + 5ms;
  third.timer.arm_at(at);
  first.timer.arm_at(at);
  second.timer.arm_at(at - 2ms);
  CHECK(bells.rung.empty());
  REQUIRE(run_until(bells.loop, [&bells] { return bells.rung.size() == 3; }));
  CHECK(bells.rung == std::vector{2, 3, 1});
}

TEST_CASE("a timer never fires early, and its handler sees one instant", "[real][timers]") {
  Bells bells;
  Bell bell(bells.timers, 1, bells.rung);
  const base::Instant at = bells.loop.now() + 3ms;
  base::Instant seen_first;
  base::Instant seen_last;
  bell.on_ring = [&] {
    seen_first = bells.timers.now();
    const base::Duration until = real::monotonic_clock() + 2ms;
    while (real::monotonic_clock() < until) continue;
    seen_last = bells.timers.now();
  };
  bell.timer.arm_at(at);
  REQUIRE(run_until(bells.loop, [&bells] { return !bells.rung.empty(); }));
  CHECK(seen_first >= at);
  CHECK(seen_first == seen_last);
}

TEST_CASE("arming from a handler, in the past too, waits for the loop", "[real][timers]") {
  Bells bells;
  Bell bell(bells.timers, 1, bells.rung);
  bell.on_ring = [&] {
    if (bells.rung.size() > 3) return;
    const std::size_t before = bells.rung.size();
    bell.timer.arm_at(bells.timers.now() - 1h);
    CHECK(bells.rung.size() == before);
  };
  bell.timer.arm_after(0s);
  CHECK(bells.rung.empty());
  REQUIRE(run_until(bells.loop, [&bells] { return bells.rung.size() == 4; }));
}

TEST_CASE("disarmed, moved and destroyed timers keep silent", "[real][timers]") {
  Bells bells;
  Bell moved(bells.timers, 1, bells.rung);
  Bell disarmed(bells.timers, 2, bells.rung);
  {
    Bell gone(bells.timers, 3, bells.rung);
    gone.timer.arm_after(1ms);
  }
  Bell heir(bells.timers, 4, bells.rung);  // has the slot of the one that is gone
  disarmed.timer.arm_after(1ms);
  disarmed.timer.disarm();
  moved.timer.arm_after(1ms);
  moved.timer.arm_after(1h);
  bells.loop.run_for(10ms);
  CHECK(bells.rung.empty());
}

TEST_CASE("arming a timer very often keeps no more than its last moment", "[real][timers]") {
  Bells bells;
  Bell bell(bells.timers, 1, bells.rung);
  for (int i = 0; i < 10'000; ++i) bell.timer.arm_after(1ms);
  bells.loop.run_for(10ms);
  CHECK(bells.rung == std::vector{1});
}

TEST_CASE("a timer for never does not fire, and others do", "[real][timers]") {
  Bells bells;
  Bell never(bells.timers, 1, bells.rung);
  Bell soon(bells.timers, 2, bells.rung);
  never.timer.arm_at(base::EndOfTime);
  soon.timer.arm_after(1ms);
  bells.loop.run_for(10ms);
  CHECK(bells.rung == std::vector{2});
}

}  // namespace splitscope::tests
