#include "schemes/multicast/multicast_codec.hpp"

#include <algorithm>

#include "engine/wire/frame.hpp"

namespace splitscope::schemes {
namespace {

// Header, names and counts take less than this; an endpoint takes six bytes.
constexpr std::size_t FixedSizeMax = 1024;
constexpr std::size_t EndpointSize = 6;

template <typename Payload>
MulticastMessage decode_as(const base::Message& datagram) {
  Payload payload;
  if (!decode(datagram, payload)) return std::monostate{};
  return payload;
}

}  // namespace

void write_payload(wire::ByteWriter& writer, const MulticastAnswer& message) {
  write_payload(writer, WhoIsMaster{message.from});
}

void read_payload(wire::ByteReader& reader, MulticastAnswer& message) {
  WhoIsMaster same_fields;
  read_payload(reader, same_fields);
  message.from = std::move(same_fields.from);
}

MulticastMessage decode_datagram(const base::Message& datagram) {
  if (datagram.size() > DatagramSizeMax) return std::monostate{};
  const auto header = wire::read_frame_header(datagram.bytes());
  if (!header || header->size != datagram.size()) return std::monostate{};
  switch (static_cast<MessageType>(header->type)) {
    case MessageType::JoinRequest:
      return decode_as<JoinRequest>(datagram);
    case MessageType::MulticastAnswer:
      return decode_as<MulticastAnswer>(datagram);
    case MessageType::SplitBrainCheck:
      return decode_as<SplitBrainCheck>(datagram);
    default:
      return std::monostate{};
  }
}

SplitBrainCheck fit_datagram(SplitBrainCheck announcement) {
  constexpr std::size_t CountMax = (DatagramSizeMax - FixedSizeMax) / EndpointSize;
  if (announcement.members.size() > CountMax) announcement.members.resize(CountMax);
  return announcement;
}

}  // namespace splitscope::schemes
