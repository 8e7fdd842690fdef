// SHA-256 and HMAC-SHA-256. Hides OpenSSL.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace splitscope::wire {

using Sha256 = std::array<std::byte, 32>;

Sha256 sha256(std::string_view text);
Sha256 hmac_sha256(std::span<const std::byte> key, std::string_view text);

}  // namespace splitscope::wire
