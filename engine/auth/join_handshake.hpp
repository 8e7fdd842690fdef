// How two ends of a connection prove to each other that they know the join secret. A value without
// I/O: frames in, frames out.
//
//   connector -> acceptor   Hello      who, to whom, a nonce, the multicast stamp
//   acceptor  -> connector  Challenge  a nonce, the stamp, the acceptor's code over all of both
//   connector -> acceptor   Proof      the connector's code over the same
//
// Both codes cover both nonces, both addresses, the cluster's name, both stamps, and the role of
// who made it; so an old exchange, one with somebody else, or one's own words thrown back prove
// nothing.
// Invariant: no key is given out before the peer's code was found right.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/auth/join_secret.hpp"
#include "engine/base/endpoint.hpp"
#include "engine/wire/byte_reader.hpp"

namespace splitscope::auth {

// Frames of ours beside those of the schemes, which number from 1.
enum class FrameType : std::uint16_t {
  Hello = 0xA001,
  Challenge = 0xA002,
  Proof = 0xA003,
  Sealed = 0xA004,          // a frame on a connection that is open
  SealedDatagram = 0xA005,  // a multicast datagram
};

// Which life of a member its datagrams are of, and which of them came before: a datagram counts
// only with the nonce that its sender named on a connection, and with a higher number.
struct DatagramStamp {
  Nonce nonce{};
  std::uint64_t counter = 0;
  std::uint16_t port = 0;  // where the member listens
  friend bool operator==(const DatagramStamp&, const DatagramStamp&) = default;
};

// Keys of one connection, one for each direction.
struct SessionKeys {
  Code sending{};
  Code receiving{};
};

class JoinHandshake {
 public:
  enum class Role : std::uint8_t { Connector, Acceptor };
  enum class State : std::uint8_t {
    AwaitingHello,      // acceptor
    AwaitingChallenge,  // connector
    AwaitingProof,      // acceptor
    Open,
    Failed,
  };
  struct Parameters {
    std::string cluster_name;
    base::Ipv4 self;
    // Where the connection goes to, or the address that it comes from.
    base::Endpoint peer;
    DatagramStamp stamp;  // our own, now
  };

  // `secret` outlives the handshake.
  JoinHandshake(const JoinSecret& secret, Role role, Parameters parameters, const Nonce& nonce);

  // The connector's first frame.
  std::vector<std::byte> hello();
  // Takes the peer's next frame; answers what to send back, maybe nothing. state() says what came
  // of it.
  std::vector<std::byte> on_frame(std::span<const std::byte> frame);

  State state() const { return state_; }
  // Preconditions: Open.
  SessionKeys keys() const;
  const DatagramStamp& peer_stamp() const;

 private:
  void enter(State next);
  std::vector<std::byte> on_hello(std::span<const std::byte> frame);
  std::vector<std::byte> on_challenge(std::span<const std::byte> frame);
  void on_proof(std::span<const std::byte> frame);
  std::vector<std::byte> transcript() const;
  Code code_from(Role role) const;

  const JoinSecret* secret_;
  Role role_;
  Parameters parameters_;
  State state_;
  Nonce own_nonce_;
  Nonce peer_nonce_{};
  DatagramStamp peer_stamp_;
  base::Ipv4 target_;  // the acceptor's address, as the connector names it
};

}  // namespace splitscope::auth
