// Headers compared byte by byte with what Linux puts on the wire.
#include "engine/trace/frame_builder.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <rapidcheck.h>

#include "engine/trace/checksum.hpp"

using namespace splitscope;
using namespace splitscope::trace;

namespace {

const base::Endpoint Near{base::ipv4(10, 0, 0, 1), 40'000};
const base::Endpoint Far{base::ipv4(10, 0, 0, 2), 5701};

std::string hex(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte byte : bytes) text += fmt::format("{:02x}", std::to_integer<int>(byte));
  return text;
}

std::uint32_t big16(std::span<const std::byte> bytes, std::size_t at) {
  return std::to_integer<std::uint32_t>(bytes[at]) << 8 |
         std::to_integer<std::uint32_t>(bytes[at + 1]);
}

// As a receiver checks it: with the checksum in place, all must sum to ones.
bool is_ip_checksum_right(std::span<const std::byte> frame) {
  return internet_sum(frame.subspan(14, 20)) == 0xffff;
}
bool is_payload_checksum_right(std::span<const std::byte> frame, std::uint32_t protocol) {
  const std::span<const std::byte> payload = frame.subspan(34);
  std::uint32_t sum = protocol + static_cast<std::uint32_t>(payload.size());
  sum = internet_sum(frame.subspan(26, 8), sum);
  return internet_sum(payload, sum) == 0xffff;
}

}  // namespace

TEST_CASE("frame builder: a SYN with the options Linux offers", "[engine][trace]") {
  FrameBuilder builder;
  TcpSegment syn{.source = Near, .destination = Far, .sequence = 0x01020304, .flags = 0x02};
  syn.window = 64'240;
  syn.syn_options = TcpSynOptions{};
  syn.ip.identification = 0x1234;
  CHECK(hex(builder.tcp(syn)) ==
        "02000a000002"
        "02000a000001"
        "0800"
        "4500"
        "0034"
        "1234"
        "4000"
        "4006"
        "148e"
        "0a000001"
        "0a000002"
        "9c40"
        "1645"
        "01020304"
        "00000000"
        "8002"
        "faf0"
        "a992"
        "0000"
        "020405b4"
        "01010402"
        "01030307");
}

TEST_CASE("frame builder: an ARP request goes to all, a reply to the asker", "[engine][trace]") {
  FrameBuilder builder;
  CHECK(hex(builder.arp({.sender = Near.address, .target = Far.address})) ==
        "ffffffffffff"
        "02000a000001"
        "0806"
        "0001"
        "0800"
        "0604"
        "0001"
        "02000a000001"
        "0a000001"
        "000000000000"
        "0a000002");
  CHECK(hex(builder.arp({true, Far.address, Near.address})) ==
        "02000a000001"
        "02000a000002"
        "0806"
        "0001"
        "0800"
        "0604"
        "0002"
        "02000a000002"
        "0a000002"
        "02000a000001"
        "0a000001");
}

TEST_CASE("frame builder: a group has its own MAC address", "[engine][trace]") {
  CHECK(mac_of(base::ipv4(224, 2, 2, 3)) == Mac{0x01, 0x00, 0x5e, 2, 2, 3});
  CHECK(mac_of(base::ipv4(239, 255, 0, 1)) == Mac{0x01, 0x00, 0x5e, 0x7f, 0, 1});
  CHECK(mac_of(base::ipv4(255, 255, 255, 255)) == Mac{0xff, 0xff, 0xff, 0xff, 0xff, 0xff});
}

TEST_CASE("frame builder: behind a router the frame is the hop's, the packet the ends'",
          "[engine][trace]") {
  FrameBuilder builder;
  UdpDatagram datagram{.source = Near, .destination = Far};
  datagram.ip.hop.destination = base::ipv4(10, 0, 0, 254);
  const std::string frame = hex(builder.udp(datagram));
  CHECK(frame.substr(0, 24) == "02000a0000fe02000a000001");
  CHECK(frame.substr(2 * 26, 16) == "0a0000010a000002");
}

TEST_CASE("frame builder: unreachable quotes the packet's header and eight bytes",
          "[engine][trace]") {
  FrameBuilder builder;
  const std::vector<std::byte> payload(100, std::byte{1});
  const auto lost = builder.udp({.source = Near, .destination = Far, .payload = payload});
  const Bytes copy(lost.begin(), lost.end());
  FrameBuilder other;
  const auto frame = other.icmp(IcmpUnreachable{
      .source = Far.address, .destination = Near.address, .code = 3, .frame = copy});
  CHECK(frame.size() == 14 + 20 + 8 + 28);
  CHECK(hex(frame.subspan(34, 2)) == "0303");
  CHECK(hex(frame.subspan(42)) == hex(std::span(copy).subspan(14, 28)));
  CHECK(internet_sum(frame.subspan(34)) == 0xffff);
  CHECK(is_ip_checksum_right(frame));
  CHECK(hex(other
                .icmp(IcmpTimeExceeded{
                    .source = Far.address, .destination = Near.address, .frame = copy})
                .subspan(34, 2)) == "0b00");
}

TEST_CASE("frame builder: lengths and checksums are right for any segment and datagram",
          "[engine][trace]") {
  REQUIRE(rc::check(
      [](std::uint32_t source, std::uint32_t destination, const std::vector<std::uint8_t>& data) {
        const auto payload = std::as_bytes(std::span(data));
        const base::Endpoint from{{source}, 40'000};
        const base::Endpoint to{{destination}, 5701};
        FrameBuilder builder;
        TcpSegment segment{.source = from, .destination = to, .flags = 0x18, .payload = payload};
        if (*rc::gen::arbitrary<bool>()) {
          segment.syn_options = TcpSynOptions{536, std::nullopt, *rc::gen::arbitrary<bool>()};
        }
        const auto tcp = builder.tcp(segment);
        RC_ASSERT(big16(tcp, 16) == tcp.size() - 14);
        RC_ASSERT(is_ip_checksum_right(tcp));
        RC_ASSERT(is_payload_checksum_right(tcp, 6));
        const std::size_t header = 4 * (std::to_integer<std::size_t>(tcp[46]) >> 4);
        RC_ASSERT(tcp.size() == 34 + header + data.size());
        const auto udp = builder.udp({.source = from, .destination = to, .payload = payload});
        RC_ASSERT(big16(udp, 38) == 8 + data.size());
        RC_ASSERT(big16(udp, 40) != 0u);
        RC_ASSERT(is_payload_checksum_right(udp, 17));
      }));
}

TEST_CASE("frame builder: the longest payloads fill a packet exactly", "[engine][trace]") {
  const std::vector<std::byte> payload(FrameBuilder::UdpPayloadMax);
  FrameBuilder builder;
  const auto udp = builder.udp({.source = Near, .destination = Far, .payload = payload});
  CHECK(udp.size() == 14 + 65'535);
  CHECK(big16(udp, 16) == 65'535);
}
