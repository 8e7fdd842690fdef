// Delays. A Timer is owned by whoever waits; destroying it disarms it.
#pragma once

#include <cstdint>

#include "engine/base/callback.hpp"
#include "engine/base/time.hpp"

namespace splitscope::env {

struct TimerSlot {
  std::uint32_t value = 0xffff'ffff;
  friend bool operator==(const TimerSlot&, const TimerSlot&) = default;
};

// What Timer is made of; each world implements it. Use Timer.
class Timers {
 public:
  virtual TimerSlot acquire(base::Callback callback) = 0;
  virtual void release(TimerSlot slot) = 0;
  virtual void arm(TimerSlot slot, base::Instant at) = 0;
  virtual void disarm(TimerSlot slot) = 0;
  virtual base::Instant now() const = 0;

 protected:
  ~Timers() = default;
};

// One pending moment at a time. The callback is bound once, runs from the event loop only (never
// from inside arm), and finds the timer disarmed, so that it may arm it again. A moment in the past
// fires as soon as the loop is free. Must not outlive its Timers.
class Timer {
 public:
  Timer(Timers& timers, base::Callback callback)
      : timers_(timers), slot_(timers.acquire(callback)) {}
  ~Timer() { timers_.release(slot_); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Arming an armed timer moves it.
  void arm_at(base::Instant at) { timers_.arm(slot_, at); }
  void arm_after(base::Duration delay) { timers_.arm(slot_, timers_.now() + delay); }
  // Disarming an idle timer is fine.
  void disarm() { timers_.disarm(slot_); }

 private:
  Timers& timers_;
  TimerSlot slot_;
};

}  // namespace splitscope::env
