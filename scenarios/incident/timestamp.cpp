#include "scenarios/incident/timestamp.hpp"

#include <array>
#include <chrono>

#include "scenarios/incident/text_cursor.hpp"

namespace splitscope::scenarios::incident {
namespace {

using base::Duration;

constexpr int YearUnknown = 1972;  // a leap year, so that 29 February exists

struct MonthName {
  std::string_view begin;  // lower case
  unsigned month;
};
// English, French, German and Spanish, as Java's default format writes them; longer ones first.
constexpr std::array<MonthName, 32> MonthNames{{
    {"juil", 7},
    {"jan", 1},
    {"feb", 2},
    {"mar", 3},
    {"apr", 4},
    {"may", 5},
    {"jun", 6},
    {"jul", 7},
    {"aug", 8},
    {"sep", 9},
    {"oct", 10},
    {"nov", 11},
    {"dec", 12},
    {"janv", 1},
    {"f\xc3\xa9v", 2},
    {"avr", 4},
    {"mai", 5},
    {"juin", 6},
    {"ao\xc3\xbb", 8},
    {"d\xc3\xa9"
     "c",
     12},
    {"m\xc3\xa4r", 3},
    {"mrz", 3},
    {"okt", 10},
    {"dez", 12},
    {"ene", 1},
    {"abr", 4},
    {"ago", 8},
    {"dic", 12},
    {"fev", 2},
    {"fevr", 2},
    {"aout", 8},
    {"sept", 9},
}};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// "May", "sept.": the whole word, of which the first letters decide.
std::optional<unsigned> take_month(Cursor& cursor) {
  const std::string_view word = cursor.take_until(" .,\t", 12);
  for (const MonthName& name : MonthNames) {
    if (word.size() < name.begin.size()) continue;
    bool is_equal = true;
    for (std::size_t i = 0; i < name.begin.size(); ++i) {
      is_equal = is_equal && lower(word[i]) == name.begin[i];
    }
    if (!is_equal) continue;
    (void)cursor.skip('.');
    return name.month;
  }
  return std::nullopt;
}

struct TimeOfDay {
  Duration since_midnight{};
  Duration resolution = std::chrono::seconds{1};
};

std::optional<TimeOfDay> take_time(Cursor& cursor) {
  const auto hour = cursor.number(1, 2);
  if (!hour || *hour > 23 || !cursor.skip(':')) return std::nullopt;
  const auto minute = cursor.number(2, 2);
  if (!minute || *minute > 59 || !cursor.skip(':')) return std::nullopt;
  const auto second = cursor.number(2, 2);
  if (!second || *second > 60) return std::nullopt;
  TimeOfDay result;
  result.since_midnight =
      std::chrono::seconds{static_cast<std::int64_t>(*hour * 3600 + *minute * 60 + *second)};
  Cursor fraction = cursor;
  if (!fraction.skip_any(".,:")) return result;
  const std::size_t digits_from = fraction.rest().size();
  const auto value = fraction.number(1, 9);
  if (!value) return result;
  for (std::size_t i = digits_from - fraction.rest().size(); i > 0; --i) result.resolution /= 10;
  result.since_midnight += result.resolution * static_cast<std::int64_t>(*value);
  cursor = fraction;
  return result;
}

// "Z", "+02:00", "+0200"; nothing is taken where no zone stands.
std::optional<Duration> take_zone(Cursor& cursor) {
  if (cursor.skip('Z')) return Duration::zero();
  Cursor zone = cursor;
  const bool is_east = zone.skip('+');
  if (!is_east && !zone.skip('-')) return std::nullopt;
  const auto hours = zone.number(2, 4);
  if (!hours) return std::nullopt;
  std::uint64_t minutes = *hours * 60;
  if (*hours > 99) {
    minutes = (*hours / 100) * 60 + *hours % 100;
  } else if (zone.skip(':')) {
    const auto rest = zone.number(2, 2);
    if (!rest) return std::nullopt;
    minutes += *rest;
  }
  if (minutes > 18 * 60) return std::nullopt;
  cursor = zone;
  const Duration offset = std::chrono::minutes{static_cast<std::int64_t>(minutes)};
  return is_east ? offset : -offset;
}

std::optional<base::WallTime> date_of(std::uint64_t year, unsigned month, std::uint64_t day) {
  if (year < 1970 || year > 2199) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(year)},
                                         std::chrono::month{month},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return base::WallTime{std::chrono::sys_days{date}.time_since_epoch()};
}

std::optional<Timestamp> finish(std::string_view text, const Cursor& cursor, Timestamp result,
                                const TimeOfDay& time) {
  result.time += time.since_midnight;
  result.resolution = time.resolution;
  result.end = text.size() - cursor.rest().size();
  return result;
}

// "2024-05-01 12:00:00,123", "2024-05-01T12:00:00.123456789Z", "2024/05/01 12:00:00"
std::optional<Timestamp> read_iso(std::string_view text) {
  Cursor cursor(text);
  const auto year = cursor.number(4, 4);
  if (!year || !(cursor.skip('-') || cursor.skip('/'))) return std::nullopt;
  const auto month = cursor.number(2, 2);
  if (!month || !(cursor.skip('-') || cursor.skip('/'))) return std::nullopt;
  const auto day = cursor.number(2, 2);
  if (!day || !(cursor.skip(' ') || cursor.skip('T'))) return std::nullopt;
  const auto date = date_of(*year, static_cast<unsigned>(*month), *day);
  const auto time = take_time(cursor);
  if (!date || !time) return std::nullopt;
  Timestamp result{.time = *date};
  if (const auto zone = take_zone(cursor); zone.has_value()) {
    result.has_zone = true;
    result.time -= *zone;
  }
  return finish(text, cursor, result, *time);
}

// "12:00:00 PM", with the narrow space that newer Java versions put there.
std::optional<TimeOfDay> take_half_day_time(Cursor& cursor) {
  auto time = take_time(cursor);
  if (!time) return std::nullopt;
  (void)(cursor.skip(' ') || cursor.skip("\xe2\x80\xaf"));
  const bool is_afternoon = cursor.skip("PM") || cursor.skip("pm");
  if (!is_afternoon && !cursor.skip("AM") && !cursor.skip("am")) return time;
  const Duration noon = std::chrono::hours{12};
  if (is_afternoon && time->since_midnight < noon) time->since_midnight += noon;
  if (!is_afternoon && time->since_midnight >= noon) time->since_midnight -= noon;
  return time;
}

// "May 01, 2024 12:00:00 PM" (java.util.logging), "May  1 12:00:00" (syslog)
std::optional<Timestamp> read_month_first(std::string_view text) {
  Cursor cursor(text);
  const auto month = take_month(cursor);
  cursor.skip_spaces();
  const auto day = month ? cursor.number(1, 2) : std::nullopt;
  if (!day) return std::nullopt;
  std::uint64_t year = YearUnknown;
  const bool has_year = cursor.skip(',');
  cursor.skip_spaces();
  if (has_year) {
    const auto written = cursor.number(4, 4);
    if (!written) return std::nullopt;
    year = *written;
    (void)cursor.skip(',');
    cursor.skip_spaces();
  }
  const auto date = date_of(year, *month, *day);
  const auto time = take_half_day_time(cursor);
  if (!date || !time) return std::nullopt;
  return finish(text, cursor, {.time = *date, .has_year = has_year}, *time);
}

// "01 May 2024 12:00:00,123"
std::optional<Timestamp> read_day_first(std::string_view text) {
  Cursor cursor(text);
  const auto day = cursor.number(1, 2);
  if (!day || !cursor.skip(' ')) return std::nullopt;
  const auto month = take_month(cursor);
  if (!month || !cursor.skip(' ')) return std::nullopt;
  const auto year = cursor.number(4, 4);
  if (!year || !cursor.skip(' ')) return std::nullopt;
  const auto date = date_of(*year, *month, *day);
  const auto time = take_time(cursor);
  if (!date || !time) return std::nullopt;
  return finish(text, cursor, {.time = *date}, *time);
}

// "12:00:00,123": only with a fraction, since other texts look like a time of day.
std::optional<Timestamp> read_time_alone(std::string_view text) {
  Cursor cursor(text);
  const auto time = take_time(cursor);
  if (!time || time->resolution == std::chrono::seconds{1}) return std::nullopt;
  return finish(text, cursor, {.time = base::WallTime{}, .has_date = false, .has_year = false},
                *time);
}

// A word of the message that a time follows: the time is not the line's.
bool is_within_message(std::string_view before) {
  return before.ends_with("since ") || before.ends_with("ow: ") ||
         before.find("Member") != before.npos;
}

}  // namespace

std::optional<Timestamp> read_timestamp(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (is_digit(text.front())) {
    for (const auto read : {read_iso, read_day_first, read_time_alone}) {
      if (const auto found = read(text); found.has_value()) return found;
    }
    return std::nullopt;
  }
  if (is_letter(text.front())) return read_month_first(text);
  return std::nullopt;
}

std::optional<Timestamp> find_timestamp(std::string_view line) {
  char before = ' ';
  for (std::size_t at = 0; at < line.size() && at <= TimestampWithin; ++at) {
    const bool is_begin = std::string_view(" \t[|(\"").find(before) != std::string_view::npos;
    before = line[at];
    if (!is_begin) continue;
    auto found = read_timestamp(line.substr(at));
    if (!found.has_value()) continue;
    if (is_within_message(line.substr(0, at))) return std::nullopt;
    found->begin = at;
    found->end += at;
    return found;
  }
  return std::nullopt;
}

}  // namespace splitscope::scenarios::incident
