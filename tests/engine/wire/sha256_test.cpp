#include "engine/wire/sha256.hpp"

#include <catch2/catch.hpp>

#include "engine/wire/escaping.hpp"

using namespace splitscope::wire;

TEST_CASE("sha256: FIPS 180-2 and RFC 4231 examples", "[engine][wire]") {
  CHECK(hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const std::string_view key = "Jefe";
  CHECK(hex(hmac_sha256(std::as_bytes(std::span{key.data(), key.size()}),
                        "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}
