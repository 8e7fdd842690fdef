// What travels in a multicast datagram: one frame, whose header names its type and version, with a
// JoinRequest (a joiner looks for a master), a MulticastAnswer (a master answers) or a
// SplitBrainCheck (a master looks for other clusters). Anyone may send to the group, so everything
// is checked and bounded.
#pragma once

#include <variant>

#include "engine/base/message.hpp"
#include "schemes/membership/message_codec.hpp"
#include "schemes/membership/messages.hpp"

namespace splitscope::schemes {

// Datagrams beyond this cannot be sent (Hazelcast's packet buffer).
inline constexpr std::uint32_t DatagramSizeMax = 64 * 1024;

// A master's answer to a JoinRequest, heard by all joiners: `from` is the master.
struct MulticastAnswer {
  static constexpr MessageType Type = MessageType::MulticastAnswer;
  JoinMessage from;
  friend bool operator==(const MulticastAnswer&, const MulticastAnswer&) = default;
};
void write_payload(wire::ByteWriter& writer, const MulticastAnswer& message);
void read_payload(wire::ByteReader& reader, MulticastAnswer& message);

// std::monostate: malformed, or nothing that belongs in a datagram.
using MulticastMessage =
    std::variant<std::monostate, JoinRequest, MulticastAnswer, SplitBrainCheck>;
MulticastMessage decode_datagram(const base::Message& datagram);

// A SplitBrainCheck lists all members; of a list that would not fit a datagram as many are sent as
// do, the master first.
SplitBrainCheck fit_datagram(SplitBrainCheck announcement);

}  // namespace splitscope::schemes
