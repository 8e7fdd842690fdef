// The timers of all processes of a run, in numbered slots. Arming gives a slot a new generation,
// which its event carries; whatever ends the wait changes it, so that a stale event matches
// nothing.
#pragma once

#include <cstdint>

#include "engine/base/callback.hpp"
#include "engine/sim/slot_pool.hpp"

namespace splitscope::sim {

class TimerTable {
 public:
  std::uint32_t acquire(base::Callback callback) {
    const std::uint32_t slot = timers_.take();
    timers_[slot].callback = callback;
    return slot;
  }
  void release(std::uint32_t slot) {
    disarm(slot);
    timers_.give_back(slot);
  }

  // The generation of the event that is to fire the timer. `cause` comes back from fire().
  std::uint32_t arm(std::uint32_t slot, std::uint32_t cause) {
    timers_[slot].cause = cause;
    return ++timers_[slot].generation;
  }
  void disarm(std::uint32_t slot) { ++timers_[slot].generation; }

  // Whether an event of that generation is not stale.
  bool is_due(std::uint32_t slot, std::uint32_t generation) const {
    return timers_[slot].generation == generation;
  }
  std::uint32_t cause(std::uint32_t slot) const { return timers_[slot].cause; }
  // Disarms a timer that is due and answers what to call.
  base::Callback fire(std::uint32_t slot) {
    disarm(slot);
    return timers_[slot].callback;
  }

  // What the event of a timer needs, for prefetching: the slot, then the object that is called.
  const void* memory(std::uint32_t slot) const { return &timers_[slot]; }
  const void* object(std::uint32_t slot) const { return timers_[slot].callback.object(); }

 private:
  struct Timer {
    base::Callback callback;
    std::uint32_t cause = 0;
    std::uint32_t generation = 0;  // no wait is long enough for it to come round
  };
  SlotPool<Timer, 6> timers_;
};

}  // namespace splitscope::sim
