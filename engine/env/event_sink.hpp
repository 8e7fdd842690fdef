// Typed facts for checkers, metrics, traces and the desktop app.
#pragma once

#include <array>
#include <cstdint>

#include "engine/base/trace_event.hpp"

namespace splitscope::env {

class EventSink {
 public:
  // Records a fact of this node. Time, sequence, node, incarnation and cause are filled in here.
  virtual void emit(base::EventKind kind, std::array<std::uint64_t, 4> arguments) = 0;

 protected:
  ~EventSink() = default;
};

}  // namespace splitscope::env
