#include "engine/sim/pool_memory.hpp"

#include <cstdint>
#include <cstring>

#include <catch2/catch.hpp>

namespace splitscope::sim {
namespace {

TEST_CASE("a pool's memory is apart, aligned, and stays", "[sim][pool]") {
  constexpr std::size_t Size = 7000;
  constexpr std::size_t Count = 2000;  // beyond SmallMax
  PoolMemory memory;
  std::vector<std::byte*> taken;
  for (std::size_t i = 0; i < Count; ++i) {
    taken.push_back(memory.take(Size));
    REQUIRE(reinterpret_cast<std::uintptr_t>(taken.back()) % PoolMemory::Alignment == 0);
    std::memset(taken.back(), static_cast<int>(i % 256), Size);
  }
  for (std::size_t i = 0; i < Count; ++i) {
    REQUIRE(taken[i][0] == static_cast<std::byte>(i % 256));
    REQUIRE(taken[i][Size - 1] == static_cast<std::byte>(i % 256));
  }
}

TEST_CASE("a small pool takes no more than it needs, a large one whole huge pages", "[sim][pool]") {
  PoolMemory memory;
  memory.take(1000);
  CHECK(memory.size() == 1024);
  memory.take(PoolMemory::SmallMax);
  const std::size_t before = memory.size();
  memory.take(1000);
  memory.take(1000);
  CHECK(memory.size() == before + PoolMemory::HugePage);
}

}  // namespace
}  // namespace splitscope::sim
