// Serves HTTP/1.1, and HTTPS with a certificate, to many clients: what they ask goes to a source,
// its answers go back, late or never where it says so. Hides Boost.Beast and TLS.
#pragma once

#include <memory>
#include <string>

#include "engine/base/endpoint.hpp"
#include "engine/env/http_client.hpp"
#include "engine/real/loop.hpp"

namespace splitscope::real {

struct ServedRequest {
  env::HttpRequest request;  // its URL is "<path>?<query>", as on the wire; Host is a header
  base::Endpoint peer;
};

struct ServedAnswer {
  bool is_lost = false;   // nothing comes back; the client waits until it gives up
  base::Duration late{};  // before it is written
  env::HttpResponse response;
};

class HttpSource {
 public:
  // As an event of the loop.
  virtual ServedAnswer answer(const ServedRequest& request) = 0;

 protected:
  ~HttpSource() = default;
};

struct HttpServerOptions {
  base::Endpoint local;
  // PEM files; empty: without TLS.
  std::string certificate_path;
  std::string key_path;
};

class HttpServer final {
  struct Key {};  // only open() has one

 public:
  static constexpr std::size_t ClientCountMax = 1'024;  // further ones are closed
  static constexpr std::size_t BodyBytesMax = std::size_t{4} << 20;
  static constexpr std::size_t HeaderBytesMax = std::size_t{64} << 10;
  // How long a client may take for a request, or keep a connection without one.
  static constexpr base::Duration IdleTimeout = std::chrono::seconds{60};

  // Errors: the port is in use, no such certificate or key. References outlive the server.
  static base::Result<std::unique_ptr<HttpServer>> open(Loop& loop,
                                                        const HttpServerOptions& options,
                                                        HttpSource& source);
  HttpServer(Key key, Loop& loop, HttpSource& source);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // The port that the kernel chose, if 0 was asked for.
  base::Endpoint local() const;

 private:
  class State;
  // Shared with Asio's pending operations.
  std::shared_ptr<State> state_;
};

}  // namespace splitscope::real
