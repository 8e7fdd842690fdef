// Facts of one process on their way out: stamped with time, sequence, node, incarnation and cause,
// then told to the listeners in the order they were added.
#pragma once

#include <vector>

#include "engine/env/event_sink.hpp"
#include "engine/real/event_gate.hpp"

namespace splitscope::real {

// Must not change anything that the program can see.
class FactListener {
 public:
  virtual void on_fact(const base::TraceEvent& fact) = 0;

 protected:
  ~FactListener() = default;
};

class FactLog final : public env::EventSink {
 public:
  // `gate` outlives the log.
  FactLog(EventGate& gate, base::NodeId node, base::Incarnation incarnation)
      : gate_(gate), node_(node), incarnation_(incarnation) {}
  FactLog(const FactLog&) = delete;
  FactLog& operator=(const FactLog&) = delete;

  // `listener` outlives the log, or is removed. Not from within a listener.
  void add_listener(FactListener& listener) { listeners_.push_back(&listener); }
  void remove_listeners() { listeners_.clear(); }
  void emit(base::EventKind kind, std::array<std::uint64_t, 4> arguments) override;
  // Facts so far; the sequence of the last one.
  std::uint64_t count() const { return count_; }

 private:
  EventGate& gate_;
  base::NodeId node_;
  base::Incarnation incarnation_;
  std::uint64_t count_ = 0;
  std::vector<FactListener*> listeners_;
};

}  // namespace splitscope::real
