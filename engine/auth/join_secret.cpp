#include "engine/auth/join_secret.hpp"

#include <fmt/format.h>

namespace splitscope::auth {

Code code_of(std::span<const std::byte> key, std::string_view label,
             std::span<const std::byte> bytes) {
  wire::ByteWriter writer;
  writer.text(label);
  put(writer, bytes);
  const std::span<const std::byte> all = writer.bytes();
  return wire::hmac_sha256(key, {reinterpret_cast<const char*>(all.data()), all.size()});
}

bool are_equal(std::span<const std::byte> a, std::span<const std::byte> b) {
  if (a.size() != b.size()) return false;
  std::byte difference{0};
  for (std::size_t i = 0; i < a.size(); ++i) difference |= a[i] ^ b[i];
  return difference == std::byte{0};
}

void put(wire::ByteWriter& writer, std::span<const std::byte> bytes) {
  for (const std::byte byte : bytes) writer.u8(std::to_integer<std::uint8_t>(byte));
}

base::Result<JoinSecret> JoinSecret::from_text(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  if (text.empty() || text.size() > SizeMax) {
    return base::failure(
        fmt::format("a join secret has 1 to {} bytes, not {}", SizeMax, text.size()));
  }
  return JoinSecret(std::string(text));
}

Code JoinSecret::code(std::string_view label, std::span<const std::byte> bytes) const {
  return code_of(std::as_bytes(std::span(bytes_)), label, bytes);
}

}  // namespace splitscope::auth
