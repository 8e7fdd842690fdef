// The queue that a simulation uses: a heap while few events are pending, a ladder from then on. The
// order is total, so the switch cannot be seen in a run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "engine/sim/heap_queue.hpp"
#include "engine/sim/ladder_queue.hpp"

namespace splitscope::sim {

class EventQueue {
 public:
  // Pending events up to which the heap is faster.
  static constexpr std::size_t HeapMax = 128;

  std::size_t size() const { return uses_ladder_ ? ladder_->size() : heap_.size(); }

  void push(const Event& event) {
    if (uses_ladder_) {
      ladder_->push(event);
      return;
    }
    heap_.push(event);
    if (heap_.size() > HeapMax) [[unlikely]]
      switch_to_ladder();
  }

  // Takes the first event if its time is at most `limit`; false if there is none.
  bool pop(std::int64_t limit, Event& event) {
    if (uses_ladder_) return ladder_->pop(limit, event);
    if (heap_.is_empty() || heap_.front().time > limit) return false;
    event = heap_.pop();
    return true;
  }

  // Events that come soon, not yet in order, told once each; for prefetching. Empty between.
  std::span<const Event> soon() const {
    return uses_ladder_ && ladder_->is_at_first_of_bucket() ? ladder_->following()
                                                            : std::span<const Event>{};
  }

 private:
  void switch_to_ladder() {
    ladder_ = std::make_unique<LadderQueue>();
    uses_ladder_ = true;
    while (!heap_.is_empty()) ladder_->push(heap_.pop());
  }

  HeapQueue heap_;
  std::unique_ptr<LadderQueue> ladder_;
  bool uses_ladder_ = false;
};

}  // namespace splitscope::sim
