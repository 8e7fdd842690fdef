// The parts of an http:// URL.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace splitscope::real {

struct HttpUrl {
  std::string host;
  std::uint16_t port = 80;
  std::string target = "/";  // path and query
  friend bool operator==(const HttpUrl&, const HttpUrl&) = default;
};

// "http://host[:port][/path]". The error names the URL and what is wrong with it.
base::Result<HttpUrl> parse_http_url(std::string_view url);

}  // namespace splitscope::real
