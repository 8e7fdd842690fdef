// The queue that a simulation uses: a heap while few events are pending, a ladder from then on. The
// order is total, so the switch cannot be seen in a run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "engine/sim/heap_queue.hpp"
#include "engine/sim/ladder_queue.hpp"

namespace splitscope::sim {

class EventQueue {
 public:
  // Pending events up to which the heap is faster.
  static constexpr std::size_t HeapMax = 128;

  // What so many events are for lies in the cache anyway.
  static constexpr std::size_t CachedMax = 2048;

  std::size_t size() const { return uses_ladder_ ? ladder_->size() : heap_.size(); }

  void push(Event event) {
    if (uses_ladder_) [[likely]] {
      ladder_->push(event);
    } else {
      push_to_heap(event);
    }
  }

  // Takes the first event if its time is at most `limit`; false if there is none.
  bool pop(std::int64_t limit, Event& event) {
    if (uses_ladder_) return ladder_->pop(limit, event);
    if (heap_.is_empty() || heap_.front().time > limit) return false;
    event = heap_.pop();
    return true;
  }

  // Tells the events that come soon, not yet in order and more than once each, for prefetching:
  // visit(event, ahead) with 3 for the farthest, then 2, then 1. `few_too`: of few events as well.
  template <typename Visitor>
  void look_ahead(bool few_too, Visitor visit) const {
    if (!uses_ladder_ || !ladder_->is_at_first_of_bucket()) return;
    if (few_too || ladder_->size() > CachedMax) ladder_->look_ahead(visit);
  }

 private:
  // Apart, so that push() needs no stack.
  void push_to_heap(Event event);

  HeapQueue heap_;
  std::unique_ptr<LadderQueue> ladder_;
  bool uses_ladder_ = false;
};

}  // namespace splitscope::sim
