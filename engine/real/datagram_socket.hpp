// One UDP socket: a port of our own, a multicast group, or one that only sends. Private to
// engine/real.
#pragma once

#include <memory>

#include <boost/asio/ip/udp.hpp>

#include "engine/real/stream_connection.hpp"

namespace splitscope::real {

// Shared, because Asio's pending wait holds it until it ends.
class DatagramSocket final : public std::enable_shared_from_this<DatagramSocket> {
 public:
  // `context` outlives the socket, or closes it.
  explicit DatagramSocket(const SocketContext& context);
  DatagramSocket(const DatagramSocket&) = delete;
  DatagramSocket& operator=(const DatagramSocket&) = delete;

  // Plain UDP on a port of our own; `handler` may be null for one that only sends.
  base::Result<void> open_port(base::Endpoint local, env::DatagramHandler* handler);
  // A member of the group on the network of `interface`; hears that group alone.
  base::Result<void> open_group(base::Endpoint group, base::Ipv4 interface,
                                env::DatagramHandler& handler);
  // How multicast leaves. Precondition: open.
  void set_multicast(const env::MulticastOptions& options, base::Ipv4 interface);
  // Best effort: what the kernel does not take is lost.
  void send(base::Endpoint to, const base::Message& datagram);
  void close();
  // The group, or the address and port that it is bound to.
  base::Endpoint local() const { return local_; }

 private:
  base::Result<void> open(base::Endpoint local, bool reuse_address);
  void wait();
  void on_readable();

  SocketContext context_;
  env::DatagramHandler* handler_ = nullptr;
  boost::asio::ip::udp::socket socket_;
  base::Endpoint local_;
};

}  // namespace splitscope::real
