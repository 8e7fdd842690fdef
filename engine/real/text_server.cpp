#include "engine/real/text_server.hpp"

#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>

#include "engine/real/socket_address.hpp"

namespace splitscope::real {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::asio::ip::tcp;
using boost::system::error_code;

class TextServer::State final : public std::enable_shared_from_this<State> {
 public:
  State(Loop& loop, std::string path, TextSource& source)
      : loop_(loop), path_(std::move(path)), source_(&source), acceptor_(loop.context()) {}

  error_code open(base::Endpoint local) {
    error_code error;
    acceptor_.open(tcp::v4(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(to_asio_tcp(local), error);
    if (!error) acceptor_.listen(static_cast<int>(ClientCountMax), error);
    return error;
  }
  base::Endpoint local() const {
    error_code ignored;
    return from_asio(acceptor_.local_endpoint(ignored));
  }
  void accept();
  void close() {
    source_ = nullptr;
    error_code ignored;
    acceptor_.close(ignored);
  }
  http::response<http::string_body> answer(const http::request<http::empty_body>& request) {
    const bool is_ours = request.method() == http::verb::get && request.target() == path_;
    http::response<http::string_body> response(
        is_ours && source_ != nullptr ? http::status::ok : http::status::not_found, 11);
    response.set(http::field::content_type, "text/plain; version=0.0.4; charset=utf-8");
    loop_.begin_event();
    response.body() = is_ours && source_ != nullptr
                          ? source_->text()
                          : fmt::format("There is nothing here; ask for {}\n", path_);
    response.set(http::field::connection, "close");
    response.prepare_payload();
    return response;
  }
  std::size_t session_count = 0;

 private:
  Loop& loop_;
  std::string path_;
  TextSource* source_;  // null once closed
  tcp::acceptor acceptor_;
};

// One request of one client.
class TextServer::Session final : public std::enable_shared_from_this<Session> {
 public:
  Session(std::shared_ptr<State> state, tcp::socket socket)
      : state_(std::move(state)), stream_(std::move(socket)) {
    ++state_->session_count;
  }
  ~Session() { --state_->session_count; }

  void start() {
    stream_.expires_after(RequestTimeout);
    http::async_read(stream_, buffer_, request_,
                     [self = shared_from_this()](error_code error, auto) {
                       if (!error) self->on_read();
                     });
  }

 private:
  static constexpr std::size_t RequestBytesMax = 16 << 10;

  void on_read() {
    response_ = state_->answer(request_);
    http::async_write(stream_, response_, [self = shared_from_this()](error_code, auto) {
      error_code ignored;
      self->stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    });
  }

  std::shared_ptr<State> state_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_{RequestBytesMax};
  http::request<http::empty_body> request_;
  http::response<http::string_body> response_;
};

void TextServer::State::accept() {
  acceptor_.async_accept([self = shared_from_this()](error_code error, tcp::socket socket) {
    if (error == boost::asio::error::operation_aborted || self->source_ == nullptr) return;
    if (!error && self->session_count < ClientCountMax) {
      std::make_shared<Session>(self, std::move(socket))->start();
    }
    self->accept();
  });
}

base::Result<std::unique_ptr<TextServer>> TextServer::open(Loop& loop, base::Endpoint local,
                                                           std::string path, TextSource& source) {
  auto server = std::make_unique<TextServer>(Key{}, loop, std::move(path), source);
  if (const error_code error = server->state_->open(local)) {
    return base::failure(
        fmt::format("cannot serve on {}: {}", base::to_text(local), error.message()));
  }
  server->state_->accept();
  return server;
}

TextServer::TextServer(Key, Loop& loop, std::string path, TextSource& source)
    : state_(std::make_shared<State>(loop, std::move(path), source)) {}

TextServer::~TextServer() {
  state_->close();
}

base::Endpoint TextServer::local() const {
  return state_->local();
}

}  // namespace splitscope::real
