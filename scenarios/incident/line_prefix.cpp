#include "scenarios/incident/line_prefix.hpp"

#include <array>

#include <boost/json.hpp>

#include "scenarios/incident/text_cursor.hpp"
#include "scenarios/incident/timestamp.hpp"

namespace splitscope::scenarios::incident {
namespace {

namespace json = boost::json;

constexpr std::size_t NestingMax = 8;
constexpr std::size_t NameMax = 128;  // of a pod or container

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(value->as_string());
}

std::string first_text(const json::object& object, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    if (std::string text = text_of(object, key); !text.empty()) return text;
  }
  return {};
}

std::optional<std::int64_t> whole_number(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->as_int64();
}

constexpr std::int64_t SecondsMax = 7'258'118'400;  // the year 2200

// log4j2: "instant": {"epochSecond": 1, "nanoOfSecond": 2}, or "timeMillis": 1000
std::optional<base::WallTime> number_time(const json::object& object) {
  if (const auto millis = whole_number(object, "timeMillis"); millis.has_value()) {
    if (*millis < 0 || *millis / 1000 > SecondsMax) return std::nullopt;
    return base::WallTime{std::chrono::milliseconds{*millis}};
  }
  const json::value* instant = object.if_contains("instant");
  if (instant == nullptr || !instant->is_object()) return std::nullopt;
  const auto seconds = whole_number(instant->get_object(), "epochSecond");
  const auto nanos = whole_number(instant->get_object(), "nanoOfSecond");
  if (!seconds.has_value() || *seconds < 0 || *seconds > SecondsMax) return std::nullopt;
  const bool has_nanos = nanos.has_value() && *nanos >= 0 && *nanos < 1'000'000'000;
  return base::WallTime{std::chrono::seconds{*seconds} + base::Duration{has_nanos ? *nanos : 0}};
}

// "[pod/hz-0/hazelcast] " and "hazelcast-1  | ": a name, then what ends it.
std::string_view behind_name(std::string_view line) {
  Cursor cursor(line);
  const bool is_bracketed = cursor.skip("[pod/");
  const std::string_view name = cursor.take_until(is_bracketed ? "]" : " |", NameMax);
  if (name.empty()) return line;
  if (is_bracketed) return cursor.skip("] ") ? cursor.rest() : line;
  cursor.skip_spaces();
  return cursor.skip("| ") ? cursor.rest() : line;
}

std::string_view behind_runtime_stamp(std::string_view line) {
  const auto stamp = read_timestamp(line);
  if (!stamp.has_value() || !stamp->has_zone || line.find('T') > stamp->end) return line;
  Cursor cursor(line.substr(stamp->end));
  if (!cursor.skip(' ')) return line;
  for (const std::string_view stream : {"stdout ", "stderr "}) {
    if (cursor.skip(stream)) (void)(cursor.skip("F ") || cursor.skip("P "));
  }
  return cursor.rest();
}

}  // namespace

std::string without_colours(std::string_view line) {
  std::string plain;
  plain.reserve(line.size());
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\r') continue;
    if (line[i] != '\x1b') {
      plain.push_back(line[i]);
      continue;
    }
    if (i + 1 >= line.size() || line[i + 1] != '[') continue;
    i += 2;
    while (i < line.size() && (is_digit(line[i]) || line[i] == ';')) ++i;
  }
  return plain;
}

std::string_view behind_container_prefix(std::string_view line) {
  return behind_runtime_stamp(behind_name(line));
}

std::optional<JsonLine> read_json_line(std::string_view line) {
  json::parse_options options;
  options.max_depth = NestingMax;
  json::error_code error;
  const json::value value = json::parse(line, error, {}, options);
  if (error || !value.is_object()) return std::nullopt;
  const json::object& object = value.get_object();
  JsonLine result;
  result.text = first_text(object, {"message", "msg", "log"});
  if (result.text.empty()) return std::nullopt;
  result.time = first_text(object, {"@timestamp", "timestamp", "time", "date"});
  result.when = number_time(object);
  return result;
}

}  // namespace splitscope::scenarios::incident
