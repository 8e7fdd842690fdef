// One call as it reaches the cloud, and what becomes of it. Plain data.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/endpoint.hpp"
#include "engine/base/time.hpp"
#include "engine/env/http_client.hpp"
#include "engine/wire/escaping.hpp"

namespace splitscope::cloud {

struct Call {
  std::string method = "GET";
  std::string host;  // of the URL or the Host header, with its port if it names one
  std::string path = "/";
  std::string query;  // as on the wire
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  base::Ipv4 caller;
  base::Instant at{};     // monotonic
  base::WallTime wall{};  // the cloud's own clock
};

struct Answer {
  bool is_lost = false;  // nothing comes back: the caller times out
  bool is_throttled = false;
  base::Duration late{};  // more than the network takes
  env::HttpResponse response;
};

// An error as each API writes it. `id`: of the request.
env::HttpResponse ec2_error(std::uint16_t status, std::string_view code, std::string_view message,
                            std::string_view id);
env::HttpResponse ecs_error(std::string_view code, std::string_view message, std::string_view id);
env::HttpResponse ec2_answer(std::string body, std::string_view id);
env::HttpResponse ecs_answer(std::string body, std::string_view id);

}  // namespace splitscope::cloud
