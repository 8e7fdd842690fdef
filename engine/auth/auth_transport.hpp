// A transport on which only holders of the join secret are heard: between a program and the
// transport below it. Hides: the handshake of each connection, the seals on frames and datagrams,
// and how a sender of datagrams is made known.
// Invariant: the program above hears of a connection only once its peer has proved itself, and of a
// datagram only if its sender's present life is known from a connection and its number is new.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "engine/auth/join_handshake.hpp"
#include "engine/env/environment.hpp"

namespace splitscope::auth {

class AuthTransport final : public env::Transport, private env::ConnectionHandler {
 public:
  // How long a peer may take to prove itself.
  static constexpr base::Duration HandshakeTimeout = std::chrono::seconds{5};
  // Accepted connections that have not; the oldest is closed beyond that.
  static constexpr std::size_t UnprovenCountMax = 256;
  // Members whose life is remembered; beyond that no more are learned.
  static constexpr std::size_t KnownCountMax = 10'000;
  // Connections at once that are only to know a sender of datagrams.
  static constexpr std::size_t IntroductionCountMax = 16;

  // All outlive the transport.
  AuthTransport(env::Environment below, const JoinSecret& secret, std::string cluster_name,
                NonceSource& nonces);
  ~AuthTransport();
  AuthTransport(const AuthTransport&) = delete;
  AuthTransport& operator=(const AuthTransport&) = delete;

  // Peers that proved nothing, frames and datagrams that were not right.
  std::uint64_t refused_count() const { return refused_count_; }

  std::span<const base::Ipv4> local_addresses() const override;
  base::MessagePool& messages() override;
  base::Result<void> listen(std::uint16_t port, std::uint32_t backlog,
                            env::ConnectionHandler& handler) override;
  env::ConnectionId connect(base::Endpoint peer, base::Duration timeout,
                            env::ConnectionHandler& handler) override;
  env::SendOutcome send(env::ConnectionId connection, const base::Message& frame) override;
  void close(env::ConnectionId connection) override;
  base::Result<void> join_group(const env::MulticastOptions& options,
                                env::DatagramHandler& handler) override;
  void leave_group(base::Endpoint group) override;
  void send_multicast(const env::MulticastOptions& options, const base::Message& datagram) override;
  base::Result<void> bind_datagram(std::uint16_t port, env::DatagramHandler& handler) override;
  void send_datagram(std::uint16_t from_port, base::Endpoint to,
                     const base::Message& datagram) override;

 private:
  class Ear;
  struct Link {
    env::ConnectionHandler* handler = nullptr;  // null: an introduction
    base::Endpoint peer;
    bool ours = false;
    std::unique_ptr<JoinHandshake> handshake;  // null before the connection is open, and after
    bool is_proven = false;
    base::Instant deadline = base::EndOfTime;
    SessionKeys keys;
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
  };
  // What is known of the present life of the member at an endpoint.
  struct Known {
    Nonce nonce{};
    std::uint64_t counter = 0;  // of the last datagram
  };

  void on_connected(base::Endpoint peer, env::ConnectionId connection) override;
  void on_accepted(base::Endpoint peer, env::ConnectionId connection) override;
  void on_message(env::ConnectionId connection, const base::Message& frame) override;
  void on_closed(env::ConnectionId connection, env::CloseReason reason) override;
  void on_writable(env::ConnectionId connection) override;

  void on_datagram(env::DatagramHandler& handler, base::Endpoint from,
                   const base::Message& datagram);
  void introduce(base::Endpoint member);
  JoinHandshake::Parameters parameters(base::Endpoint peer) const;
  void begin(Link& link, JoinHandshake::Role role);
  void on_handshake_frame(env::ConnectionId connection, Link& link, const base::Message& frame);
  void on_proven(env::ConnectionId connection, Link& link);
  void refuse(env::ConnectionId connection);
  void limit_unproven();
  void on_timer();
  void arm_timer();
  base::Message seal_datagram_now(const base::Message& datagram);
  bool send_bytes(env::ConnectionId connection, std::span<const std::byte> bytes);

  env::Environment below_;
  const JoinSecret& secret_;
  const std::string cluster_name_;
  NonceSource& nonces_;
  env::ConnectionHandler* acceptor_ = nullptr;
  DatagramStamp stamp_;  // our own
  std::map<env::ConnectionId, Link> links_;
  std::map<base::Endpoint, Known> known_;
  std::vector<std::unique_ptr<Ear>> ears_;
  std::uint64_t refused_count_ = 0;
  env::Timer timer_;
};

}  // namespace splitscope::auth
