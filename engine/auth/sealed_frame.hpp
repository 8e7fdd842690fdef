// Frames that carry a number and a code, and datagrams that carry their sender's life too. Pure.
// Nothing is hidden from who listens; nothing can be changed, left out, repeated or made up.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "engine/auth/join_handshake.hpp"

namespace splitscope::auth {

// What sealing adds: the outer header, the number, the code.
inline constexpr std::size_t SealOverhead = 16 + 8 + 32;

// `frame` with the number `counter` under `key`, as one frame. Precondition: it fits.
std::vector<std::byte> seal(const Code& key, std::uint64_t counter,
                            std::span<const std::byte> frame);
// The frame within; none if the code or the number is not right. It lives in `sealed`.
std::optional<std::span<const std::byte>> unseal(const Code& key, std::uint64_t counter,
                                                 std::span<const std::byte> sealed);

// Datagrams of one member are sealed under a key that any holder of the secret can make of what the
// datagram says: whether its stamp is of now is for the receiver to know.
struct OpenedDatagram {
  DatagramStamp stamp;
  std::span<const std::byte> datagram;  // lives in what was opened
};
std::vector<std::byte> seal_datagram(const JoinSecret& secret, std::string_view cluster_name,
                                     base::Ipv4 sender, const DatagramStamp& stamp,
                                     std::span<const std::byte> datagram);
// None if it was not made with the secret, for that cluster, by the member at `sender`.
std::optional<OpenedDatagram> open_datagram(const JoinSecret& secret, std::string_view cluster_name,
                                            base::Ipv4 sender, std::span<const std::byte> sealed);

}  // namespace splitscope::auth
