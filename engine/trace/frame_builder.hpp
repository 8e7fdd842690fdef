// Builds the Ethernet frames of simulated traffic as a real card would have seen them: headers with
// right lengths and checksums around the payload, which is copied. Pure; knows nothing of who
// sends.
//
// A host's MAC address is 02:00 and its IPv4 address; a group's is 01:00:5e and the group's low 23
// bits (RFC 1112). Frames are not padded to 60 bytes, as captures on the sending host show them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/base/endpoint.hpp"
#include "engine/trace/bytes.hpp"

namespace splitscope::trace {

using Mac = std::array<std::uint8_t, 6>;
Mac mac_of(base::Ipv4 address);

// The two machines at the ends of the cable where the frame was seen, if these are not the packet's
// own source and destination: between a host and a router, say. 0.0.0.0 means the packet's own.
struct Hop {
  base::Ipv4 source;
  base::Ipv4 destination;
};

// What IPv4 says of any packet.
struct IpFields {
  std::uint8_t ttl = 64;
  std::uint16_t identification = 0;
  Hop hop;
};

// Offered on SYN segments (RFC 9293, RFC 7323, RFC 2018).
struct TcpSynOptions {
  std::uint16_t segment_size_max = 1460;
  std::optional<std::uint8_t> window_shift = 7;
  bool is_sack_permitted = true;
};

struct TcpSegment {
  base::Endpoint source;
  base::Endpoint destination;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgement = 0;
  std::uint8_t flags = 0;    // as on the wire: FIN 1, SYN 2, RST 4, PSH 8, ACK 16
  std::uint16_t window = 0;  // as on the wire: already shifted right
  std::optional<TcpSynOptions> syn_options;
  std::span<const std::byte> payload;
  IpFields ip;
};

struct UdpDatagram {
  base::Endpoint source;
  base::Endpoint destination;
  std::span<const std::byte> payload;
  IpFields ip;
};

// ICMP destination unreachable, quoting the IPv4 packet that could not be delivered.
struct IcmpUnreachable {
  base::Ipv4 source;
  base::Ipv4 destination;
  std::uint8_t code = 1;  // 0 net, 1 host, 3 port, 13 prohibited
  // The frame of that packet, as built here; its Ethernet header is left out. At most its IPv4
  // header and 8 bytes are quoted (RFC 792). Must not lie in the builder's own buffer.
  std::span<const std::byte> frame;
  IpFields ip;
};

// ICMP time exceeded in transit: the ttl ran out.
struct IcmpTimeExceeded {
  base::Ipv4 source;
  base::Ipv4 destination;
  std::span<const std::byte> frame;  // as in IcmpUnreachable
  IpFields ip;
};

// ARP for IPv4 (RFC 826). A request goes to every host of the link, a reply to the asker.
struct ArpMessage {
  bool is_reply = false;
  base::Ipv4 sender;
  base::Ipv4 target;
};

// Reuse one builder: it keeps its memory. Each call's answer is valid until the next call.
class FrameBuilder {
 public:
  static constexpr std::size_t TcpPayloadMax = 65'535 - 20 - 40;
  static constexpr std::size_t UdpPayloadMax = 65'535 - 20 - 8;

  // Precondition: the payload is within the maximum above.
  std::span<const std::byte> tcp(const TcpSegment& segment);
  std::span<const std::byte> udp(const UdpDatagram& datagram);
  std::span<const std::byte> icmp(const IcmpUnreachable& message);
  std::span<const std::byte> icmp(const IcmpTimeExceeded& message);
  std::span<const std::byte> arp(const ArpMessage& message);

 private:
  struct IpRoute {
    base::Ipv4 source;
    base::Ipv4 destination;
    std::uint8_t protocol;
  };
  void begin_ethernet(const Mac& source, const Mac& destination, std::uint16_t type);
  void begin_ip(const IpRoute& route, const IpFields& fields, std::size_t payload_size);
  void patch_checksum(std::size_t start, std::size_t field, std::uint32_t sum);
  std::uint32_t pseudo_header_sum(const IpRoute& route, std::size_t size) const;
  std::span<const std::byte> icmp_about(const IpRoute& route, const IpFields& fields,
                                        std::uint16_t type_and_code,
                                        std::span<const std::byte> frame);

  Bytes frame_;
};

}  // namespace splitscope::trace
