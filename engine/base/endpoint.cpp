#include "engine/base/endpoint.hpp"

#include <charconv>

#include <fmt/format.h>

namespace splitscope::base {
namespace {

// A whole decimal number of at most `limit`, taken from the front of `rest`.
bool take_number(std::string_view& rest, std::uint32_t limit, std::uint32_t& number) {
  const char* first = rest.data();
  const auto [end, error] = std::from_chars(first, first + rest.size(), number);
  if (error != std::errc{} || number > limit) return false;
  rest.remove_prefix(static_cast<std::size_t>(end - first));
  return true;
}

bool take_char(std::string_view& rest, char wanted) {
  if (rest.empty() || rest.front() != wanted) return false;
  rest.remove_prefix(1);
  return true;
}

bool take_ipv4(std::string_view& rest, Ipv4& address) {
  for (int octet = 0; octet < 4; ++octet) {
    std::uint32_t number = 0;
    if (octet > 0 && !take_char(rest, '.')) return false;
    if (!take_number(rest, 255, number)) return false;
    address.value = (address.value << 8) | number;
  }
  return true;
}

}  // namespace

Result<Ipv4> parse_ipv4(std::string_view text) {
  std::string_view rest = text;
  Ipv4 address;
  if (!take_ipv4(rest, address) || !rest.empty()) {
    return failure(fmt::format(R"("{}" is not an IPv4 address such as 10.0.0.1)", text));
  }
  return address;
}

Result<Endpoint> parse_endpoint(std::string_view text) {
  std::string_view rest = text;
  Endpoint endpoint;
  std::uint32_t port = 0;
  if (!take_ipv4(rest, endpoint.address) || !take_char(rest, ':') ||
      !take_number(rest, 65535, port) || port == 0 || !rest.empty()) {
    return failure(fmt::format(R"("{}" is not an address and port such as 10.0.0.1:5701)", text));
  }
  endpoint.port = static_cast<std::uint16_t>(port);
  return endpoint;
}

std::string to_text(Ipv4 address) {
  return fmt::format("{}.{}.{}.{}", address.value >> 24, (address.value >> 16) & 0xff,
                     (address.value >> 8) & 0xff, address.value & 0xff);
}

std::string to_text(const Endpoint& endpoint) {
  return fmt::format("{}:{}", to_text(endpoint.address), endpoint.port);
}

}  // namespace splitscope::base
