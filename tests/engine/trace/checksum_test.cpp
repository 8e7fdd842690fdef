#include "engine/trace/checksum.hpp"

#include <array>

#include <catch2/catch.hpp>

#include "engine/trace/bytes.hpp"

using namespace splitscope::trace;

TEST_CASE("crc32: the published check value, at once and in pieces", "[engine][trace]") {
  CHECK(crc32(bytes_of("123456789")) == 0xCBF4'3926);
  CHECK(crc32(bytes_of("56789"), crc32(bytes_of("1234"))) == 0xCBF4'3926);
  CHECK(crc32({}) == 0);
}

TEST_CASE("internet checksum: the example of RFC 1071", "[engine][trace]") {
  const std::array<std::byte, 8> bytes{std::byte{0x00}, std::byte{0x01}, std::byte{0xf2},
                                       std::byte{0x03}, std::byte{0xf4}, std::byte{0xf5},
                                       std::byte{0xf6}, std::byte{0xf7}};
  CHECK(internet_sum(bytes) == 0xddf2);
  CHECK(internet_checksum(internet_sum(bytes)) == 0x220d);
  CHECK(internet_sum(std::span(bytes).first(3)) ==
        internet_sum(std::array<std::byte, 4>{bytes[0], bytes[1], bytes[2]}));
}
