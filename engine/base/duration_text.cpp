// Parsing works on integers throughout, so that the same text is the same duration everywhere.
#include "engine/base/duration_text.hpp"

#include <array>
#include <cstdint>
#include <limits>

#include <fmt/format.h>

#include "engine/base/wide.hpp"

namespace splitscope::base {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};
constexpr std::array<Unit, 7> Units{{{"ns", 1},
                                     {"us", 1'000},
                                     {"ms", 1'000'000},
                                     {"s", 1'000'000'000},
                                     {"m", 60'000'000'000},
                                     {"h", 3'600'000'000'000},
                                     {"d", 86'400'000'000'000}}};
constexpr std::int64_t LongestNs = 100LL * 366 * 86'400'000'000'000;

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

Error malformed(std::string_view text) {
  return Error{
      fmt::format(R"("{}" is not a duration; write for example "500ms", "90s" or "10m")", text)};
}

// One number with an optional fraction of at most nine digits, as units of 10^-9.
struct Number {
  std::int64_t whole = 0;
  std::int64_t billionths = 0;
};

bool take_number(std::string_view& rest, Number& number) {
  std::size_t digits = 0;
  while (digits < rest.size() && is_digit(rest[digits])) {
    if (digits > 12) return false;
    number.whole = number.whole * 10 + (rest[digits] - '0');
    ++digits;
  }
  if (digits == 0) return false;
  rest.remove_prefix(digits);
  if (rest.empty() || rest.front() != '.') return true;
  rest.remove_prefix(1);
  std::int64_t scale = 100'000'000;
  std::size_t places = 0;
  while (places < rest.size() && is_digit(rest[places])) {
    if (places >= 9) return false;
    number.billionths += (rest[places] - '0') * scale;
    scale /= 10;
    ++places;
  }
  rest.remove_prefix(places);
  return places > 0;
}

const Unit* take_unit(std::string_view& rest) {
  std::size_t length = 0;
  while (length < rest.size() && rest[length] >= 'a' && rest[length] <= 'z') ++length;
  const std::string_view name = rest.substr(0, length);
  for (const Unit& unit : Units) {
    if (unit.name == name) {
      rest.remove_prefix(length);
      return &unit;
    }
  }
  return nullptr;
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  std::string_view rest = text;
  std::int64_t total = 0;
  if (rest.empty()) return std::unexpected(malformed(text));
  while (!rest.empty()) {
    Number number;
    if (!take_number(rest, number)) return std::unexpected(malformed(text));
    const Unit* unit = take_unit(rest);
    if (unit == nullptr) return std::unexpected(malformed(text));
    if (number.whole > LongestNs / unit->nanoseconds) return std::unexpected(malformed(text));
    const auto fraction = static_cast<std::int64_t>(static_cast<Int128>(number.billionths) *
                                                    unit->nanoseconds / 1'000'000'000);
    total += number.whole * unit->nanoseconds + fraction;
    if (total > LongestNs) return std::unexpected(malformed(text));
  }
  return Duration{total};
}

std::string to_text(Duration duration) {
  const std::int64_t ns = duration.count();
  if (ns < 0) return "-" + to_text(-duration);
  if (ns == 0) return "0s";
  if (ns < 1'000'000) return fmt::format("{}us", ns / 1'000);
  if (ns < 1'000'000'000) return fmt::format("{}ms", ns / 1'000'000);
  std::string text;
  const std::int64_t ms = ns / 1'000'000;
  if (ms >= 3'600'000) text += fmt::format("{}h", ms / 3'600'000);
  if (ms % 3'600'000 >= 60'000) text += fmt::format("{}m", ms % 3'600'000 / 60'000);
  const std::int64_t rest = ms % 60'000;
  if (rest % 1'000 != 0) return text + fmt::format("{}.{:03}s", rest / 1'000, rest % 1'000);
  if (rest != 0) text += fmt::format("{}s", rest / 1'000);
  return text;
}

std::string to_text(Instant instant) {
  const std::int64_t ms = nanoseconds(instant) / 1'000'000;
  return fmt::format("{}.{:03}s", ms / 1'000, ms % 1'000);
}

}  // namespace splitscope::base
