// The secret that members of one cluster share, and the codes made with it. Hides: how what is
// authenticated becomes bytes. Never printed, never compared but in constant time.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/wire/byte_writer.hpp"
#include "engine/wire/sha256.hpp"

namespace splitscope::auth {

using Code = wire::Sha256;  // of HMAC-SHA-256; also a key made of one
using Nonce = std::array<std::byte, 32>;

// Where nonces come from: they must never repeat, and nobody may foresee them.
class NonceSource {
 public:
  virtual Nonce next() = 0;

 protected:
  ~NonceSource() = default;
};

// HMAC of a label, which names the use, and of bytes. No two uses share a label.
Code code_of(std::span<const std::byte> key, std::string_view label,
             std::span<const std::byte> bytes);
// Takes as long whatever differs.
bool are_equal(std::span<const std::byte> a, std::span<const std::byte> b);
void put(wire::ByteWriter& writer, std::span<const std::byte> bytes);

class JoinSecret {
 public:
  static constexpr std::size_t SizeMax = 1024;

  // A file's or a configuration's text; line ends at its end do not count. Error: it is empty or
  // too long.
  static base::Result<JoinSecret> from_text(std::string_view text);

  Code code(std::string_view label, std::span<const std::byte> bytes) const;

 private:
  explicit JoinSecret(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes_;
};

}  // namespace splitscope::auth
