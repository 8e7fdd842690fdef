// Takes values from untrusted bytes. Reading past the end, or a value that cannot be, sets
// failed(); from then on every read answers zero. Check once, at the end.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "engine/base/endpoint.hpp"
#include "engine/base/ids.hpp"

namespace splitscope::wire {

class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : rest_(bytes) {}

  std::uint8_t u8() { return integer<std::uint8_t>(); }
  std::uint16_t u16() { return integer<std::uint16_t>(); }
  std::uint32_t u32() { return integer<std::uint32_t>(); }
  std::uint64_t u64() { return integer<std::uint64_t>(); }
  // 0 or 1; anything else fails.
  bool flag();
  // Points into the bytes read from. Longer than `size_max`: fails.
  std::string_view text(std::size_t size_max);
  base::Endpoint endpoint() {
    const std::uint32_t address = u32();
    const std::uint16_t port = u16();
    return {base::Ipv4{address}, port};
  }
  base::Uuid uuid() {
    const std::uint64_t high = u64();
    const std::uint64_t low = u64();
    return {high, low};
  }
  // A count of things that take at least `size_min` bytes each: fails if they cannot fit in what is
  // left, or are more than `count_max`. So a hostile count never sizes a buffer.
  std::uint32_t count(std::uint32_t count_max, std::size_t size_min);

  std::size_t remaining() const { return rest_.size(); }
  bool failed() const { return failed_; }
  // All was read, and nothing failed.
  bool finished() const { return !failed_ && rest_.empty(); }
  // For decoders that find a value impossible.
  void fail() {
    failed_ = true;
    rest_ = {};
  }

 private:
  template <typename Integer>
  Integer integer() {
    if (rest_.size() < sizeof(Integer)) {
      fail();
      return 0;
    }
    Integer value = 0;
    std::memcpy(&value, rest_.data(), sizeof(Integer));
    rest_ = rest_.subspan(sizeof(Integer));
    return std::endian::native == std::endian::little ? std::byteswap(value) : value;
  }

  std::span<const std::byte> rest_;
  bool failed_ = false;
};

}  // namespace splitscope::wire
