#include "engine/real/fact_log.hpp"

namespace splitscope::real {

void FactLog::emit(base::EventKind kind, std::array<std::uint64_t, 4> arguments) {
  base::TraceEvent fact;
  fact.time = gate_.now();
  fact.sequence = ++count_;
  fact.cause = gate_.cause();
  fact.node = node_;
  fact.incarnation = incarnation_;
  fact.kind = kind;
  fact.arguments = arguments;
  gate_.set_cause(fact.sequence);
  for (FactListener* listener : listeners_) listener->on_fact(fact);
}

}  // namespace splitscope::real
