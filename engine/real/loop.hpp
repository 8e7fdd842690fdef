// The event loop of one thread: sockets, timers and what was posted. Hides Boost.Asio and the
// machine's monotonic clock.
// Invariant: now() changes only in begin_event(), with which every event begins, and never goes
// back; so a handler sees one instant from its first line to its last.
#pragma once

#include <memory>

#include "engine/base/callback.hpp"
#include "engine/base/time.hpp"

namespace boost::asio {
class io_context;
}

namespace splitscope::real {

// CLOCK_MONOTONIC: nanoseconds since some moment before all processes of this machine started.
base::Duration monotonic_clock();

class Loop final {
 public:
  // `run_start`, on CLOCK_MONOTONIC, is the instant RunStart of all that runs here. Processes that
  // are given the same one share their time axis.
  explicit Loop(base::Duration run_start = monotonic_clock());
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  base::Duration run_start() const { return run_start_; }
  base::Instant now() const { return now_; }
  // An event begins: reads the clock.
  base::Instant begin_event();

  // The thread does nothing until then: it plays a slow machine's.
  void block_until(base::Instant at);

  // Handles events until stop().
  void run();
  // Handles events until stop() or for that long, whichever comes first.
  void run_for(base::Duration duration);
  // Called by a handler: run() returns once the handler has.
  void stop();

  // For the sources of this folder, which alone include Boost.Asio.
  boost::asio::io_context& context() { return *context_; }

 private:
  base::Duration run_start_;
  base::Instant now_{};
  std::unique_ptr<boost::asio::io_context> context_;
};

}  // namespace splitscope::real
