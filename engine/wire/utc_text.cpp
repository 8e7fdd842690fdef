#include "engine/wire/utc_text.hpp"

#include <fmt/format.h>

namespace splitscope::wire {
namespace {

struct Fields {
  std::int64_t year, month, day, hour, minute, second, millisecond;
};

Fields fields_of(base::WallTime time) {
  const auto at = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch());
  const auto days = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{std::chrono::sys_days{days}};
  const std::int64_t rest = (at - days).count();
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          rest / 3'600'000,
          rest / 60'000 % 60,
          rest / 1000 % 60,
          rest % 1000};
}

// Takes `count` digits from the front of `text`; -1 if they are not there.
std::int64_t take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return -1;
  std::int64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

void skip(std::string_view& text, char c) {
  if (text.starts_with(c)) text.remove_prefix(1);
}

bool is_date(const Fields& at) {
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(at.year)},
                                         std::chrono::month{static_cast<unsigned>(at.month)},
                                         std::chrono::day{static_cast<unsigned>(at.day)}};
  return at.year >= 1970 && at.year <= 2261 && at.month >= 1 && at.day >= 1 && date.ok() &&
         at.hour >= 0 && at.hour < 24 && at.minute >= 0 && at.minute < 60 && at.second >= 0 &&
         at.second < 60;
}

}  // namespace

std::string compact_utc(base::WallTime time) {
  const Fields at = fields_of(time);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", at.year, at.month, at.day, at.hour,
                     at.minute, at.second);
}

std::string utc_text(base::WallTime time, bool has_milliseconds) {
  const Fields at = fields_of(time);
  const std::string fraction = has_milliseconds ? fmt::format(".{:03}", at.millisecond) : "";
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z", at.year, at.month, at.day, at.hour,
                     at.minute, at.second, fraction);
}

std::optional<base::WallTime> parse_utc(std::string_view text) {
  Fields at{};
  at.year = take_digits(text, 4);
  skip(text, '-');
  at.month = take_digits(text, 2);
  skip(text, '-');
  at.day = take_digits(text, 2);
  if (!text.starts_with('T')) return std::nullopt;
  skip(text, 'T');
  at.hour = take_digits(text, 2);
  skip(text, ':');
  at.minute = take_digits(text, 2);
  skip(text, ':');
  at.second = take_digits(text, 2);
  if (text.starts_with('.')) {
    skip(text, '.');
    at.millisecond = take_digits(text, 3);
  }
  if (text != "Z" || at.millisecond < 0 || !is_date(at)) return std::nullopt;
  const std::chrono::sys_days day{std::chrono::year{static_cast<int>(at.year)} /
                                  std::chrono::month{static_cast<unsigned>(at.month)} /
                                  std::chrono::day{static_cast<unsigned>(at.day)}};
  const std::int64_t seconds = (at.hour * 60 + at.minute) * 60 + at.second;
  return base::WallTime{day.time_since_epoch() + std::chrono::seconds{seconds} +
                        std::chrono::milliseconds{at.millisecond}};
}

}  // namespace splitscope::wire
