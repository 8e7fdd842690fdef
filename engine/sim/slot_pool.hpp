// Objects in numbered slots that are used again and never move, so references stay valid while
// others are taken. Memory is kept until the pool goes.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/sim/pool_memory.hpp"

namespace splitscope::sim {

template <typename T, unsigned ChunkBits>
class SlotPool {
 public:
  // A slot that nobody uses. What its last user left in it is still there.
  std::uint32_t take() {
    if (free_.empty()) return grow();
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    return slot;
  }
  void give_back(std::uint32_t slot) { free_.push_back(slot); }

  // Precondition: slot < size(). Unchecked: this is done several times for every event.
  T& operator[](std::uint32_t slot) { return chunks_.data()[slot >> ChunkBits].get()[slot & Mask]; }
  const T& operator[](std::uint32_t slot) const {
    return chunks_.data()[slot >> ChunkBits].get()[slot & Mask];
  }
  // Slots taken so far, given back or not.
  std::uint32_t size() const { return size_; }

 private:
  static constexpr std::uint32_t ChunkSize = 1u << ChunkBits;
  static constexpr std::uint32_t Mask = ChunkSize - 1;

  static_assert(alignof(T) <= PoolMemory::Alignment);
  struct EndChunk {
    void operator()(T* chunk) const { std::destroy_n(chunk, ChunkSize); }
  };

  std::uint32_t grow() {
    if ((size_ & Mask) == 0) {
      T* const chunk = reinterpret_cast<T*>(memory_.take(ChunkSize * sizeof(T)));
      std::uninitialized_value_construct_n(chunk, ChunkSize);
      chunks_.emplace_back(chunk);
    }
    return size_++;
  }

  PoolMemory memory_;  // of the chunks
  std::vector<std::unique_ptr<T[], EndChunk>> chunks_;
  std::vector<std::uint32_t> free_;  // the last that was given back is taken first
  std::uint32_t size_ = 0;
};

}  // namespace splitscope::sim
