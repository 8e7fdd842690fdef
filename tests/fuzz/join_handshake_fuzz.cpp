// Bytes of strangers: the handshake's parser, sealed frames and sealed datagrams must survive them,
// and none may open a connection.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/auth/sealed_frame.hpp"

using namespace splitscope;
using auth::JoinHandshake;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auth::JoinSecret secret = *auth::JoinSecret::from_text("opensesame");
  const std::span<const std::byte> bytes{reinterpret_cast<const std::byte*>(data), size};
  const base::Ipv4 self = base::ipv4(10, 0, 0, 2);
  const base::Endpoint peer{base::ipv4(10, 0, 0, 1), 5701};
  auth::Nonce nonce{};
  nonce.fill(std::byte{0x5a});
  for (const auto role : {JoinHandshake::Role::Connector, JoinHandshake::Role::Acceptor}) {
    JoinHandshake handshake(secret, role, {"prod", self, peer, {}}, nonce);
    // The input is cut into frames at each byte that says how long the next one is.
    std::span<const std::byte> rest = bytes;
    while (!rest.empty() && handshake.state() != JoinHandshake::State::Failed) {
      const std::size_t part =
          std::min<std::size_t>(std::to_integer<std::size_t>(rest.front()), rest.size() - 1);
      (void)handshake.on_frame(rest.subspan(1, part));
      rest = rest.subspan(1 + part);
    }
    if (handshake.state() == JoinHandshake::State::Open) __builtin_trap();
  }
  if (auth::unseal({}, 0, bytes).has_value()) __builtin_trap();
  if (auth::open_datagram(secret, "prod", peer.address, bytes).has_value()) __builtin_trap();
  return 0;
}
