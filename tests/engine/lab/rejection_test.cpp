#include "engine/lab/rejection.hpp"

#include <catch2/catch.hpp>

namespace splitscope::lab {
namespace {

constexpr base::Endpoint Client{base::ipv4(10, 77, 0, 11), 40'000};
constexpr base::Endpoint Server{base::ipv4(10, 77, 0, 12), 5701};

struct Asked {
  std::vector<std::byte> bytes;
  ParsedFrame parsed;
};

Asked segment(std::uint8_t flags, std::uint32_t acknowledgement = 0, std::size_t payload_size = 0) {
  const std::vector<std::byte> payload(payload_size);
  trace::TcpSegment tcp;
  tcp.source = Client;
  tcp.destination = Server;
  tcp.sequence = 1000;
  tcp.acknowledgement = acknowledgement;
  tcp.flags = flags;
  tcp.payload = payload;
  trace::FrameBuilder builder;
  const FrameBytes bytes = builder.tcp(tcp);
  return {{bytes.begin(), bytes.end()}, parse_frame(bytes)};
}

std::uint32_t word(FrameBytes bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
  }
  return value;
}

}  // namespace

TEST_CASE("rejection: a SYN is reset as RFC 9293 says, data at its acknowledgement",
          "[engine][lab]") {
  trace::FrameBuilder builder;
  const Asked syn = segment(net::FlagSyn);
  const FrameBytes reset = rejection_of(builder, syn.bytes, syn.parsed, net::RejectKind::TcpReset);
  const ParsedFrame parsed = parse_frame(reset);
  CHECK(parsed.packet.source == Server);
  CHECK(parsed.packet.destination == Client);
  CHECK(parsed.packet.flags == (net::FlagRst | net::FlagAck));
  CHECK(word(reset, parsed.payload + 8) == 1001);

  const Asked data = segment(net::FlagAck | net::FlagPsh, 77, 10);
  const FrameBytes second =
      rejection_of(builder, data.bytes, data.parsed, net::RejectKind::TcpReset);
  CHECK(parse_frame(second).packet.flags == net::FlagRst);
  CHECK(word(second, parse_frame(second).payload + 4) == 77);
}

TEST_CASE("rejection: ICMP has the code of its kind and quotes the packet", "[engine][lab]") {
  trace::FrameBuilder builder;
  const Asked syn = segment(net::FlagSyn);
  const std::vector<std::pair<net::RejectKind, int>> codes{{net::RejectKind::NetUnreachable, 0},
                                                           {net::RejectKind::HostUnreachable, 1},
                                                           {net::RejectKind::PortUnreachable, 3},
                                                           {net::RejectKind::HostProhibited, 10},
                                                           {net::RejectKind::Prohibited, 13}};
  for (const auto& [kind, code] : codes) {
    const FrameBytes icmp = rejection_of(builder, syn.bytes, syn.parsed, kind);
    const ParsedFrame parsed = parse_frame(icmp);
    REQUIRE(parsed.packet.protocol == net::Protocol::Icmp);
    CHECK(parsed.packet.destination.address == Client.address);
    CHECK(icmp[parsed.payload] == std::byte{3});
    CHECK(std::to_integer<int>(icmp[parsed.payload + 1]) == code);
    CHECK(word(icmp, parsed.payload + 8 + 12) == Client.address.value);
  }
}

TEST_CASE("rejection: resets, ICMP and multicast are never answered", "[engine][lab]") {
  trace::FrameBuilder builder;
  trace::FrameBuilder other;
  const auto answered = [&](FrameBytes bytes) {
    return !rejection_of(other, bytes, parse_frame(bytes), net::RejectKind::HostUnreachable)
                .empty();
  };
  CHECK_FALSE(answered(segment(net::FlagRst).bytes));
  const Asked syn = segment(net::FlagSyn);
  CHECK(answered(syn.bytes));
  CHECK_FALSE(answered(time_exceeded(builder, syn.bytes, syn.parsed, Server.address)));
  CHECK_FALSE(answered(builder.udp({Client, {base::ipv4(224, 2, 2, 3), 54327}, {}, {}})));
}

}  // namespace splitscope::lab
