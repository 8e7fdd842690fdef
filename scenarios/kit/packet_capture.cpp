#include "scenarios/kit/packet_capture.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace splitscope::scenarios {
namespace {

constexpr std::uint32_t NotAdded = 0xffff'ffff;
constexpr std::uint32_t WindowShift = 7;

std::string_view comment_of(sim::PacketObserver::Fate fate) {
  switch (fate) {
    case sim::PacketObserver::Fate::Sent:
      return "";
    case sim::PacketObserver::Fate::Lost:
      return "lost on the link";
    case sim::PacketObserver::Fate::Dropped:
      return "dropped by a fault";
    case sim::PacketObserver::Fate::Rejected:
      return "rejected by a fault";
    case sim::PacketObserver::Fate::Held:
      return "held by a fault";
  }
  return "";
}

// Stream positions count from 0 without the SYN, which takes the first sequence number.
std::uint32_t wire_sequence(const sim::Packet& packet) {
  const bool is_syn = (packet.flags & net::FlagSyn) != 0;
  return static_cast<std::uint32_t>(packet.sequence + (is_syn ? 0 : 1));
}

}  // namespace

PacketCapture::PacketCapture(std::ostream& out, const sim::Network& network,
                             const std::string& comment)
    : network_(network), writer_(out, {.comment = comment}) {}

std::uint32_t PacketCapture::interface_of(const sim::Packet& packet) {
  if (interfaces_.size() <= packet.from.value) interfaces_.resize(packet.from.value + 1, NotAdded);
  std::uint32_t& interface = interfaces_[packet.from.value];
  if (interface == NotAdded) {
    interface = writer_.add_interface({.name = fmt::format("host{}", packet.from.value + 1),
                                       .description = "",
                                       .address = network_.topology().address(packet.from)});
  }
  return interface;
}

void PacketCapture::on_packet(base::Instant at, const sim::Packet& packet, Fate fate) {
  trace::CapturedPacket captured;
  captured.interface = interface_of(packet);
  captured.time = at;
  captured.direction = trace::Direction::Outbound;
  captured.comment = comment_of(fate);
  const trace::IpFields ip{.ttl = packet.ttl, .identification = ++identification_, .hop = {}};
  if (packet.protocol == net::Protocol::Udp) {
    captured.frame = frames_.udp({packet.source, packet.destination, packet.datagram.bytes(), ip});
  } else if (packet.protocol == net::Protocol::Tcp) {
    network_.copy_payload(packet, payload_);
    trace::TcpSegment segment;
    segment.source = packet.source;
    segment.destination = packet.destination;
    segment.sequence = wire_sequence(packet);
    const bool has_ack = (packet.flags & net::FlagAck) != 0;
    segment.acknowledgement = has_ack ? static_cast<std::uint32_t>(packet.acknowledgement + 1) : 0;
    segment.flags = packet.flags;
    const bool is_syn = (packet.flags & net::FlagSyn) != 0;
    segment.window = static_cast<std::uint16_t>(
        std::min<std::uint32_t>(is_syn ? packet.window : packet.window >> WindowShift, 0xffff));
    if (is_syn) segment.syn_options = trace::TcpSynOptions{};
    segment.payload = payload_;
    segment.ip = ip;
    captured.frame = frames_.tcp(segment);
  } else {
    return;  // ICMP answers are the firewall's, not a host's
  }
  writer_.write(captured);
}

}  // namespace splitscope::scenarios
