// The seam's transport over the kernel's sockets. Hides Boost.Asio; start at connect() and
// listen().
// Invariant: an id is given out once; nothing calls back from inside connect, send or close.
#pragma once

#include <memory>
#include <vector>

#include "engine/env/timers.hpp"
#include "engine/env/transport.hpp"
#include "engine/real/event_gate.hpp"

namespace splitscope::real {

class RealTransport final : public env::Transport {
 public:
  // Closed connections that still have the rest of a frame to write; beyond that the oldest is cut
  // off.
  static constexpr std::size_t LingeringCountMax = 64;

  // `gate` and `timers` outlive the transport. `addresses`: the primary one first, at least one;
  // listeners and connections use these alone.
  RealTransport(EventGate& gate, env::Timers& timers, std::vector<base::Ipv4> addresses);
  ~RealTransport();
  RealTransport(const RealTransport&) = delete;
  RealTransport& operator=(const RealTransport&) = delete;

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

  // Where the last listener listens: tells the port that the kernel chose for port 0.
  base::Endpoint listening_at() const;
  // The process is over: all sockets are let go, the kernel says FIN or RST. No handler is called.
  void close_all();

 private:
  class Sockets;
  std::unique_ptr<Sockets> sockets_;
};

}  // namespace splitscope::real
