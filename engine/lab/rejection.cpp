#include "engine/lab/rejection.hpp"

namespace splitscope::lab {
namespace {

std::uint32_t sequence_at(FrameBytes bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
  }
  return value;
}

std::uint8_t code_of(net::RejectKind kind) {
  switch (kind) {
    case net::RejectKind::NetUnreachable:
      return 0;
    case net::RejectKind::PortUnreachable:
      return 3;
    case net::RejectKind::HostProhibited:
      return 10;
    case net::RejectKind::Prohibited:
      return 13;
    case net::RejectKind::HostUnreachable:
    case net::RejectKind::TcpReset:
      break;
  }
  return 1;
}

bool may_be_answered(const ParsedFrame& parsed) {
  const net::PacketView& packet = parsed.packet;
  return parsed.kind == FrameKind::Packet && !packet.is_multicast() && !parsed.is_fragment &&
         packet.protocol != net::Protocol::Icmp && (packet.flags & net::FlagRst) == 0;
}

// RFC 9293 section 3.10.7.1: what resets a segment that nobody expected.
FrameBytes reset_of(trace::FrameBuilder& builder, FrameBytes frame, const ParsedFrame& parsed) {
  const std::uint8_t flags = parsed.packet.flags;
  const std::size_t header = (std::to_integer<std::size_t>(frame[parsed.payload + 12]) >> 4) * 4;
  const std::size_t room = parsed.end - parsed.payload;
  auto length = static_cast<std::uint32_t>(room > header ? room - header : 0);
  if ((flags & net::FlagSyn) != 0) ++length;
  if ((flags & net::FlagFin) != 0) ++length;
  trace::TcpSegment reset;
  reset.source = parsed.packet.destination;
  reset.destination = parsed.packet.source;
  reset.flags = net::FlagRst;
  if ((flags & net::FlagAck) != 0) {
    reset.sequence = sequence_at(frame, parsed.payload + 8);
  } else {
    reset.flags |= net::FlagAck;
    reset.acknowledgement = sequence_at(frame, parsed.payload + 4) + length;
  }
  return builder.tcp(reset);
}

}  // namespace

FrameBytes rejection_of(trace::FrameBuilder& builder, FrameBytes frame, const ParsedFrame& parsed,
                        net::RejectKind kind) {
  if (!may_be_answered(parsed)) return {};
  if (kind == net::RejectKind::TcpReset) {
    if (parsed.packet.protocol == net::Protocol::Tcp) return reset_of(builder, frame, parsed);
    kind = net::RejectKind::PortUnreachable;
  }
  return builder.icmp(trace::IcmpUnreachable{.source = parsed.packet.destination.address,
                                             .destination = parsed.packet.source.address,
                                             .code = code_of(kind),
                                             .frame = frame,
                                             .ip = {}});
}

FrameBytes time_exceeded(trace::FrameBuilder& builder, FrameBytes frame, const ParsedFrame& parsed,
                         base::Ipv4 router) {
  if (!may_be_answered(parsed)) return {};
  return builder.icmp(trace::IcmpTimeExceeded{
      .source = router, .destination = parsed.packet.source.address, .frame = frame, .ip = {}});
}

}  // namespace splitscope::lab
