// Memory for the chunks of one pool, given back as a whole. Hides huge pages: a large pool is
// looked up all over, and with small pages finding the address costs a cache miss beside the thing
// itself. Invariant: what was given stays where it is.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <vector>

namespace splitscope::sim {

class PoolMemory {
 public:
  static constexpr std::size_t Alignment = 64;
  static constexpr std::size_t HugePage = 2 * 1024 * 1024;
  static constexpr std::size_t SmallMax = 4 * HugePage;  // beyond, huge pages are asked for

  // So many bytes, aligned to a cache line, for as long as *this lives.
  std::byte* take(std::size_t size);
  // What all blocks take.
  std::size_t size() const { return size_; }

 private:
  struct Free {
    void operator()(std::byte* memory) const { std::free(memory); }
  };
  void add_block(std::size_t size, std::size_t alignment);

  std::vector<std::unique_ptr<std::byte, Free>> blocks_;
  std::byte* next_ = nullptr;  // in the last block
  std::size_t left_ = 0;
  std::size_t size_ = 0;
};

}  // namespace splitscope::sim
