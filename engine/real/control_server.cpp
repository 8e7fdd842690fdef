#include "engine/real/control_server.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace splitscope::real {

using boost::asio::local::stream_protocol;
using boost::system::error_code;

class ControlServer::Acceptor final {
 public:
  Acceptor(ControlServer& server, boost::asio::io_context& context)
      : owner(&server), socket(context) {}

  ControlServer* owner;  // null once the server is gone
  stream_protocol::acceptor socket;
};

class ControlServer::Session final : public std::enable_shared_from_this<Session> {
 public:
  Session(ControlServer& server, ControlClient client, stream_protocol::socket socket)
      : server_(&server), client_(client), socket_(std::move(socket)) {}

  void start() {
    error_code ignored;
    socket_.non_blocking(true, ignored);
    wait_readable();
  }
  void push(std::string_view line) {
    if (server_ == nullptr || is_failed_) return;
    std::string& target = is_answering_ ? pushed_ : outbox_;
    if (outbox_.size() - written_ + pushed_.size() + line.size() > OutboxBytesMax) return fail();
    target.append(line);
    target.push_back('\n');
    if (!is_answering_ && !waits_writable_) write();
  }
  void close() {
    server_ = nullptr;
    error_code ignored;
    socket_.close(ignored);
  }

 private:
  void wait_readable() {
    socket_.async_wait(stream_protocol::socket::wait_read,
                       [self = shared_from_this()](error_code error) {
                         if (!error && self->server_ != nullptr) self->on_readable();
                       });
  }
  void wait_writable() {
    waits_writable_ = true;
    socket_.async_wait(stream_protocol::socket::wait_write,
                       [self = shared_from_this()](error_code error) {
                         self->waits_writable_ = false;
                         if (!error && self->server_ != nullptr) self->write();
                       });
  }
  void on_readable() {
    char bytes[4096];
    const ssize_t count = ::recv(socket_.native_handle(), bytes, sizeof(bytes), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return wait_readable();
    if (count <= 0) return gone();
    inbox_.append(bytes, static_cast<std::size_t>(count));
    if (!answer_lines()) return;
    if (inbox_.size() > RequestBytesMax) return gone();
    wait_readable();
  }
  // False if a request ended the server or this client.
  bool answer_lines() {
    for (;;) {
      const std::size_t end = inbox_.find('\n');
      if (end == std::string::npos) return true;
      const std::string line = inbox_.substr(0, end);
      inbox_.erase(0, end + 1);
      server_->loop_.begin_event();
      is_answering_ = true;
      const std::string answer = server_->handler_.on_request(client_, line);
      is_answering_ = false;
      if (server_ == nullptr) return false;
      push(answer);
      outbox_ += std::exchange(pushed_, {});
      if (!waits_writable_) write();
    }
  }
  void write() {
    while (written_ < outbox_.size()) {
      const ssize_t count = ::send(socket_.native_handle(), outbox_.data() + written_,
                                   outbox_.size() - written_, MSG_NOSIGNAL);
      if (count < 0 && (errno == EAGAIN || errno == EINTR)) return wait_writable();
      if (count < 0) return fail();
      written_ += static_cast<std::size_t>(count);
    }
    outbox_.clear();
    written_ = 0;
  }
  // From inside push(): the client is told off from the loop.
  void fail() {
    is_failed_ = true;
    boost::asio::post(socket_.get_executor(), [self = shared_from_this()] {
      if (self->server_ != nullptr) self->gone();
    });
  }
  void gone() {
    const std::shared_ptr<Session> alive = shared_from_this();
    ControlServer* server = server_;
    close();
    server->remove(client_);
  }

  ControlServer* server_;  // null once closed
  ControlClient client_;
  stream_protocol::socket socket_;
  std::string inbox_;
  std::string outbox_;
  std::string pushed_;  // while a request is answered: goes after the answer
  std::size_t written_ = 0;
  bool waits_writable_ = false;
  bool is_answering_ = false;
  bool is_failed_ = false;
};

namespace {

// Whether a process still listens at `path`.
bool is_alive(boost::asio::io_context& context, const std::string& path) {
  stream_protocol::socket probe(context);
  error_code error;
  probe.connect(stream_protocol::endpoint(path), error);
  return !error;
}

}  // namespace

base::Result<std::unique_ptr<ControlServer>> ControlServer::open(Loop& loop,
                                                                 const std::string& path,
                                                                 ControlHandler& handler) {
  sockaddr_un address{};
  if (path.empty() || path.size() >= sizeof(address.sun_path)) {
    return base::failure(fmt::format("control socket \"{}\": the path must have 1 to {} bytes",
                                     path, sizeof(address.sun_path) - 1));
  }
  if (is_alive(loop.context(), path)) {
    return base::failure(fmt::format("control socket {}: another process listens there", path));
  }
  struct stat info{};
  if (lstat(path.c_str(), &info) == 0 && S_ISSOCK(info.st_mode)) ::unlink(path.c_str());
  auto server = std::make_unique<ControlServer>(Key{}, loop, path, handler);
  stream_protocol::acceptor& acceptor = server->acceptor_->socket;
  error_code error;
  acceptor.open(stream_protocol(), error);
  if (!error) acceptor.bind(stream_protocol::endpoint(path), error);
  if (!error) server->is_bound_ = true;
  if (!error && ::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0) {
    error = error_code(errno, boost::system::system_category());
  }
  if (!error) acceptor.listen(static_cast<int>(ClientCountMax), error);
  if (!error) acceptor.non_blocking(true, error);
  if (error) {
    return base::failure(fmt::format("control socket {}: {}", path, error.message()));
  }
  server->wait();
  return server;
}

ControlServer::ControlServer(Key, Loop& loop, std::string path, ControlHandler& handler)
    : loop_(loop),
      path_(std::move(path)),
      handler_(handler),
      acceptor_(std::make_shared<Acceptor>(*this, loop.context())) {}

ControlServer::~ControlServer() {
  acceptor_->owner = nullptr;
  error_code ignored;
  acceptor_->socket.close(ignored);
  for (const auto& [client, session] : sessions_) session->close();
  if (is_bound_) ::unlink(path_.c_str());
}

void ControlServer::push(ControlClient client, std::string_view line) {
  const auto found = sessions_.find(client);
  if (found != sessions_.end()) found->second->push(line);
}

void ControlServer::wait() {
  acceptor_->socket.async_wait(stream_protocol::acceptor::wait_read,
                               [acceptor = acceptor_](error_code error) {
                                 if (!error && acceptor->owner != nullptr) {
                                   acceptor->owner->on_acceptable();
                                 }
                               });
}

// More clients than may be are closed at once.
void ControlServer::on_acceptable() {
  for (;;) {
    error_code error;
    stream_protocol::socket socket = acceptor_->socket.accept(error);
    if (error) break;
    if (sessions_.size() >= ClientCountMax) continue;
    const ControlClient client{next_client_++};
    auto session = std::make_shared<Session>(*this, client, std::move(socket));
    sessions_.emplace(client, session);
    session->start();
  }
  wait();
}

void ControlServer::remove(ControlClient client) {
  sessions_.erase(client);
  handler_.on_client_gone(client);
}

}  // namespace splitscope::real
