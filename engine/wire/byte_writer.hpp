// Appends values to bytes, big-endian.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/base/endpoint.hpp"
#include "engine/base/ids.hpp"

namespace splitscope::wire {

// Reuse one writer: clear() keeps its memory, so a warm encoder allocates nothing.
class ByteWriter {
 public:
  void clear() { bytes_.clear(); }
  std::span<const std::byte> bytes() const { return bytes_; }
  std::size_t size() const { return bytes_.size(); }

  void u8(std::uint8_t value) { bytes_.push_back(std::byte{value}); }
  void u16(std::uint16_t value) { integer(value); }
  void u32(std::uint32_t value) { integer(value); }
  void u64(std::uint64_t value) { integer(value); }
  void flag(bool value) { u8(value ? 1 : 0); }
  // Length (16 bits) and bytes. Precondition: at most 65,535 bytes.
  void text(std::string_view value);
  void endpoint(const base::Endpoint& value) {
    u32(value.address.value);
    u16(value.port);
  }
  void uuid(const base::Uuid& value) {
    u64(value.high);
    u64(value.low);
  }
  // Overwrites four bytes written before. Precondition: offset + 4 <= size().
  void patch_u32(std::size_t offset, std::uint32_t value);

 private:
  template <typename Integer>
  void integer(Integer value) {
    const Integer ordered =
        std::endian::native == std::endian::little ? std::byteswap(value) : value;
    const auto bytes = std::bit_cast<std::array<std::byte, sizeof(Integer)>>(ordered);
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }

  std::vector<std::byte> bytes_;
};

}  // namespace splitscope::wire
