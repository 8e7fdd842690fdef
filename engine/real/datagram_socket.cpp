#include "engine/real/datagram_socket.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/multicast.hpp>
#include <fmt/format.h>

#include "engine/real/socket_address.hpp"

namespace splitscope::real {

using boost::asio::ip::udp;
using boost::system::error_code;
namespace multicast = boost::asio::ip::multicast;

namespace {

constexpr int ReadsAtOnceMax = 32;  // before others get their turn

udp::endpoint to_asio_udp(base::Endpoint endpoint) {
  return {to_asio(endpoint.address), endpoint.port};
}

}  // namespace

DatagramSocket::DatagramSocket(const SocketContext& context)
    : context_(context), socket_(context.gate.loop().context()) {}

base::Result<void> DatagramSocket::open(base::Endpoint local, bool reuse_address) {
  error_code error;
  socket_.open(udp::v4(), error);
  if (!error && reuse_address) socket_.set_option(udp::socket::reuse_address(true), error);
  if (!error) socket_.bind(to_asio_udp(local), error);
  if (!error) socket_.non_blocking(true, error);
  if (error == boost::asio::error::address_in_use) {
    return base::failure(fmt::format("UDP port {} is in use", local.port));
  }
  if (error) {
    return base::failure(
        fmt::format("cannot bind UDP {}: {}", base::to_text(local), error.message()));
  }
  const udp::endpoint bound = socket_.local_endpoint(error);
  local_ = {local.address, bound.port()};
  return {};
}

base::Result<void> DatagramSocket::open_port(base::Endpoint local, env::DatagramHandler* handler) {
  if (auto opened = open(local, false); !opened.has_value()) return opened;
  handler_ = handler;
  if (handler_ != nullptr) wait();
  return {};
}

base::Result<void> DatagramSocket::open_group(base::Endpoint group, base::Ipv4 interface,
                                              env::DatagramHandler& handler) {
  if (auto opened = open(group, true); !opened.has_value()) return opened;
  error_code error;
  socket_.set_option(multicast::join_group(to_asio(group.address), to_asio(interface)), error);
  if (error) {
    return base::failure(fmt::format("cannot join multicast group {} on {}: {}",
                                     base::to_text(group), base::to_text(interface),
                                     error.message()));
  }
  handler_ = &handler;
  wait();
  return {};
}

void DatagramSocket::set_multicast(const env::MulticastOptions& options, base::Ipv4 interface) {
  error_code ignored;
  socket_.set_option(multicast::outbound_interface(to_asio(interface)), ignored);
  socket_.set_option(multicast::hops(options.ttl), ignored);
  socket_.set_option(multicast::enable_loopback(options.loopback), ignored);
}

void DatagramSocket::send(base::Endpoint to, const base::Message& datagram) {
  const std::span<const std::byte> bytes = datagram.bytes();
  error_code ignored;
  socket_.send_to(boost::asio::buffer(bytes.data(), bytes.size()), to_asio_udp(to), 0, ignored);
}

void DatagramSocket::close() {
  handler_ = nullptr;
  error_code ignored;
  socket_.close(ignored);
}

void DatagramSocket::wait() {
  socket_.async_wait(udp::socket::wait_read, [self = shared_from_this()](error_code error) {
    if (!error) self->on_readable();
  });
}

void DatagramSocket::on_readable() {
  for (int i = 0; i < ReadsAtOnceMax && handler_ != nullptr; ++i) {
    udp::endpoint from;
    error_code error;
    const std::size_t size = socket_.receive_from(
        boost::asio::buffer(context_.buffer.data(), context_.buffer.size()), from, 0, error);
    if (error == boost::asio::error::would_block) break;
    if (error) continue;  // an ICMP error about something we sent
    if (!context_.gate.enter()) return;
    const base::Message datagram = context_.messages.make(context_.buffer.first(size));
    handler_->on_datagram({base::Ipv4{from.address().to_v4().to_uint()}, from.port()}, datagram);
  }
  if (handler_ != nullptr) wait();
}

}  // namespace splitscope::real
