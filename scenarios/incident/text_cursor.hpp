// Walks through a text of unknown origin, a step at a time. Hides: bounds. Invariant: it never
// reads beyond its text, and a step that does not fit leaves it where it was.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

namespace splitscope::scenarios::incident {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

class Cursor {
 public:
  explicit constexpr Cursor(std::string_view text) : rest_(text) {}

  constexpr std::string_view rest() const { return rest_; }
  constexpr bool is_at_end() const { return rest_.empty(); }
  constexpr char peek() const { return rest_.empty() ? '\0' : rest_.front(); }

  constexpr bool skip(char wanted) {
    if (peek() != wanted || rest_.empty()) return false;
    rest_.remove_prefix(1);
    return true;
  }
  constexpr bool skip(std::string_view wanted) {
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(wanted.size());
    return true;
  }
  constexpr bool skip_any(std::string_view wanted) {
    if (rest_.empty() || wanted.find(rest_.front()) == wanted.npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  constexpr void skip_spaces() {
    while (skip_any(" \t")) {
    }
  }
  // Goes on behind the next `wanted`.
  constexpr bool skip_past(std::string_view wanted) {
    const std::size_t at = rest_.find(wanted);
    if (at == rest_.npos) return false;
    rest_.remove_prefix(at + wanted.size());
    return true;
  }
  // All up to the first of `ends`, or to the end; at most `most` bytes.
  constexpr std::string_view take_until(std::string_view ends, std::size_t most) {
    const std::size_t at = std::min({rest_.find_first_of(ends), rest_.size(), most});
    const std::string_view taken = rest_.substr(0, at);
    rest_.remove_prefix(at);
    return taken;
  }
  // A number of `least` to `most` digits (at most 18), all that stand there.
  constexpr std::optional<std::uint64_t> number(std::size_t least, std::size_t most) {
    std::size_t count = 0;
    std::uint64_t value = 0;
    while (count < rest_.size() && count <= most && is_digit(rest_[count])) {
      value = value * 10 + static_cast<std::uint64_t>(rest_[count] - '0');
      ++count;
    }
    if (count < least || count > most) return std::nullopt;
    rest_.remove_prefix(count);
    return value;
  }

 private:
  std::string_view rest_;
};

}  // namespace splitscope::scenarios::incident
