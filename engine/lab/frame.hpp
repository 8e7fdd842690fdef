// What the switch reads off an Ethernet frame: the packet as engine/net judges it, and what ARP and
// IGMP say. Frames come from other kernels, so every length is checked; what is malformed is said
// to be, never asserted. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/net/packet.hpp"
#include "engine/trace/frame_builder.hpp"

namespace splitscope::lab {

using FrameBytes = std::span<const std::byte>;

inline constexpr std::size_t EthernetHeaderSize = 14;

enum class FrameKind : std::uint8_t {
  Packet,     // TCP, UDP or ICMP over IPv4: `packet` is filled
  Arp,        // `packet` has the addresses, protocol Arp
  Igmp,       // see read_group_changes()
  Foreign,    // something this network does not carry: IPv6, say
  Malformed,  // cut short, or lengths that cannot be
};

struct ParsedFrame {
  FrameKind kind = FrameKind::Malformed;
  net::PacketView packet;
  // Arp: a request, rather than a reply. The asker is packet.source, who is asked for
  // packet.destination.
  bool is_request = false;
  std::size_t payload = 0;   // where TCP, UDP, ICMP or IGMP begins
  std::size_t end = 0;       // where the IPv4 packet ends; padding may follow
  bool is_fragment = false;  // not the first: it has no ports
};
ParsedFrame parse_frame(FrameBytes bytes);

// A host joined or left a multicast group (IGMP v1 to v3).
struct GroupChange {
  base::Ipv4 group;
  bool joins = false;
  friend bool operator==(const GroupChange&, const GroupChange&) = default;
};
inline constexpr std::size_t GroupChangesMax = 64;  // of one report; further ones are ignored
// Of a frame of kind Igmp; empty if it is no report, or malformed.
std::vector<GroupChange> read_group_changes(FrameBytes bytes, const ParsedFrame& frame);

// What a router changes on a frame that passes through `hops` of it: the cable's two addresses and
// the TTL with its checksum. Precondition: a frame of kind Packet with a TTL above `hops`.
struct Passage {
  trace::Mac source;
  trace::Mac destination;
  std::uint8_t hops = 0;
};
void pass_router(std::span<std::byte> bytes, const Passage& passage);

void set_source_mac(std::span<std::byte> bytes, const trace::Mac& mac);
void set_destination_mac(std::span<std::byte> bytes, const trace::Mac& mac);

}  // namespace splitscope::lab
