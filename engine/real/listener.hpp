// A listening TCP socket. Private to engine/real. Hides: waiting, accepting, and what to do when
// the process has no descriptors left.
#pragma once

#include <memory>

#include <boost/asio/ip/tcp.hpp>

#include "engine/real/stream_connection.hpp"

namespace splitscope::real {

// Takes what a listener accepts.
class AcceptHandler {
 public:
  // Within an event of its own.
  virtual void on_accept(boost::asio::ip::tcp::socket socket, base::Endpoint peer,
                         env::ConnectionHandler& handler) = 0;

 protected:
  ~AcceptHandler() = default;
};

// Shared, because Asio's pending wait holds it until it ends.
class Listener final : public std::enable_shared_from_this<Listener> {
 public:
  // How long nothing is accepted after an error that is not the peer's: no descriptors, no memory.
  static constexpr base::Duration Pause = std::chrono::milliseconds{100};

  // All outlive the listener, or close it.
  Listener(const SocketContext& context, AcceptHandler& accepts, env::ConnectionHandler& handler);
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // Error: the port is in use, or the address is not ours.
  base::Result<void> open(base::Endpoint local, std::uint32_t backlog);
  void close();
  // Where it listens: the port the kernel chose, if 0 was asked for.
  base::Endpoint local() const;

 private:
  void wait();
  void on_acceptable();

  SocketContext context_;
  AcceptHandler* accepts_;
  env::ConnectionHandler& handler_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::unique_ptr<env::Timer> pause_;
};

}  // namespace splitscope::real
