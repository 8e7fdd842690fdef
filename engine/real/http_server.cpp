#include "engine/real/http_server.hpp"

#include <optional>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <fmt/format.h>

#include "engine/real/socket_address.hpp"

namespace splitscope::real {

namespace ssl = boost::asio::ssl;
using TlsStream = boost::beast::ssl_stream<boost::beast::tcp_stream>;

class HttpServer::State final : public std::enable_shared_from_this<State> {
 public:
  State(Loop& loop, HttpSource& source)
      : loop_(loop), source_(&source), acceptor_(loop.context()) {}

  base::Result<void> open(const HttpServerOptions& options) {
    if (!options.certificate_path.empty()) {
      if (auto done = open_tls(options); !done.has_value()) return done;
    }
    boost::system::error_code error;
    acceptor_.open(boost::asio::ip::tcp::v4(), error);
    if (!error) acceptor_.set_option(boost::asio::ip::tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(to_asio_tcp(options.local), error);
    if (!error) acceptor_.listen(boost::asio::socket_base::max_listen_connections, error);
    if (!error) return {};
    return base::failure(
        fmt::format("cannot serve on {}: {}", base::to_text(options.local), error.message()));
  }
  base::Endpoint local() const {
    boost::system::error_code ignored;
    return from_asio(acceptor_.local_endpoint(ignored));
  }
  void accept();
  void close() {
    source_ = nullptr;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
  }
  // None once closed.
  std::optional<ServedAnswer> answer(const ServedRequest& request) {
    loop_.begin_event();
    if (source_ == nullptr) return std::nullopt;
    return source_->answer(request);
  }
  std::size_t session_count = 0;

 private:
  base::Result<void> open_tls(const HttpServerOptions& options) {
    tls_.emplace(ssl::context::tls_server);
    boost::system::error_code error;
    tls_->use_certificate_chain_file(options.certificate_path, error);
    if (error) {
      return base::failure(
          fmt::format("{}: no certificate in PEM: {}", options.certificate_path, error.message()));
    }
    tls_->use_private_key_file(options.key_path, ssl::context::pem, error);
    if (error) {
      return base::failure(fmt::format("{}: no key of that certificate in PEM: {}",
                                       options.key_path, error.message()));
    }
    return {};
  }

  Loop& loop_;
  HttpSource* source_;  // null once closed
  boost::asio::ip::tcp::acceptor acceptor_;
  std::optional<ssl::context> tls_;
};

namespace {

namespace bhttp = boost::beast::http;
using boost::system::error_code;

env::HttpRequest request_of(const bhttp::request<bhttp::string_body>& message) {
  env::HttpRequest request;
  request.method = std::string(message.method_string());
  request.url = std::string(message.target());
  for (const auto& field : message) {
    request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  request.body = message.body();
  return request;
}

// One client: its requests one after another. `State` is the server's.
template <typename State, typename Stream>
class HttpSession final : public std::enable_shared_from_this<HttpSession<State, Stream>> {
 public:
  template <typename... Arguments>
  HttpSession(std::shared_ptr<State> state, base::Endpoint peer, Arguments&&... stream)
      : state_(std::move(state)),
        peer_(peer),
        stream_(std::forward<Arguments>(stream)...),
        delay_(stream_.get_executor()) {
    ++state_->session_count;
  }
  ~HttpSession() { --state_->session_count; }

  void start() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      lowest().expires_after(HttpServer::IdleTimeout);
      stream_.async_handshake(ssl::stream_base::server,
                              [self = this->shared_from_this()](error_code error) {
                                if (!error) self->read();
                              });
    } else {
      read();
    }
  }

 private:
  auto& lowest() { return boost::beast::get_lowest_layer(stream_); }

  void read() {
    parser_.emplace();
    parser_->body_limit(HttpServer::BodyBytesMax);
    parser_->header_limit(HttpServer::HeaderBytesMax);
    lowest().expires_after(HttpServer::IdleTimeout);
    bhttp::async_read(stream_, buffer_, *parser_,
                      [self = this->shared_from_this()](error_code error, auto) {
                        if (!error) self->on_read();
                      });
  }

  void on_read() {
    auto answer = state_->answer({request_of(parser_->get()), peer_});
    if (!answer.has_value()) return;
    // The read ends when the client gives up.
    if (answer->is_lost) return read_on();
    response_ = {};
    response_.version(11);
    response_.result(answer->response.status);
    for (const auto& [name, value] : answer->response.headers) response_.insert(name, value);
    response_.body() = std::move(answer->response.body);
    response_.keep_alive(parser_->get().keep_alive());
    response_.prepare_payload();
    lowest().expires_never();
    if (answer->late <= base::Duration{0}) return write();
    delay_.expires_after(answer->late);
    delay_.async_wait([self = this->shared_from_this()](error_code error) {
      if (!error) self->write();
    });
  }

  void read_on() {
    lowest().expires_after(HttpServer::IdleTimeout);
    stream_.async_read_some(buffer_.prepare(1),
                            [self = this->shared_from_this()](error_code, auto) {});
  }

  void write() {
    lowest().expires_after(HttpServer::IdleTimeout);
    bhttp::async_write(stream_, response_,
                       [self = this->shared_from_this()](error_code error, auto) {
                         if (error) return;
                         if (self->response_.keep_alive()) return self->read();
                         self->finish();
                       });
  }

  void finish() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      stream_.async_shutdown([self = this->shared_from_this()](error_code) {});
    } else {
      error_code ignored;
      stream_.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
    }
  }

  std::shared_ptr<State> state_;
  base::Endpoint peer_;
  Stream stream_;
  boost::asio::steady_timer delay_;
  boost::beast::flat_buffer buffer_{HttpServer::BodyBytesMax + HttpServer::HeaderBytesMax};
  std::optional<bhttp::request_parser<bhttp::string_body>> parser_;
  bhttp::response<bhttp::string_body> response_;
};

}  // namespace

void HttpServer::State::accept() {
  acceptor_.async_accept(
      [self = shared_from_this()](error_code error, boost::asio::ip::tcp::socket socket) {
        if (error == boost::asio::error::operation_aborted || self->source_ == nullptr) return;
        error_code gone;
        const auto peer = error ? boost::asio::ip::tcp::endpoint{} : socket.remote_endpoint(gone);
        if (!error && !gone && self->session_count < ClientCountMax) {
          if (self->tls_.has_value()) {
            std::make_shared<HttpSession<State, TlsStream>>(self, from_asio(peer),
                                                            std::move(socket), *self->tls_)
                ->start();
          } else {
            std::make_shared<HttpSession<State, boost::beast::tcp_stream>>(self, from_asio(peer),
                                                                           std::move(socket))
                ->start();
          }
        }
        self->accept();
      });
}

base::Result<std::unique_ptr<HttpServer>> HttpServer::open(Loop& loop,
                                                           const HttpServerOptions& options,
                                                           HttpSource& source) {
  auto server = std::make_unique<HttpServer>(Key{}, loop, source);
  if (auto opened = server->state_->open(options); !opened.has_value()) {
    return std::unexpected(opened.error());
  }
  server->state_->accept();
  return server;
}

HttpServer::HttpServer(Key, Loop& loop, HttpSource& source)
    : state_(std::make_shared<State>(loop, source)) {}

HttpServer::~HttpServer() {
  state_->close();
}

base::Endpoint HttpServer::local() const {
  return state_->local();
}

}  // namespace splitscope::real
