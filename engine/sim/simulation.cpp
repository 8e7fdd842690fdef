#include "engine/sim/simulation.hpp"

namespace splitscope::sim {

inline void Simulation::handle(const Event& event) {
  SPLITSCOPE_ASSERT(event.time >= base::nanoseconds(now_));
  now_ = event.instant();
  ++event_number_;
  cause_ = 0;
  digest_.absorb(static_cast<std::uint64_t>(event.time) ^
                 (std::uint64_t{event.target} << 32 | event.a));
  handler_of(event).on_event(event);
}

bool Simulation::run(base::Instant limit) {
  stopped_ = false;
  const std::int64_t last = base::nanoseconds(limit);
  Event event;
  while (queue_.pop(last, event)) {
    queue_.look_ahead(state_is_large_, [this](const Event& soon, int ahead) {
      handler_of(soon).prefetch(soon, ahead);
    });
    handle(event);
    if (stopped_) return false;
  }
  if (limit > now_) now_ = limit;
  return true;
}

bool Simulation::step(base::Instant limit) {
  Event event;
  if (!queue_.pop(base::nanoseconds(limit), event)) return false;
  handle(event);
  return true;
}

std::uint32_t Simulation::emit(base::EventKind kind, base::NodeId node,
                               base::Incarnation incarnation,
                               std::array<std::uint64_t, 4> arguments) {
  SPLITSCOPE_ASSERT(fact_count_ < FactsMax);
  base::TraceEvent fact;
  fact.time = now_;
  fact.sequence = ++fact_count_;
  fact.cause = cause_;
  fact.node = node;
  fact.incarnation = incarnation;
  fact.kind = kind;
  fact.arguments = arguments;
  cause_ = fact_count_;
  digest_.absorb(fact);
  for (FactListener* listener : listeners_) listener->on_fact(fact);
  return fact_count_;
}

}  // namespace splitscope::sim
