// --set NAME=VALUE, and the values of placeholders: what was set first, then the environment.
#include <charconv>
#include <cstdlib>

#include "cli/commands.hpp"

namespace splitscope::cli {

base::Result<std::map<std::string, std::string>> parse_settings(
    const std::vector<std::string>& texts) {
  std::map<std::string, std::string> settings;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return base::failure("--set " + text + ": write NAME=VALUE, for example --set members=5");
    }
    settings[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return settings;
}

namespace {

constexpr std::uint64_t SeedsAtOnceMax = 10'000'000;

// A whole number from 1 on, or 0 where the text is none.
std::uint64_t positive(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? value : 0;
}

}  // namespace

base::Result<SeedRange> parse_seeds(const std::string& text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string::npos) {
    const std::uint64_t count = positive(text);
    if (count > 0 && count <= SeedsAtOnceMax) return SeedRange{1, count};
  } else {
    const std::uint64_t first = positive(std::string_view(text).substr(0, dots));
    const std::uint64_t last = positive(std::string_view(text).substr(dots + 2));
    if (first > 0 && last >= first && last - first < SeedsAtOnceMax) {
      return SeedRange{first, last - first + 1};
    }
  }
  return base::failure("--seeds " + text +
                       ": write a number or a range of at most ten million, for example "
                       "--seeds 200 or --seeds 17..23");
}

scenarios::Placeholders placeholders_from(const std::map<std::string, std::string>& settings) {
  return {[settings](std::string_view name) -> std::optional<std::string> {
    const std::string key(name);
    if (const auto found = settings.find(key); found != settings.end()) return found->second;
    const char* value = std::getenv(key.c_str());
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  }};
}

}  // namespace splitscope::cli
