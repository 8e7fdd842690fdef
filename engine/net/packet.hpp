// A packet as firewalls, links and faults see it: headers and a size, never the payload's meaning.
// In the simulator it is the packet; in the lab it is read off a real frame.
#pragma once

#include <cstdint>

#include "engine/base/endpoint.hpp"

namespace splitscope::net {

enum class Protocol : std::uint8_t { Tcp = 6, Udp = 17, Icmp = 1, Arp = 0 };

// TCP header flags, as on the wire.
inline constexpr std::uint8_t FlagFin = 0x01;
inline constexpr std::uint8_t FlagSyn = 0x02;
inline constexpr std::uint8_t FlagRst = 0x04;
inline constexpr std::uint8_t FlagPsh = 0x08;
inline constexpr std::uint8_t FlagAck = 0x10;

struct PacketView {
  base::Endpoint source;       // port 0 where the protocol has none
  base::Endpoint destination;  // a group address for multicast
  Protocol protocol = Protocol::Tcp;
  std::uint8_t flags = 0;
  std::uint8_t ttl = 64;
  std::uint32_t wire_bytes = 0;  // the whole Ethernet frame

  bool is_multicast() const { return destination.address.is_multicast(); }
};

// How a rejected packet is answered: by a TCP reset, or by ICMP "destination unreachable" of that
// code.
enum class RejectKind : std::uint8_t {
  TcpReset,
  PortUnreachable,
  HostUnreachable,
  Prohibited,  // administratively
  NetUnreachable,
  HostProhibited,
};

}  // namespace splitscope::net
