#include "engine/real/stream_connection.hpp"

#include <cerrno>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <netinet/in.h>
#include <sys/socket.h>

#include "engine/base/assert.hpp"
#include "engine/real/close_reasons.hpp"
#include "engine/real/socket_address.hpp"

namespace splitscope::real {

using boost::asio::ip::tcp;
using boost::system::error_code;
using env::CloseReason;
using env::SendOutcome;

namespace {

constexpr int StreamReadsAtOnceMax = 4;  // of one connection, before others get their turn

// Until connect() knows the peer, no port is chosen: the kernel's own choice, as without bind().
void let_connect_choose_the_port(tcp::socket& socket) {
  const int on = 1;
  setsockopt(socket.native_handle(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
}

}  // namespace

StreamConnection::StreamConnection(const SocketContext& context, env::ConnectionId id,
                                   env::ConnectionHandler& handler, StreamOwner& owner)
    : context_(context),
      id_(id),
      handler_(&handler),
      owner_(&owner),
      socket_(context.gate.loop().context()) {}

void StreamConnection::connect(base::Ipv4 local, base::Endpoint peer, base::Duration timeout) {
  peer_ = peer;
  error_code error;
  socket_.open(tcp::v4(), error);
  if (!error) socket_.set_option(tcp::no_delay(true), error);
  if (!error) {
    let_connect_choose_the_port(socket_);
    socket_.bind({to_asio(local), 0}, error);
  }
  if (error) return fail_later(error.value());
  if (timeout > base::Duration::zero()) {
    connect_timer_.emplace(context_.timers,
                           base::Callback::to<&StreamConnection::on_connect_timeout>(*this));
    connect_timer_->arm_after(timeout);
  }
  socket_.async_connect(to_asio_tcp(peer), [self = shared_from_this()](error_code outcome) {
    self->on_connect(outcome.value());
  });
}

void StreamConnection::fail_later(int error) {
  boost::asio::post(context_.gate.loop().context(),
                    [self = shared_from_this(), error] { self->on_connect(error); });
}

void StreamConnection::on_connect(int error) {
  if (state_ != State::Connecting || !context_.gate.enter()) return;
  connect_timer_.reset();
  if (error != 0) return finish(reason_of_connect(error));
  on_open();
  handler_->on_connected(peer_, id_);
}

void StreamConnection::on_connect_timeout() {
  finish(CloseReason::TimedOut);
}

void StreamConnection::accept(tcp::socket socket, base::Endpoint peer) {
  socket_ = std::move(socket);
  peer_ = peer;
  error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
  on_open();
  handler_->on_accepted(peer_, id_);
}

void StreamConnection::on_open() {
  state_ = State::Open;
  error_code ignored;
  socket_.non_blocking(true, ignored);
  wait_readable();
}

SendOutcome StreamConnection::send(const base::Message& frame) {
  if (state_ != State::Open || send_error_.has_value()) return SendOutcome::Gone;
  if (!rest_.is_empty()) {
    was_congested_ = true;
    return SendOutcome::Congested;
  }
  const std::span<const std::byte> bytes = frame.bytes();
  const ssize_t sent = ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent == std::ssize(bytes)) return SendOutcome::Queued;
  if (sent >= 0) {
    rest_ = frame;
    rest_written_ = static_cast<std::size_t>(sent);
    wait_writable();
    return SendOutcome::Queued;
  }
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS || errno == EINTR) {
    was_congested_ = true;
    wait_writable();
    return SendOutcome::Congested;
  }
  send_error_ = reason_of_stream(errno);
  return SendOutcome::Gone;
}

void StreamConnection::close() {
  if (state_ == State::Open && !rest_.is_empty()) {
    state_ = State::Lingering;
    handler_ = nullptr;
    return;
  }
  end();
}

void StreamConnection::detach() {
  owner_ = nullptr;
  end();
}

void StreamConnection::wait_readable() {
  socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](error_code error) {
    if (!error) self->on_readable();
  });
}

void StreamConnection::wait_writable() {
  if (waits_writable_) return;
  waits_writable_ = true;
  socket_.async_wait(tcp::socket::wait_write, [self = shared_from_this()](error_code error) {
    self->waits_writable_ = false;
    if (!error) self->on_writable();
  });
}

void StreamConnection::on_readable() {
  for (int i = 0; i < StreamReadsAtOnceMax; ++i) {
    if (!read_once()) return;
  }
  if (state_ == State::Open) wait_readable();
}

// False once nothing more is to be read now.
bool StreamConnection::read_once() {
  if (state_ != State::Open) return false;
  const std::span<std::byte> buffer = context_.buffer;
  const ssize_t count = ::recv(socket_.native_handle(), buffer.data(), buffer.size(), 0);
  if (count > 0) {
    splitter_.feed(buffer.first(static_cast<std::size_t>(count)));
    return hand_over_frames();
  }
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
    wait_readable();
    return false;
  }
  const CloseReason reason = count == 0 ? CloseReason::Closed : reason_of_stream(errno);
  if (context_.gate.enter()) finish(send_error_.value_or(reason));
  return false;
}

// Each frame is an event of its own. False if the connection is over.
bool StreamConnection::hand_over_frames() {
  for (;;) {
    const auto frame = splitter_.next();
    if (!frame.has_value()) break;
    if (!context_.gate.enter()) return false;
    const base::Message message = context_.messages.make(*frame);
    handler_->on_message(id_, message);
    if (state_ != State::Open) return false;
  }
  if (!splitter_.is_malformed()) return true;
  if (context_.gate.enter()) finish(CloseReason::Malformed);
  return false;
}

void StreamConnection::on_writable() {
  if (state_ != State::Open && state_ != State::Lingering) return;
  if (!rest_.is_empty()) {
    const std::span<const std::byte> bytes = rest_.bytes().subspan(rest_written_);
    const ssize_t sent = ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    const bool is_full = sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    if (sent < 0 && !is_full) {
      send_error_ = reason_of_stream(errno);
      rest_ = {};
      if (is_lingering()) end();
      return;  // the reader finds the end
    }
    if (!is_full) rest_written_ += static_cast<std::size_t>(sent);
    if (rest_written_ < rest_.size()) return wait_writable();
    rest_ = {};
    if (is_lingering()) return end();
  }
  if (!was_congested_ || !context_.gate.enter()) return;
  was_congested_ = false;
  handler_->on_writable(id_);
}

void StreamConnection::finish(CloseReason reason) {
  const std::shared_ptr<StreamConnection> alive = shared_from_this();
  env::ConnectionHandler* handler = handler_;
  end();
  handler->on_closed(id_, reason);
}

void StreamConnection::end() {
  if (state_ == State::Over) return;
  const std::shared_ptr<StreamConnection> alive = shared_from_this();
  state_ = State::Over;
  connect_timer_.reset();
  rest_ = {};
  handler_ = nullptr;
  error_code ignored;
  socket_.close(ignored);
  StreamOwner* owner = std::exchange(owner_, nullptr);
  if (owner != nullptr) owner->on_stream_over(*this);
}

}  // namespace splitscope::real
