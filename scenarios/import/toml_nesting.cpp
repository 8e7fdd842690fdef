#include "scenarios/import/toml_nesting.hpp"

#include <algorithm>
#include <string>

namespace splitscope::scenarios {
namespace {

class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  std::optional<std::uint32_t> scan() {
    while (!rest_.empty()) {
      const char c = rest_.front();
      if (c == '"' || c == '\'') {
        skip_string(c);
        continue;
      }
      if (c == '#') {
        advance(std::min(rest_.find('\n'), rest_.size()));
        continue;
      }
      count(c);
      if (brackets_ > MaxTomlBrackets || dots_ > MaxTomlDots) return line_;
      advance(1);
    }
    return std::nullopt;
  }

 private:
  void count(char c) {
    if (c == '.') {
      ++dots_;
    } else if (c == '[' || c == '{') {
      ++brackets_;
      dots_ = 0;
    } else if (c == ']' || c == '}') {
      brackets_ = std::max(brackets_ - 1, 0);
      dots_ = 0;
    } else if (c == '=' || c == ',' || c == '\n') {
      dots_ = 0;
    }
  }

  void advance(std::size_t length) {
    const std::string_view passed = rest_.substr(0, length);
    line_ += static_cast<std::uint32_t>(std::count(passed.begin(), passed.end(), '\n'));
    rest_.remove_prefix(length);
  }

  void skip_string(char quote) {
    const std::string three(3, quote);
    const bool is_long = rest_.starts_with(three);
    const std::string_view closing = is_long ? std::string_view{three} : rest_.substr(0, 1);
    std::size_t at = closing.size();
    while (at < rest_.size() && rest_.substr(at, closing.size()) != closing) {
      if (rest_[at] == '\n' && !is_long) break;
      at += rest_[at] == '\\' && quote == '"' ? 2 : 1;
    }
    advance(std::min(at + closing.size(), rest_.size()));
  }

  std::string_view rest_;
  std::uint32_t line_ = 1;
  int brackets_ = 0;
  int dots_ = 0;
};

}  // namespace

std::optional<std::uint32_t> line_nested_too_deeply(std::string_view text) {
  return Scanner(text).scan();
}

}  // namespace splitscope::scenarios
