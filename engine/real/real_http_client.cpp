#include "engine/real/real_http_client.hpp"

#include <optional>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>

#include "engine/base/duration_text.hpp"
#include "engine/real/http_url.hpp"

namespace splitscope::real {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::asio::ip::tcp;
using boost::system::error_code;
using env::HttpRequestId;
using env::HttpResponse;

namespace {

constexpr unsigned HttpVersion = 11;

std::string to_sentence(const std::string& url, const error_code& error) {
  if (error == boost::asio::error::connection_refused) return url + ": connection refused";
  if (error == boost::asio::error::host_not_found) return url + ": name not found";
  if (error == boost::asio::error::connection_reset) return url + ": connection reset";
  if (error == http::error::body_limit) return url + ": the answer is larger than 4 MiB";
  return fmt::format("{}: {}", url, error.message());
}

}  // namespace

class RealHttpClient::Exchange final : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(RealHttpClient& client, std::uint64_t id, env::HttpRequest request,
           env::HttpHandler& told)
      : handler(told),
        client_(&client),
        id_(id),
        request_(std::move(request)),
        context_(client.gate_.loop().context()),
        resolver_(context_),
        stream_(context_),
        deadline_(context_) {
    parser_.body_limit(BodyBytesMax);
    parser_.header_limit(HeaderBytesMax);
  }

  void start() {
    const auto url = parse_http_url(request_.url);
    if (!url.has_value()) return fail_later(url.error().message);
    const http::verb verb = http::string_to_verb(request_.method);
    if (verb == http::verb::unknown) return fail_later("no HTTP method: " + request_.method);
    message_ = {verb, url->target, HttpVersion, request_.body};
    message_.set(http::field::host,
                 url->port == 80 ? url->host : fmt::format("{}:{}", url->host, url->port));
    for (const auto& [name, value] : request_.headers) message_.set(name, value);
    message_.set(http::field::connection, "close");
    message_.prepare_payload();
    deadline_.expires_after(request_.timeout);
    deadline_.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->finish_with_timeout();
    });
    resolver_.async_resolve(tcp::v4(), url->host, std::to_string(url->port),
                            [self = shared_from_this()](error_code error, auto results) {
                              self->on_resolved(error, results);
                            });
  }
  void fail_later(std::string why) {
    boost::asio::post(context_, [self = shared_from_this(), why = std::move(why)] {
      self->finish(base::failure(why));
    });
  }
  // Nobody is told any more.
  void abandon() {
    client_ = nullptr;
    deadline_.cancel();
    resolver_.cancel();
    stream_.close();
  }

  env::HttpHandler& handler;

 private:
  void on_resolved(error_code error, const tcp::resolver::results_type& results) {
    if (ended(error)) return;
    stream_.async_connect(results, [self = shared_from_this()](error_code outcome, auto) {
      self->on_connected(outcome);
    });
  }
  void on_connected(error_code error) {
    if (ended(error)) return;
    http::async_write(stream_, message_, [self = shared_from_this()](error_code outcome, auto) {
      self->on_written(outcome);
    });
  }
  void on_written(error_code error) {
    if (ended(error)) return;
    http::async_read(
        stream_, buffer_, parser_,
        [self = shared_from_this()](error_code outcome, auto) { self->on_read(outcome); });
  }
  void on_read(error_code error) {
    if (ended(error)) return;
    HttpResponse response;
    const auto& message = parser_.get();
    response.status = static_cast<std::uint16_t>(message.result_int());
    for (const auto& field : message) {
      response.headers.emplace_back(field.name_string(), field.value());
    }
    response.body = message.body();
    finish(std::move(response));
  }
  // True if there is nothing more to do: abandoned, or failed, which is told.
  bool ended(const error_code& error) {
    if (client_ == nullptr) return true;
    if (!error) return false;
    finish(base::failure(to_sentence(request_.url, error)));
    return true;
  }
  void finish_with_timeout() {
    finish(base::failure(
        fmt::format("{}: no answer within {}", request_.url, base::to_text(request_.timeout))));
  }
  void finish(base::Result<HttpResponse> response) {
    RealHttpClient* client = client_;
    if (client == nullptr) return;
    abandon();
    client->on_answer(id_, std::move(response));
  }

  RealHttpClient* client_;
  std::uint64_t id_;
  env::HttpRequest request_;
  boost::asio::io_context& context_;
  tcp::resolver resolver_;
  beast::tcp_stream stream_;
  boost::asio::steady_timer deadline_;
  http::request<http::string_body> message_;
  beast::flat_buffer buffer_{HeaderBytesMax + BodyBytesMax};
  http::response_parser<http::string_body> parser_;
};

HttpRequestId RealHttpClient::send(env::HttpRequest request, env::HttpHandler& handler) {
  const std::uint64_t id = next_id_++;
  const bool is_full = exchanges_.size() >= RequestCountMax;
  auto exchange = std::make_shared<Exchange>(*this, id, std::move(request), handler);
  exchanges_.emplace(id, exchange);
  if (is_full) {
    exchange->fail_later("too many HTTP requests are under way");
  } else {
    exchange->start();
  }
  return {id};
}

void RealHttpClient::cancel(HttpRequestId request) {
  const auto found = exchanges_.find(request.value);
  if (found == exchanges_.end()) return;
  const std::shared_ptr<Exchange> exchange = found->second;
  exchanges_.erase(found);
  exchange->abandon();
}

void RealHttpClient::cancel_all() {
  for (const auto& [id, exchange] : std::exchange(exchanges_, {})) exchange->abandon();
}

void RealHttpClient::on_answer(std::uint64_t id, base::Result<HttpResponse> response) {
  const auto found = exchanges_.find(id);
  if (found == exchanges_.end()) return;
  const std::shared_ptr<Exchange> exchange = found->second;
  exchanges_.erase(found);
  if (gate_.enter()) exchange->handler.on_response({id}, std::move(response));
}

}  // namespace splitscope::real
