// HTTP to cloud endpoints and instance metadata.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"

namespace splitscope::env {

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  base::Duration timeout = std::chrono::seconds{10};
};

struct HttpResponse {
  std::uint16_t status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct HttpRequestId {
  std::uint64_t value = 0;
};

class HttpHandler {
 public:
  // The error is a sentence: refused, timed out, reset, name not found.
  virtual void on_response(HttpRequestId request, base::Result<HttpResponse> response) = 0;

 protected:
  ~HttpHandler() = default;
};

class HttpClient {
 public:
  // Exactly one answer comes for each request, from the event loop. Answers over 4 MiB are errors.
  virtual HttpRequestId send(HttpRequest request, HttpHandler& handler) = 0;
  virtual void cancel(HttpRequestId request) = 0;

 protected:
  ~HttpClient() = default;
};

}  // namespace splitscope::env
