// IPv4 addresses and endpoints.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace splitscope::base {

// An IPv4 address in host byte order.
struct Ipv4 {
  std::uint32_t value = 0;

  friend auto operator<=>(const Ipv4&, const Ipv4&) = default;
  constexpr bool is_multicast() const { return (value >> 28) == 0xe; }
  constexpr bool is_loopback() const { return (value >> 24) == 127; }
  constexpr std::uint8_t last_octet() const { return static_cast<std::uint8_t>(value & 0xff); }
};

constexpr Ipv4 ipv4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  return Ipv4{(std::uint32_t{a} << 24) | (std::uint32_t{b} << 16) | (std::uint32_t{c} << 8) | d};
}

struct Endpoint {
  Ipv4 address;
  std::uint16_t port = 0;
  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};
inline constexpr Endpoint NoEndpoint{};

// Dotted decimal, four numbers of 0 to 255; anything else is an error that quotes the text.
Result<Ipv4> parse_ipv4(std::string_view text);
// "address:port" with a port of 1 to 65535.
Result<Endpoint> parse_endpoint(std::string_view text);

std::string to_text(Ipv4 address);
// "10.0.0.1:5701"
std::string to_text(const Endpoint& endpoint);

// An endpoint in one word, for trace arguments and digests, and back.
constexpr std::uint64_t pack(const Endpoint& endpoint) {
  return (std::uint64_t{endpoint.address.value} << 16) | endpoint.port;
}
constexpr Endpoint unpack_endpoint(std::uint64_t packed) {
  return Endpoint{Ipv4{static_cast<std::uint32_t>(packed >> 16)},
                  static_cast<std::uint16_t>(packed & 0xffff)};
}

}  // namespace splitscope::base
