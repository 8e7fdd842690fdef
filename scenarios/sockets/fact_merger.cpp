#include "scenarios/sockets/fact_merger.hpp"

#include <algorithm>

namespace splitscope::scenarios {

void FactMerger::add(const base::TraceEvent& fact) {
  if (waiting_.size() < WaitingMax) waiting_.emplace(fact.time, fact);
}

std::vector<base::TraceEvent> FactMerger::take(base::Instant now) {
  std::vector<base::TraceEvent> facts;
  while (!waiting_.empty() && waiting_.begin()->first + Patience <= now) {
    facts.push_back(number(waiting_.begin()->second));
    waiting_.erase(waiting_.begin());
  }
  return facts;
}

std::vector<base::TraceEvent> FactMerger::take_all() {
  std::vector<base::TraceEvent> facts;
  for (const auto& [time, fact] : waiting_) facts.push_back(number(fact));
  waiting_.clear();
  return facts;
}

base::TraceEvent FactMerger::number(base::TraceEvent fact) {
  const Life life{fact.node, fact.incarnation};
  const auto cause = numbers_.find({life, fact.cause});
  const std::uint64_t own = fact.sequence;
  fact.cause = fact.cause != 0 && cause != numbers_.end() ? cause->second : 0;
  fact.sequence = ++last_sequence_;
  fact.time = std::max(fact.time, last_time_);
  last_time_ = fact.time;
  if (own != 0) numbers_[{life, own}] = fact.sequence;
  return fact;
}

}  // namespace splitscope::scenarios
