// What every event passes on its way to one process's program: it moves the clock, and sets what
// the facts of the event follow from. A process that is made slow is busy for a while after each
// event: its thread waits here, and all else of it with that.
// Invariant: once shut, nothing reaches the program any more.
#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/real/loop.hpp"

namespace splitscope::real {

class EventGate {
 public:
  // `loop` outlives the gate.
  explicit EventGate(Loop& loop) : loop_(loop) {}
  EventGate(const EventGate&) = delete;
  EventGate& operator=(const EventGate&) = delete;

  // An event of this process begins. False: the process is over, and no handler may be called.
  bool enter(std::uint64_t cause = 0) {
    if (!is_open_) return false;
    if (busy_until_ > loop_.now()) loop_.block_until(busy_until_);
    busy_until_ = loop_.begin_event() + service_time_;
    cause_ = cause;
    return true;
  }
  // How long each event takes from now on.
  void set_service_time(base::Duration service_time) {
    service_time_ = service_time;
    busy_until_ = std::min(busy_until_, loop_.now() + service_time);
  }
  base::Duration service_time() const { return service_time_; }
  // The present event is an observer's: it takes no time.
  void excuse() { busy_until_ = loop_.now(); }
  bool is_open() const { return is_open_; }
  void shut() { is_open_ = false; }

  Loop& loop() { return loop_; }
  base::Instant now() const { return loop_.now(); }
  // The fact that what happens now follows from; 0 = none.
  std::uint64_t cause() const { return cause_; }
  void set_cause(std::uint64_t fact) { cause_ = fact; }

 private:
  Loop& loop_;
  bool is_open_ = true;
  std::uint64_t cause_ = 0;
  base::Duration service_time_{};
  base::Instant busy_until_{};
};

}  // namespace splitscope::real
