#include "engine/wire/byte_writer.hpp"

#include "engine/base/assert.hpp"

namespace splitscope::wire {

void ByteWriter::text(std::string_view value) {
  SPLITSCOPE_ASSERT(value.size() <= 0xffff);
  u16(static_cast<std::uint16_t>(value.size()));
  for (const char c : value) bytes_.push_back(std::byte{static_cast<unsigned char>(c)});
}

void ByteWriter::patch_u32(std::size_t offset, std::uint32_t value) {
  SPLITSCOPE_ASSERT(offset + 4 <= bytes_.size());
  for (std::size_t i = 0; i < 4; ++i) {
    bytes_[offset + i] = std::byte{static_cast<unsigned char>((value >> (24 - 8 * i)) & 0xff)};
  }
}

}  // namespace splitscope::wire
