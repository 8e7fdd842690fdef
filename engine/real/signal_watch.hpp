// SIGTERM, SIGINT and SIGHUP as events of the loop. Hides Boost.Asio.
#pragma once

#include <memory>

#include "engine/real/loop.hpp"

namespace splitscope::real {

class SignalWatch final {
 public:
  // Calls `on_signal` each time one of them comes, and `on_hangup`, if there is one, at SIGHUP.
  // `loop` outlives the watch. At most one at a time in a process.
  SignalWatch(Loop& loop, base::Callback on_signal, base::Callback on_hangup = {});
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

 private:
  class State;
  // Shared with Asio's pending wait.
  std::shared_ptr<State> state_;
};

}  // namespace splitscope::real
