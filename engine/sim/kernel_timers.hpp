// The deadlines of sockets. Kernels round theirs up to ticks (rule 3), so many fall on one instant:
// those share one event. Setting a deadline and cancelling it cost a few writes, since nearly all
// are cancelled by an acknowledgement. Those of one instant are due in the order of being set.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/sim/simulation.hpp"
#include "engine/sim/slot_pool.hpp"
#include "engine/sim/tcp_timing.hpp"

namespace splitscope::sim {

class KernelTimers {
 public:
  enum class Kind : std::uint8_t { Retransmit, DelayedAck, Life, Neighbour };
  struct Timer {
    static constexpr std::uint32_t NoSocket = 0xffff'ffff;
    std::uint32_t socket = NoSocket;  // none: it was cancelled
    std::uint32_t generation = 0;     // of the socket, for those that nobody cancels
    Kind kind = Kind::Retransmit;
  };
  // Where a timer that was set is kept; for cancelling it before it is due.
  struct Place {
    static constexpr std::uint32_t None = 0xffff'ffff;
    std::uint32_t batch = None;
    std::uint32_t index = 0;
    bool is_set() const { return batch != None; }
  };

  // `simulation` outlives *this.
  explicit KernelTimers(Simulation& simulation) : simulation_(simulation) { recent_.fill(None); }

  Place set(base::Instant at, const Timer& timer) {
    std::uint32_t& home = home_of(at);
    std::uint32_t slot = home;
    if (slot == None || batches_[slot].at != at) slot = begin_batch(at, home);
    std::vector<Timer>& timers = batches_[slot].timers;
    timers.push_back(timer);
    return {slot, static_cast<std::uint32_t>(timers.size() - 1)};
  }
  // Precondition: it is set and has not been due.
  void cancel(Place place) { batches_[place.batch].timers[place.index].socket = Timer::NoSocket; }

  // What was set for an instant, once its event comes. Calls `on_timer` for each that is not
  // cancelled until its turn.
  template <typename OnTimer>
  void fire(const Event& event, const OnTimer& on_timer) {
    Batch& batch = batches_[event.index()];
    std::uint32_t& home = home_of(batch.at);
    if (home == event.index()) home = None;
    for (std::size_t index = 0; index < batch.timers.size(); ++index) {
      const Timer timer = batch.timers[index];
      if (timer.socket != Timer::NoSocket) on_timer(timer);
    }
    batch.timers.clear();
    batches_.give_back(event.index());
  }

 private:
  static constexpr std::uint32_t None = Place::None;
  static constexpr std::size_t RecentCount = 256;  // a second

  struct Batch {
    base::Instant at{};
    std::vector<Timer> timers;
  };
  std::uint32_t& home_of(base::Instant at) {
    return recent_[static_cast<std::uint64_t>(base::nanoseconds(at) / Tick.count()) % RecentCount];
  }
  std::uint32_t begin_batch(base::Instant at, std::uint32_t& home);

  Simulation& simulation_;
  SlotPool<Batch, 6> batches_;
  // By tick, the batch of one instant that shares it. Other instants of that tick, or of one a
  // multiple of a second away, have an event for each timer.
  std::array<std::uint32_t, RecentCount> recent_;
};

}  // namespace splitscope::sim
