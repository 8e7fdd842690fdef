#include "engine/sim/event_blocks.hpp"

namespace splitscope::sim {

void EventBlocks::add_block(Bag& bag, Event event) {
  std::uint32_t taken = free_;
  if (taken == Empty) {
    taken = static_cast<std::uint32_t>(blocks_.size());
    blocks_.emplace_back();
  } else {
    free_ = blocks_[taken].next;
  }
  Block& block = blocks_[taken];
  block.events[0] = event;
  block.count = 1;
  block.next = bag;
  bag = taken;
}

}  // namespace splitscope::sim
