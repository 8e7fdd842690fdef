#include "engine/wire/sha256.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "engine/base/assert.hpp"

namespace splitscope::wire {
namespace {

unsigned char* bytes_of(Sha256& digest) {
  return reinterpret_cast<unsigned char*>(digest.data());
}

}  // namespace

Sha256 sha256(std::string_view text) {
  Sha256 digest;
  unsigned int size = 0;
  const int done =
      EVP_Digest(text.data(), text.size(), bytes_of(digest), &size, EVP_sha256(), nullptr);
  SPLITSCOPE_ASSERT(done == 1);
  SPLITSCOPE_ASSERT(size == digest.size());
  return digest;
}

Sha256 hmac_sha256(std::span<const std::byte> key, std::string_view text) {
  Sha256 digest;
  unsigned int size = 0;
  const unsigned char* done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                                   reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                                   bytes_of(digest), &size);
  SPLITSCOPE_ASSERT(done != nullptr);
  SPLITSCOPE_ASSERT(size == digest.size());
  return digest;
}

}  // namespace splitscope::wire
