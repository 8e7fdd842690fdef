#include "engine/lab/frame.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include "engine/trace/checksum.hpp"

namespace splitscope::lab {
namespace {

constexpr base::Endpoint A{base::ipv4(10, 77, 0, 11), 40'000};
constexpr base::Endpoint B{base::ipv4(10, 77, 0, 12), 5701};

std::vector<std::byte> copy_of(FrameBytes bytes) {
  return {bytes.begin(), bytes.end()};
}

std::vector<std::byte> udp_frame(std::size_t size = 32, std::uint8_t ttl = 64) {
  const std::vector<std::byte> payload(size, std::byte{7});
  trace::FrameBuilder builder;
  return copy_of(builder.udp({A, B, payload, {.ttl = ttl, .identification = 1, .hop = {}}}));
}

std::vector<std::byte> igmp_frame(const std::vector<std::uint8_t>& report) {
  std::vector<std::byte> frame = udp_frame(report.size() - 8);
  frame[EthernetHeaderSize + 9] = std::byte{2};
  std::ranges::copy(std::as_bytes(std::span(report)), frame.begin() + EthernetHeaderSize + 20);
  return frame;
}

std::vector<GroupChange> changes_of(const std::vector<std::uint8_t>& report) {
  const std::vector<std::byte> frame = igmp_frame(report);
  const ParsedFrame parsed = parse_frame(frame);
  REQUIRE(parsed.kind == FrameKind::Igmp);
  return read_group_changes(frame, parsed);
}

}  // namespace

TEST_CASE("frame: a segment is read with its ports, flags, TTL and size", "[engine][lab]") {
  trace::FrameBuilder builder;
  trace::TcpSegment segment;
  segment.source = A;
  segment.destination = B;
  segment.flags = net::FlagSyn;
  segment.syn_options = trace::TcpSynOptions{};
  const FrameBytes bytes = builder.tcp(segment);
  const ParsedFrame parsed = parse_frame(bytes);
  REQUIRE(parsed.kind == FrameKind::Packet);
  CHECK(parsed.packet.source == A);
  CHECK(parsed.packet.destination == B);
  CHECK(parsed.packet.protocol == net::Protocol::Tcp);
  CHECK(parsed.packet.flags == net::FlagSyn);
  CHECK(parsed.packet.ttl == 64);
  CHECK(parsed.packet.wire_bytes == bytes.size());
}

TEST_CASE("frame: an ARP request says who asks for whom", "[engine][lab]") {
  trace::FrameBuilder builder;
  const ParsedFrame parsed =
      parse_frame(builder.arp({.is_reply = false, .sender = A.address, .target = B.address}));
  REQUIRE(parsed.kind == FrameKind::Arp);
  CHECK(parsed.is_request);
  CHECK(parsed.packet.source.address == A.address);
  CHECK(parsed.packet.destination.address == B.address);
  CHECK(parsed.packet.protocol == net::Protocol::Arp);
}

TEST_CASE("frame: what is cut short is malformed, wherever it is cut", "[engine][lab]") {
  const std::vector<std::byte> whole = udp_frame();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK(parse_frame(FrameBytes(whole).first(size)).kind == FrameKind::Malformed);
  }
}

TEST_CASE("frame: a later fragment has no ports, another protocol is foreign", "[engine][lab]") {
  std::vector<std::byte> frame = udp_frame();
  frame[EthernetHeaderSize + 7] = std::byte{10};
  CHECK(parse_frame(frame).is_fragment);
  CHECK(parse_frame(frame).packet.destination.port == 0);
  frame[EthernetHeaderSize + 9] = std::byte{132};
  CHECK(parse_frame(frame).kind == FrameKind::Foreign);
  frame[12] = std::byte{0x86};
  CHECK(parse_frame(frame).kind == FrameKind::Foreign);
}

TEST_CASE("frame: any bytes are read within their bounds", "[engine][lab]") {
  REQUIRE(rc::check([](std::vector<std::uint8_t> noise, bool keep_headers) {
    std::vector<std::byte> frame = udp_frame(40);
    const std::size_t from = keep_headers ? 20 : 0;
    for (std::size_t i = 0; i < noise.size() && from + i < frame.size(); ++i) {
      frame[from + i] = std::byte{noise[i]};
    }
    const ParsedFrame parsed = parse_frame(frame);
    if (parsed.kind == FrameKind::Malformed || parsed.kind == FrameKind::Foreign) return;
    RC_ASSERT(parsed.payload <= parsed.end);
    RC_ASSERT(parsed.end <= frame.size());
    if (parsed.kind == FrameKind::Igmp) {
      RC_ASSERT(read_group_changes(frame, parsed).size() <= GroupChangesMax);
    }
  }));
}

TEST_CASE("frame: IGMP reports of each version name the groups joined and left", "[engine][lab]") {
  const base::Ipv4 group = base::ipv4(224, 2, 2, 3);
  const GroupChange joins{group, true};
  const GroupChange leaves{group, false};
  CHECK(changes_of({0x16, 0, 0, 0, 224, 2, 2, 3}) == std::vector{joins});
  CHECK(changes_of({0x17, 0, 0, 0, 224, 2, 2, 3}) == std::vector{leaves});
  CHECK(changes_of({0x22, 0, 0, 0, 0, 0, 0, 2, 4,   0, 0, 0,
                    224,  2, 2, 3, 3, 0, 0, 0, 224, 2, 2, 3}) == std::vector{joins, leaves});
  // A count that lies, sources that are not there, and a group that is none.
  CHECK(changes_of({0x22, 0, 0, 0, 0, 0, 255, 255, 4, 0, 0, 0, 224, 2, 2, 3}) ==
        std::vector{joins});
  CHECK(changes_of({0x22, 0, 0, 0, 0, 0, 0, 2, 1, 9, 9, 9, 224, 2, 2, 3}).size() == 1);
  CHECK(changes_of({0x16, 0, 0, 0, 10, 2, 2, 3}).empty());
}

TEST_CASE("frame: a router's changes leave the checksum right", "[engine][lab]") {
  for (const int ttl : {2, 3, 64, 255}) {
    std::vector<std::byte> frame = udp_frame(32, static_cast<std::uint8_t>(ttl));
    pass_router(frame,
                {.source = {2, 1, 0, 0, 0, 1}, .destination = trace::mac_of(B.address), .hops = 1});
    CHECK(parse_frame(frame).packet.ttl == ttl - 1);
    const FrameBytes header = FrameBytes(frame).subspan(EthernetHeaderSize, 20);
    CHECK(trace::internet_checksum(trace::internet_sum(header)) == 0);
    CHECK(frame[0] == std::byte{2});
    CHECK(frame[7] == std::byte{1});
  }
}

}  // namespace splitscope::lab
