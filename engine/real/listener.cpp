#include "engine/real/listener.hpp"

#include <utility>

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include "engine/real/socket_address.hpp"

namespace splitscope::real {

using boost::asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr int AcceptsAtOnceMax = 32;  // before others get their turn

bool is_of_the_peer(const error_code& error) {
  return error == boost::asio::error::connection_aborted ||
         error == boost::asio::error::connection_reset || error == boost::asio::error::interrupted;
}

}  // namespace

Listener::Listener(const SocketContext& context, AcceptHandler& accepts,
                   env::ConnectionHandler& handler)
    : context_(context),
      accepts_(&accepts),
      handler_(handler),
      acceptor_(context.gate.loop().context()) {}

base::Result<void> Listener::open(base::Endpoint local, std::uint32_t backlog) {
  error_code error;
  acceptor_.open(tcp::v4(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(to_asio_tcp(local), error);
  if (!error) acceptor_.listen(static_cast<int>(backlog), error);
  if (!error) acceptor_.non_blocking(true, error);
  if (error == boost::asio::error::address_in_use) {
    return base::failure(
        fmt::format("port {} is in use on {}", local.port, base::to_text(local.address)));
  }
  if (error) {
    return base::failure(
        fmt::format("cannot listen on {}: {}", base::to_text(local), error.message()));
  }
  pause_ =
      std::make_unique<env::Timer>(context_.timers, base::Callback::to<&Listener::wait>(*this));
  wait();
  return {};
}

void Listener::close() {
  accepts_ = nullptr;
  pause_.reset();
  error_code ignored;
  acceptor_.close(ignored);
}

base::Endpoint Listener::local() const {
  error_code ignored;
  return from_asio(acceptor_.local_endpoint(ignored));
}

void Listener::wait() {
  acceptor_.async_wait(tcp::acceptor::wait_read, [self = shared_from_this()](error_code error) {
    if (!error) self->on_acceptable();
  });
}

void Listener::on_acceptable() {
  for (int i = 0; i < AcceptsAtOnceMax && accepts_ != nullptr; ++i) {
    error_code error;
    tcp::endpoint peer;
    tcp::socket socket = acceptor_.accept(peer, error);
    if (error == boost::asio::error::would_block) break;
    if (is_of_the_peer(error)) continue;
    if (!context_.gate.enter()) return;
    if (error) return pause_->arm_after(Pause);
    accepts_->on_accept(std::move(socket), from_asio(peer), handler_);
  }
  if (accepts_ != nullptr) wait();
}

}  // namespace splitscope::real
