#include "engine/real/http_url.hpp"

#include <charconv>

#include <fmt/format.h>

namespace splitscope::real {

base::Result<HttpUrl> parse_http_url(std::string_view url) {
  constexpr std::string_view Scheme = "http://";
  if (!url.starts_with(Scheme)) {
    return base::failure(fmt::format("{}: only http:// is spoken here", url));
  }
  const std::string_view rest = url.substr(Scheme.size());
  const std::size_t slash = rest.find_first_of("/?#");
  const std::string_view authority = rest.substr(0, slash);
  HttpUrl parsed;
  if (slash != std::string_view::npos) {
    const std::string_view path = rest.substr(slash, rest.find('#', slash) - slash);
    parsed.target = path.starts_with('/') ? std::string(path) : fmt::format("/{}", path);
  }
  const std::size_t colon = authority.find(':');
  parsed.host = authority.substr(0, colon);
  if (colon != std::string_view::npos) {
    const std::string_view text = authority.substr(colon + 1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parsed.port);
    if (error != std::errc{} || end != text.data() + text.size() || parsed.port == 0) {
      return base::failure(fmt::format("{}: the port must be 1 to 65535", url));
    }
  }
  const bool has_control = url.find_first_of("\r\n ") != std::string_view::npos;
  if (parsed.host.empty() || has_control || authority.find('@') != std::string_view::npos) {
    return base::failure(fmt::format("{}: write http://host[:port]/path", url));
  }
  return parsed;
}

}  // namespace splitscope::real
