// Time as one node sees it.
#pragma once

#include "engine/base/time.hpp"

namespace splitscope::env {

class Clock {
 public:
  // Monotonic time since the start of the run. Constant during one event; never goes back.
  virtual base::Instant now() const = 0;
  // This node's wall clock. It may jump, drift and differ from other nodes'.
  virtual base::WallTime wall_now() const = 0;

 protected:
  ~Clock() = default;
};

}  // namespace splitscope::env
