// Unordered bags of events that share one store: a bag is a chain of small blocks, and blocks of
// emptied bags are used again, so that many bags cost no more memory than the events in them.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/sim/event.hpp"

namespace splitscope::sim {

class EventBlocks {
 public:
  // A bag is the number of its first block. It belongs to the store it was filled in.
  using Bag = std::uint32_t;
  static constexpr Bag Empty = 0xffff'ffff;

  void add(Bag& bag, Event event) {
    if (bag == Empty || blocks_.data()[bag].count == BlockSize) {
      add_block(bag, event);
      return;
    }
    Block& block = blocks_.data()[bag];
    block.events[block.count++] = event;
  }
  // Calls `visit` with each event; it may add to other bags.
  template <typename Visitor>
  void drain(Bag& bag, Visitor visit) {
    while (bag != Empty) {
      for (std::uint32_t i = 0; i < blocks_.data()[bag].count; ++i) {
        const Event event = blocks_.data()[bag].events[i];
        visit(event);
      }
      bag = give_back(bag);
    }
  }
  // Empties the bag into `events` from index `at` on, making room; answers the index behind.
  std::size_t move_to(Bag& bag, std::vector<Event>& events, std::size_t at) {
    while (bag != Empty) {
      if (events.size() - at < BlockSize) events.resize(2 * events.size() + BlockSize);
      const Block& block = blocks_.data()[bag];
      Event* const to = events.data() + at;
      for (std::uint32_t i = 0; i < block.count; ++i) to[i] = block.events[i];
      at += block.count;
      bag = give_back(bag);
    }
    return at;
  }
  template <typename Visitor>
  void for_each(Bag bag, Visitor visit) const {
    for (; bag != Empty; bag = blocks_.data()[bag].next) {
      const Block& block = blocks_.data()[bag];
      for (std::uint32_t i = 0; i < block.count; ++i) visit(block.events[i]);
    }
  }
  // Forgets the events of all bags; those must be forgotten too.
  void clear() {
    blocks_.clear();
    free_ = Empty;
  }

 private:
  static constexpr std::uint32_t BlockSize = 5;
  struct Block {
    std::array<Event, BlockSize> events;
    std::uint32_t count = 0;
    std::uint32_t next = Empty;  // in the bag, or among the free
  };
  static_assert(sizeof(Block) == 128);

  // Apart, so that add() needs no stack.
  void add_block(Bag& bag, Event event);
  std::uint32_t give_back(std::uint32_t block) {
    const std::uint32_t next = blocks_.data()[block].next;
    blocks_.data()[block].next = free_;
    free_ = block;
    return next;
  }

  std::vector<Block> blocks_;
  std::uint32_t free_ = Empty;
};

}  // namespace splitscope::sim
