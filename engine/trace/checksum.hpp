// The checksums of the formats of this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace splitscope::trace {

// CRC-32 as Ethernet, zip and PNG use it (polynomial 0xEDB88320, reflected, inverted at both ends).
// To go on over further bytes, pass the checksum of those before.
std::uint32_t crc32(std::span<const std::byte> bytes, std::uint32_t before = 0);

// The ones' complement sum of the Internet checksum (RFC 1071) over `bytes`, added to `sum`; an odd
// last byte counts as if followed by zero, so only the last piece may be odd.
std::uint32_t internet_sum(std::span<const std::byte> bytes, std::uint32_t sum = 0);
// What stands in the header: the folded sum, inverted.
std::uint16_t internet_checksum(std::uint32_t sum);

}  // namespace splitscope::trace
