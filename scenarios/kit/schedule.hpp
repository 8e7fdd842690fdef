// The world's own agenda: acts at moments of the run, between events. Kept apart from the
// simulation's queue, so that what a script plans never changes the order of what the nodes do.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "engine/base/time.hpp"

namespace splitscope::scenarios {

class Schedule {
 public:
  // Acts of one moment run in the order they were added.
  void add(base::Instant at, std::function<void()> act) {
    acts_.emplace(std::pair{at, next_++}, std::move(act));
  }
  base::Instant next_moment() const {
    return acts_.empty() ? base::EndOfTime : acts_.begin()->first.first;
  }
  // Runs one act that is due by `now`. False if there is none. The act may add others.
  bool run_one(base::Instant now) {
    if (acts_.empty() || acts_.begin()->first.first > now) return false;
    const std::function<void()> act = std::move(acts_.begin()->second);
    acts_.erase(acts_.begin());
    act();
    return true;
  }

 private:
  std::map<std::pair<base::Instant, std::uint64_t>, std::function<void()>> acts_;
  std::uint64_t next_ = 0;
};

}  // namespace splitscope::scenarios
