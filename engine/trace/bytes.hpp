// Integers in and out of bytes for the formats of this folder: little-endian and variable length
// for trace files, big-endian for network headers. A Cursor reads untrusted bytes: past the end, or
// a variable-length integer beyond 64 bits, sets failed(); from then on every read answers zero.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace splitscope::trace {

using Bytes = std::vector<std::byte>;

inline std::span<const std::byte> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}
inline std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

template <std::unsigned_integral Integer>
void append_little(Bytes& out, Integer value) {
  for (std::size_t i = 0; i < sizeof(Integer); ++i) {
    out.push_back(static_cast<std::byte>((value >> (8 * i)) & 0xff));
  }
}
template <std::unsigned_integral Integer>
void append_big(Bytes& out, Integer value) {
  for (std::size_t i = sizeof(Integer); i-- > 0;) {
    out.push_back(static_cast<std::byte>((value >> (8 * i)) & 0xff));
  }
}
inline void append(Bytes& out, std::span<const std::byte> more) {
  out.insert(out.end(), more.begin(), more.end());
}
// Seven bits a byte, lowest first; the top bit says that more follow.
inline void append_varint(Bytes& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::byte>((value & 0x7f) | 0x80));
  out.push_back(static_cast<std::byte>(value));
}

// Signed numbers near zero as small unsigned ones: 0, -1, 1, -2 become 0, 1, 2, 3.
constexpr std::uint64_t zigzag(std::uint64_t difference) {
  return (difference << 1) ^ (0 - (difference >> 63));
}
constexpr std::uint64_t unzigzag(std::uint64_t coded) {
  return (coded >> 1) ^ (0 - (coded & 1));
}

class Cursor {
 public:
  explicit Cursor(std::span<const std::byte> bytes) : bytes_(bytes) {}

  template <std::unsigned_integral Integer>
  Integer little() {
    if (remaining() < sizeof(Integer)) {
      fail();
      return 0;
    }
    std::uint64_t value = 0;
    for (std::size_t i = sizeof(Integer); i-- > 0;) {
      value = (value << 8) | std::to_integer<std::uint64_t>(bytes_[at_ + i]);
    }
    at_ += sizeof(Integer);
    return static_cast<Integer>(value);
  }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && at_ < bytes_.size(); shift += 7) {
      const auto part = std::to_integer<std::uint64_t>(bytes_[at_++]);
      if (shift == 63 && part > 1) break;
      value |= (part & 0x7f) << shift;
      if ((part & 0x80) == 0) return value;
    }
    fail();
    return 0;
  }
  // A variable-length integer that must not exceed `limit`.
  std::uint64_t varint_up_to(std::uint64_t limit) {
    const std::uint64_t value = varint();
    if (value <= limit) return value;
    fail();
    return 0;
  }
  // The next `size` bytes; none and failed() if there are fewer.
  std::span<const std::byte> take(std::size_t size) {
    if (size > remaining()) {
      fail();
      return {};
    }
    at_ += size;
    return bytes_.subspan(at_ - size, size);
  }
  // For decoders that find a value impossible.
  void fail() {
    failed_ = true;
    at_ = bytes_.size();
  }

  std::size_t remaining() const { return bytes_.size() - at_; }
  std::size_t position() const { return at_; }
  bool failed() const { return failed_; }

 private:
  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace splitscope::trace
