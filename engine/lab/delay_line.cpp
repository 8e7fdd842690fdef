#include "engine/lab/delay_line.hpp"

#include <algorithm>

namespace splitscope::lab {

DelayLine::Frame* DelayLine::add(base::Instant due, net::HostId to,
                                 std::span<const std::byte> bytes) {
  if (heap_.size() >= FramesMax) return nullptr;
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(frames_.size()));
    frames_.emplace_back();
  }
  const std::uint32_t slot = free_.back();
  free_.pop_back();
  Frame& frame = frames_[slot];
  frame.to = to;
  frame.bytes.assign(bytes.begin(), bytes.end());
  heap_.push_back({due, next_sequence_++, slot});
  std::push_heap(heap_.begin(), heap_.end(), later);
  return &frame;
}

const DelayLine::Frame* DelayLine::take(base::Instant now) {
  if (heap_.empty() || heap_.front().due > now) return nullptr;
  std::pop_heap(heap_.begin(), heap_.end(), later);
  const std::uint32_t slot = heap_.back().slot;
  heap_.pop_back();
  // Free again at once: the caller reads it before it adds another.
  free_.push_back(slot);
  return &frames_[slot];
}

}  // namespace splitscope::lab
