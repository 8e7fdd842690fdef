// The seam's timers of one process: one kernel timer for the earliest of all.
// Invariant: due timers run in the order (time, sequence of arming), never early, never from inside
// arm().
#pragma once

#include <memory>
#include <vector>

#include "engine/env/timers.hpp"
#include "engine/real/event_gate.hpp"

namespace splitscope::real {

class RealTimers final : public env::Timers {
 public:
  // `gate` outlives the timers.
  explicit RealTimers(EventGate& gate);
  ~RealTimers();
  RealTimers(const RealTimers&) = delete;
  RealTimers& operator=(const RealTimers&) = delete;

  env::TimerSlot acquire(base::Callback callback) override;
  void release(env::TimerSlot slot) override;
  void arm(env::TimerSlot slot, base::Instant at) override;
  void disarm(env::TimerSlot slot) override;
  base::Instant now() const override { return gate_.now(); }

 private:
  static constexpr std::uint32_t NoSlot = 0xffff'ffff;
  struct State {
    base::Callback callback;
    std::uint64_t sequence = 0;  // of the arming that counts; 0 = idle
    std::uint64_t cause = 0;
    std::uint32_t next_free = NoSlot;
  };
  struct Entry {
    base::Instant at;
    std::uint64_t sequence = 0;
    std::uint32_t slot = 0;
  };
  class Alarm;

  static bool is_later(const Entry& a, const Entry& b);
  bool is_stale(const Entry& entry) const { return states_[entry.slot].sequence != entry.sequence; }
  void run_due();
  void drop_stale();
  void set_alarm();

  EventGate& gate_;
  std::vector<State> states_;
  std::vector<Entry> heap_;  // the earliest first; entries disarmed since are stale
  std::uint32_t armed_count_ = 0;
  std::uint64_t next_sequence_ = 1;
  std::uint32_t free_ = NoSlot;
  bool is_running_due_ = false;
  // Shared with Asio's pending wait, which may end after the timers are gone.
  std::shared_ptr<Alarm> alarm_;
};

}  // namespace splitscope::real
