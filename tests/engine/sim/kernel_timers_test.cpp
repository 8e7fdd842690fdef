#include "engine/sim/kernel_timers.hpp"

#include <utility>
#include <vector>

#include <catch2/catch.hpp>

using namespace splitscope;
using namespace std::chrono_literals;
using sim::KernelTimers;

namespace {

// Records which sockets' timers come, and when, in a simulation of nothing else.
class TimerLab final : public sim::EventHandler {
 public:
  TimerLab() { simulation_.set_handler(sim::EventClass::KernelTimer, *this); }

  KernelTimers::Place set(base::Duration at, std::uint32_t socket) {
    return timers_.set(base::RunStart + at, {socket, 1, KernelTimers::Kind::Retransmit});
  }
  void run() { simulation_.run(base::RunStart + 1h); }
  void on_event(const sim::Event& event) override {
    timers_.fire(event, [this](const KernelTimers::Timer& timer) {
      due_.push_back({simulation_.now() - base::RunStart, timer.socket});
      if (cancelled_by_first_.is_set()) timers_.cancel(std::exchange(cancelled_by_first_, {}));
    });
  }

  struct Due {
    base::Duration at;
    std::uint32_t socket;
    friend bool operator==(const Due&, const Due&) = default;
  };
  KernelTimers& timers() { return timers_; }
  std::uint64_t events() const { return simulation_.event_number(); }

  std::vector<Due> due_;
  KernelTimers::Place cancelled_by_first_;

 private:
  sim::Simulation simulation_{1};
  KernelTimers timers_{simulation_};
};

using Dues = std::vector<TimerLab::Due>;

}  // namespace

TEST_CASE("kernel timers: those of one instant share an event, in the order of being set",
          "[engine][sim]") {
  TimerLab lab;
  lab.set(200ms, 7);
  lab.set(40ms, 8);
  lab.set(200ms, 3);
  lab.run();
  CHECK(lab.due_ == Dues{{40ms, 8}, {200ms, 7}, {200ms, 3}});
  CHECK(lab.events() == 2);
}

TEST_CASE("kernel timers: one that was cancelled never comes", "[engine][sim]") {
  TimerLab lab;
  const KernelTimers::Place first = lab.set(200ms, 1);
  lab.set(200ms, 2);
  lab.timers().cancel(first);
  lab.run();
  CHECK(lab.due_ == Dues{{200ms, 2}});
}

TEST_CASE("kernel timers: one may cancel another of its own instant", "[engine][sim]") {
  TimerLab lab;
  lab.set(200ms, 1);
  lab.cancelled_by_first_ = lab.set(200ms, 2);
  lab.run();
  CHECK(lab.due_ == Dues{{200ms, 1}});
}

TEST_CASE("kernel timers: instants of one tick, or whole seconds apart, are kept apart",
          "[engine][sim]") {
  TimerLab lab;
  lab.set(200ms, 1);
  lab.set(201ms, 2);
  lab.set(200ms + 1024ms, 3);
  lab.set(200ms, 4);
  lab.set(120s, 5);
  lab.run();
  CHECK(lab.due_ == Dues{{200ms, 1}, {200ms, 4}, {201ms, 2}, {1224ms, 3}, {120s, 5}});
}
