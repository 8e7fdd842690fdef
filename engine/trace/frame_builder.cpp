#include "engine/trace/frame_builder.hpp"

#include <algorithm>

#include "engine/base/assert.hpp"
#include "engine/trace/checksum.hpp"

namespace splitscope::trace {
namespace {

constexpr std::size_t EthernetHeaderSize = 14;
constexpr std::size_t IpHeaderSize = 20;
constexpr std::size_t TcpHeaderSize = 20;
constexpr std::size_t UdpHeaderSize = 8;
constexpr std::size_t IcmpHeaderSize = 8;
constexpr std::size_t QuotedSizeMax = IpHeaderSize + 8;

constexpr std::uint16_t TypeIpv4 = 0x0800;
constexpr std::uint16_t TypeArp = 0x0806;
constexpr std::uint8_t ProtocolIcmp = 1;
constexpr std::uint8_t ProtocolTcp = 6;
constexpr std::uint8_t ProtocolUdp = 17;
constexpr std::uint16_t DoNotFragment = 0x4000;

constexpr Mac Broadcast{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

base::Ipv4 either(base::Ipv4 hop, base::Ipv4 own) {
  return hop == base::Ipv4{} ? own : hop;
}

void append_mac(Bytes& out, const Mac& mac) {
  for (const std::uint8_t byte : mac) out.push_back(std::byte{byte});
}

// Padded with no-operations to a multiple of four bytes, in the order Linux sends them.
Bytes encode(const TcpSynOptions& options) {
  Bytes bytes;
  append_big(bytes, std::uint16_t{0x0204});
  append_big(bytes, options.segment_size_max);
  if (options.is_sack_permitted) append_big(bytes, std::uint32_t{0x01010402});
  if (options.window_shift) append_big(bytes, std::uint32_t{0x01030300} | *options.window_shift);
  return bytes;
}

}  // namespace

Mac mac_of(base::Ipv4 address) {
  const std::uint32_t value = address.value;
  const auto octet = [value](unsigned shift) { return static_cast<std::uint8_t>(value >> shift); };
  if (address == base::Ipv4{0xffff'ffff}) return Broadcast;
  if (address.is_multicast()) {
    return {0x01, 0x00, 0x5e, static_cast<std::uint8_t>(octet(16) & 0x7f), octet(8), octet(0)};
  }
  return {0x02, 0x00, octet(24), octet(16), octet(8), octet(0)};
}

std::span<const std::byte> FrameBuilder::tcp(const TcpSegment& segment) {
  SPLITSCOPE_ASSERT(segment.payload.size() <= TcpPayloadMax);
  const Bytes options = segment.syn_options ? encode(*segment.syn_options) : Bytes{};
  const std::size_t header_size = TcpHeaderSize + options.size();
  const std::size_t size = header_size + segment.payload.size();
  const IpRoute route{segment.source.address, segment.destination.address, ProtocolTcp};
  begin_ip(route, segment.ip, size);
  const std::size_t start = frame_.size();
  append_big(frame_, segment.source.port);
  append_big(frame_, segment.destination.port);
  append_big(frame_, segment.sequence);
  append_big(frame_, segment.acknowledgement);
  append_big(frame_, static_cast<std::uint16_t>((header_size / 4) << 12 | segment.flags));
  append_big(frame_, segment.window);
  append_big(frame_, std::uint32_t{0});  // checksum, urgent pointer
  append(frame_, options);
  append(frame_, segment.payload);
  patch_checksum(start, start + 16, pseudo_header_sum(route, size));
  return frame_;
}

std::span<const std::byte> FrameBuilder::udp(const UdpDatagram& datagram) {
  SPLITSCOPE_ASSERT(datagram.payload.size() <= UdpPayloadMax);
  const std::size_t size = UdpHeaderSize + datagram.payload.size();
  const IpRoute route{datagram.source.address, datagram.destination.address, ProtocolUdp};
  begin_ip(route, datagram.ip, size);
  const std::size_t start = frame_.size();
  append_big(frame_, datagram.source.port);
  append_big(frame_, datagram.destination.port);
  append_big(frame_, static_cast<std::uint16_t>(size));
  append_big(frame_, std::uint16_t{0});
  append(frame_, datagram.payload);
  patch_checksum(start, start + 6, pseudo_header_sum(route, size));
  // Zero would say that there is no checksum (RFC 768).
  if (frame_[start + 6] == std::byte{0} && frame_[start + 7] == std::byte{0}) {
    frame_[start + 6] = frame_[start + 7] = std::byte{0xff};
  }
  return frame_;
}

std::span<const std::byte> FrameBuilder::icmp(const IcmpUnreachable& message) {
  const auto type_and_code = static_cast<std::uint16_t>(3 << 8 | message.code);
  return icmp_about({message.source, message.destination, ProtocolIcmp}, message.ip, type_and_code,
                    message.frame);
}

std::span<const std::byte> FrameBuilder::icmp(const IcmpTimeExceeded& message) {
  return icmp_about({message.source, message.destination, ProtocolIcmp}, message.ip, 11 << 8,
                    message.frame);
}

std::span<const std::byte> FrameBuilder::icmp_about(const IpRoute& route, const IpFields& fields,
                                                    std::uint16_t type_and_code,
                                                    std::span<const std::byte> frame) {
  std::span<const std::byte> quoted = frame;
  if (quoted.size() >= EthernetHeaderSize) quoted = quoted.subspan(EthernetHeaderSize);
  quoted = quoted.first(std::min(quoted.size(), QuotedSizeMax));
  begin_ip(route, fields, IcmpHeaderSize + quoted.size());
  const std::size_t start = frame_.size();
  append_big(frame_, type_and_code);
  append_big(frame_, std::uint16_t{0});
  append_big(frame_, std::uint32_t{0});
  append(frame_, quoted);
  patch_checksum(start, start + 2, 0);
  return frame_;
}

std::span<const std::byte> FrameBuilder::arp(const ArpMessage& message) {
  const Mac sender = mac_of(message.sender);
  const Mac target = message.is_reply ? mac_of(message.target) : Mac{};
  begin_ethernet(sender, message.is_reply ? target : Broadcast, TypeArp);
  append_big(frame_, std::uint16_t{1});  // Ethernet
  append_big(frame_, TypeIpv4);
  append_big(frame_, std::uint16_t{0x0604});  // the sizes of their addresses
  append_big(frame_, static_cast<std::uint16_t>(message.is_reply ? 2 : 1));
  append_mac(frame_, sender);
  append_big(frame_, message.sender.value);
  append_mac(frame_, target);
  append_big(frame_, message.target.value);
  return frame_;
}

void FrameBuilder::begin_ethernet(const Mac& source, const Mac& destination, std::uint16_t type) {
  frame_.clear();
  append_mac(frame_, destination);
  append_mac(frame_, source);
  append_big(frame_, type);
}

void FrameBuilder::begin_ip(const IpRoute& route, const IpFields& fields,
                            std::size_t payload_size) {
  begin_ethernet(mac_of(either(fields.hop.source, route.source)),
                 mac_of(either(fields.hop.destination, route.destination)), TypeIpv4);
  const std::size_t start = frame_.size();
  append_big(frame_, std::uint16_t{0x4500});
  append_big(frame_, static_cast<std::uint16_t>(IpHeaderSize + payload_size));
  append_big(frame_, fields.identification);
  append_big(frame_, route.protocol == ProtocolTcp ? DoNotFragment : std::uint16_t{0});
  append_big(frame_, static_cast<std::uint16_t>(fields.ttl << 8 | route.protocol));
  append_big(frame_, std::uint16_t{0});
  append_big(frame_, route.source.value);
  append_big(frame_, route.destination.value);
  patch_checksum(start, start + 10, 0);
}

// Over all from `start` to the end, where the field itself is still zero.
void FrameBuilder::patch_checksum(std::size_t start, std::size_t field, std::uint32_t sum) {
  const std::uint16_t checksum =
      internet_checksum(internet_sum(std::span(frame_).subspan(start), sum));
  frame_[field] = static_cast<std::byte>(checksum >> 8);
  frame_[field + 1] = static_cast<std::byte>(checksum & 0xff);
}

std::uint32_t FrameBuilder::pseudo_header_sum(const IpRoute& route, std::size_t size) const {
  const auto halves = [](std::uint32_t value) { return (value >> 16) + (value & 0xffff); };
  return halves(route.source.value) + halves(route.destination.value) + route.protocol +
         static_cast<std::uint32_t>(size);
}

}  // namespace splitscope::trace
