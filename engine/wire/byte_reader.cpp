#include "engine/wire/byte_reader.hpp"

namespace splitscope::wire {

bool ByteReader::flag() {
  const std::uint8_t value = u8();
  if (value > 1) fail();
  return value == 1;
}

std::string_view ByteReader::text(std::size_t size_max) {
  const std::size_t size = u16();
  if (failed_ || size > size_max || size > rest_.size()) {
    fail();
    return {};
  }
  const std::string_view value{reinterpret_cast<const char*>(rest_.data()), size};
  rest_ = rest_.subspan(size);
  return value;
}

std::uint32_t ByteReader::count(std::uint32_t count_max, std::size_t size_min) {
  const std::uint32_t value = u32();
  if (failed_ || value > count_max || value > rest_.size() / (size_min == 0 ? 1 : size_min)) {
    fail();
    return 0;
  }
  return value;
}

}  // namespace splitscope::wire
