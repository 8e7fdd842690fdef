#include "engine/sim/pool_memory.hpp"

#include <sys/mman.h>

#include "engine/base/assert.hpp"

namespace splitscope::sim {
namespace {

std::size_t round_up(std::size_t size, std::size_t unit) {
  return (size + unit - 1) / unit * unit;
}

}  // namespace

std::byte* PoolMemory::take(std::size_t size) {
  const std::size_t rounded = round_up(size, Alignment);
  if (rounded > left_) {
    const bool is_large = size_ >= SmallMax;
    add_block(is_large ? round_up(rounded, HugePage) : rounded, is_large ? HugePage : Alignment);
  }
  left_ -= rounded;
  std::byte* const taken = next_;
  next_ += rounded;
  return taken;
}

void PoolMemory::add_block(std::size_t size, std::size_t alignment) {
  auto* const memory = static_cast<std::byte*>(std::aligned_alloc(alignment, size));
  SPLITSCOPE_ASSERT(memory != nullptr);
  blocks_.emplace_back(memory);
  // Without huge pages it only costs time.
  if (alignment == HugePage) (void)::madvise(memory, size, MADV_HUGEPAGE);
  next_ = memory;
  left_ = size;
  size_ += size;
}

}  // namespace splitscope::sim
