#include "engine/auth/sealed_frame.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

namespace splitscope::auth {
namespace {

std::vector<std::byte> some_bytes() {
  const auto numbers = *rc::gen::arbitrary<std::vector<std::uint8_t>>();
  std::vector<std::byte> bytes;
  for (const std::uint8_t number : numbers) bytes.push_back(std::byte{number});
  return bytes;
}

void flip_one_bit(std::vector<std::byte>& bytes, std::size_t from) {
  const auto at = *rc::gen::inRange<std::size_t>(from, bytes.size());
  bytes[at] ^= std::byte{1} << *rc::gen::inRange(0, 8);
}

}  // namespace

TEST_CASE("a sealed frame opens with its key and number, and not when a bit differs",
          "[auth][seal]") {
  CHECK(rc::check([] {
    Code key{};
    key[0] = std::byte{*rc::gen::arbitrary<std::uint8_t>()};
    const auto frame = some_bytes();
    const auto counter = *rc::gen::arbitrary<std::uint64_t>();
    std::vector<std::byte> sealed = seal(key, counter, frame);
    RC_ASSERT(sealed.size() == frame.size() + SealOverhead);
    const auto opened = unseal(key, counter, sealed);
    RC_ASSERT(opened.has_value());
    RC_ASSERT(std::equal(opened->begin(), opened->end(), frame.begin(), frame.end()));
    RC_ASSERT(!unseal(key, counter + 1, sealed).has_value());
    Code other = key;
    other[31] ^= std::byte{1};
    RC_ASSERT(!unseal(other, counter, sealed).has_value());
    flip_one_bit(sealed, 16);  // behind the outer header, which says nothing but the size
    RC_ASSERT(!unseal(key, counter, sealed).has_value());
  }));
}

TEST_CASE("a sealed datagram opens for its cluster and sender, and not when a bit differs",
          "[auth][seal]") {
  CHECK(rc::check([] {
    const JoinSecret secret = *JoinSecret::from_text("opensesame");
    const base::Ipv4 sender = base::ipv4(10, 0, 0, 1);
    DatagramStamp stamp;
    stamp.nonce.fill(std::byte{*rc::gen::arbitrary<std::uint8_t>()});
    stamp.counter = *rc::gen::arbitrary<std::uint64_t>();
    stamp.port = 5701;
    const auto datagram = some_bytes();
    std::vector<std::byte> sealed = seal_datagram(secret, "prod", sender, stamp, datagram);
    const auto opened = open_datagram(secret, "prod", sender, sealed);
    RC_ASSERT(opened.has_value());
    RC_ASSERT(opened->stamp == stamp);
    RC_ASSERT(std::equal(opened->datagram.begin(), opened->datagram.end(), datagram.begin(),
                         datagram.end()));
    RC_ASSERT(!open_datagram(secret, "dev", sender, sealed).has_value());
    RC_ASSERT(!open_datagram(secret, "prod", base::ipv4(10, 0, 0, 2), sealed).has_value());
    const JoinSecret other = *JoinSecret::from_text("open sesame");
    RC_ASSERT(!open_datagram(other, "prod", sender, sealed).has_value());
    flip_one_bit(sealed, 16);
    RC_ASSERT(!open_datagram(secret, "prod", sender, sealed).has_value());
  }));
}

}  // namespace splitscope::auth
