#include "engine/lab/frame.hpp"

#include <algorithm>

#include "engine/base/assert.hpp"

namespace splitscope::lab {
namespace {

constexpr std::uint16_t TypeIpv4 = 0x0800;
constexpr std::uint16_t TypeArp = 0x0806;
constexpr std::size_t IpHeaderMin = 20;
constexpr std::size_t TcpHeaderMin = 20;
constexpr std::size_t UdpHeaderSize = 8;
constexpr std::size_t IcmpHeaderMin = 8;
constexpr std::size_t IgmpHeaderSize = 8;
constexpr std::size_t ArpSize = 28;
constexpr std::uint8_t ProtocolIgmp = 2;
constexpr std::uint16_t FragmentOffsetMask = 0x1fff;

std::uint8_t u8(FrameBytes bytes, std::size_t at) {
  return std::to_integer<std::uint8_t>(bytes[at]);
}
std::uint16_t u16(FrameBytes bytes, std::size_t at) {
  return static_cast<std::uint16_t>(u8(bytes, at) << 8 | u8(bytes, at + 1));
}
std::uint32_t u32(FrameBytes bytes, std::size_t at) {
  return std::uint32_t{u16(bytes, at)} << 16 | u16(bytes, at + 2);
}

ParsedFrame parse_arp(FrameBytes bytes, ParsedFrame frame) {
  constexpr std::size_t At = EthernetHeaderSize;
  if (bytes.size() < At + ArpSize) return frame;
  const bool is_ipv4_over_ethernet = u16(bytes, At) == 1 && u16(bytes, At + 2) == TypeIpv4 &&
                                     u8(bytes, At + 4) == 6 && u8(bytes, At + 5) == 4;
  const std::uint16_t operation = u16(bytes, At + 6);
  if (!is_ipv4_over_ethernet || (operation != 1 && operation != 2)) return frame;
  frame.kind = FrameKind::Arp;
  frame.is_request = operation == 1;
  frame.packet.protocol = net::Protocol::Arp;
  frame.packet.source.address = base::Ipv4{u32(bytes, At + 14)};
  frame.packet.destination.address = base::Ipv4{u32(bytes, At + 24)};
  frame.payload = At;
  frame.end = At + ArpSize;
  return frame;
}

// The header behind IPv4's; false if it is cut short.
bool parse_transport(FrameBytes bytes, std::uint8_t protocol, ParsedFrame& frame) {
  const std::size_t room = frame.end - frame.payload;
  const auto ports = [&] {
    frame.packet.source.port = u16(bytes, frame.payload);
    frame.packet.destination.port = u16(bytes, frame.payload + 2);
  };
  frame.kind = FrameKind::Packet;
  switch (protocol) {
    case static_cast<std::uint8_t>(net::Protocol::Tcp):
      frame.packet.protocol = net::Protocol::Tcp;
      if (frame.is_fragment) return true;
      if (room < TcpHeaderMin || u8(bytes, frame.payload + 12) >> 4 < 5) return false;
      ports();
      frame.packet.flags = u8(bytes, frame.payload + 13);
      return true;
    case static_cast<std::uint8_t>(net::Protocol::Udp):
      frame.packet.protocol = net::Protocol::Udp;
      if (frame.is_fragment) return true;
      if (room < UdpHeaderSize) return false;
      ports();
      return true;
    case static_cast<std::uint8_t>(net::Protocol::Icmp):
      frame.packet.protocol = net::Protocol::Icmp;
      return frame.is_fragment || room >= IcmpHeaderMin;
    case ProtocolIgmp:
      frame.kind = FrameKind::Igmp;
      return room >= IgmpHeaderSize;
    default:
      frame.kind = FrameKind::Foreign;
      return true;
  }
}

ParsedFrame parse_ipv4(FrameBytes bytes, ParsedFrame frame) {
  constexpr std::size_t At = EthernetHeaderSize;
  if (bytes.size() < At + IpHeaderMin || u8(bytes, At) >> 4 != 4) return frame;
  const std::size_t header = std::size_t{u8(bytes, At)} % 16 * 4;
  const std::size_t total = u16(bytes, At + 2);
  if (header < IpHeaderMin || total < header || At + total > bytes.size()) return frame;
  frame.packet.ttl = u8(bytes, At + 8);
  frame.packet.source.address = base::Ipv4{u32(bytes, At + 12)};
  frame.packet.destination.address = base::Ipv4{u32(bytes, At + 16)};
  frame.is_fragment = (u16(bytes, At + 6) & FragmentOffsetMask) != 0;
  frame.payload = At + header;
  frame.end = At + total;
  if (!parse_transport(bytes, u8(bytes, At + 9), frame)) frame.kind = FrameKind::Malformed;
  return frame;
}

// One group record of an IGMPv3 report (RFC 3376 section 4.2): whether any source is heard at all.
bool is_join(std::uint8_t record, std::uint16_t sources) {
  constexpr std::uint8_t IsExclude = 2;
  constexpr std::uint8_t ToExclude = 4;
  return record == IsExclude || record == ToExclude || sources > 0;
}

}  // namespace

ParsedFrame parse_frame(FrameBytes bytes) {
  ParsedFrame frame;
  if (bytes.size() < EthernetHeaderSize) return frame;
  frame.packet.wire_bytes = static_cast<std::uint32_t>(bytes.size());
  const std::uint16_t type = u16(bytes, 12);
  if (type == TypeIpv4) return parse_ipv4(bytes, frame);
  if (type == TypeArp) return parse_arp(bytes, frame);
  frame.kind = FrameKind::Foreign;
  return frame;
}

std::vector<GroupChange> read_group_changes(FrameBytes bytes, const ParsedFrame& frame) {
  constexpr std::uint8_t ReportV1 = 0x12;
  constexpr std::uint8_t ReportV2 = 0x16;
  constexpr std::uint8_t LeaveV2 = 0x17;
  constexpr std::uint8_t ReportV3 = 0x22;
  std::vector<GroupChange> changes;
  const auto add = [&changes](std::uint32_t group, bool joins) {
    if (base::Ipv4{group}.is_multicast()) changes.push_back({base::Ipv4{group}, joins});
  };
  const std::uint8_t type = u8(bytes, frame.payload);
  if (type == ReportV1 || type == ReportV2 || type == LeaveV2) {
    add(u32(bytes, frame.payload + 4), type != LeaveV2);
    return changes;
  }
  if (type != ReportV3) return changes;
  constexpr std::size_t RecordSize = 8;
  const std::size_t count = std::min<std::size_t>(u16(bytes, frame.payload + 6), GroupChangesMax);
  std::size_t at = frame.payload + IgmpHeaderSize;
  for (std::size_t i = 0; i < count && frame.end - at >= RecordSize; ++i) {
    const std::uint16_t sources = u16(bytes, at + 2);
    add(u32(bytes, at + 4), is_join(u8(bytes, at), sources));
    const std::size_t size =
        RecordSize + std::size_t{sources} * 4 + std::size_t{u8(bytes, at + 1)} * 4;
    if (size > frame.end - at) break;
    at += size;
  }
  return changes;
}

void set_destination_mac(std::span<std::byte> bytes, const trace::Mac& mac) {
  std::ranges::copy(std::as_bytes(std::span(mac)), bytes.begin());
}

void set_source_mac(std::span<std::byte> bytes, const trace::Mac& mac) {
  std::ranges::copy(std::as_bytes(std::span(mac)), bytes.begin() + 6);
}

void pass_router(std::span<std::byte> bytes, const Passage& passage) {
  constexpr std::size_t Ttl = EthernetHeaderSize + 8;
  constexpr std::size_t Checksum = EthernetHeaderSize + 10;
  SPLITSCOPE_ASSERT(u8(bytes, Ttl) > passage.hops);
  set_destination_mac(bytes, passage.destination);
  set_source_mac(bytes, passage.source);
  bytes[Ttl] = static_cast<std::byte>(u8(bytes, Ttl) - passage.hops);
  // RFC 1624: the checksum rises by what the word falls, with the carry around.
  const std::uint32_t sum =
      std::uint32_t{u16(bytes, Checksum)} + (std::uint32_t{passage.hops} << 8);
  const auto folded = static_cast<std::uint16_t>((sum & 0xffff) + (sum >> 16));
  bytes[Checksum] = static_cast<std::byte>(folded >> 8);
  bytes[Checksum + 1] = static_cast<std::byte>(folded & 0xff);
}

}  // namespace splitscope::lab
