// The future-event set as a 4-ary heap: the simplest correct queue, and the oracle for faster ones.
#pragma once

#include <cstddef>
#include <vector>

#include "engine/sim/event.hpp"

namespace splitscope::sim {

class HeapQueue {
 public:
  bool is_empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  // Precondition: not empty.
  const Event& front() const { return heap_.front(); }
  void push(const Event& event);
  // Removes the first event in the total order. Precondition: not empty.
  Event pop();
  // Forgets all events but keeps the memory.
  void clear() { heap_.clear(); }

 private:
  static constexpr std::size_t Arity = 4;
  std::vector<Event> heap_;
};

inline void HeapQueue::push(const Event& event) {
  std::size_t hole = heap_.size();
  heap_.push_back(event);
  Event* const heap = heap_.data();
  while (hole > 0) {
    const std::size_t parent = (hole - 1) / Arity;
    if (!(event < heap[parent])) break;
    heap[hole] = heap[parent];
    hole = parent;
  }
  heap[hole] = event;
}

inline Event HeapQueue::pop() {
  const Event first = heap_.front();
  const Event last = heap_.back();
  heap_.pop_back();
  const std::size_t size = heap_.size();
  if (size == 0) return first;
  Event* const heap = heap_.data();
  std::size_t hole = 0;
  for (;;) {
    const std::size_t begin = hole * Arity + 1;
    if (begin >= size) break;
    const std::size_t end = begin + Arity < size ? begin + Arity : size;
    std::size_t least = begin;
    for (std::size_t child = begin + 1; child < end; ++child) {
      if (heap[child] < heap[least]) least = child;
    }
    if (!(heap[least] < last)) break;
    heap[hole] = heap[least];
    hole = least;
  }
  heap[hole] = last;
  return first;
}

}  // namespace splitscope::sim
