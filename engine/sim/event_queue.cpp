#include "engine/sim/event_queue.hpp"

namespace splitscope::sim {

void EventQueue::push_to_heap(Event event) {
  heap_.push(event);
  if (heap_.size() <= HeapMax) return;
  ladder_ = std::make_unique<LadderQueue>();
  uses_ladder_ = true;
  while (!heap_.is_empty()) ladder_->push(heap_.pop());
}

}  // namespace splitscope::sim
