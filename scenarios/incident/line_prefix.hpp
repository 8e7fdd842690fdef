// What containers and their tools put before or around a line of a log. Pure text to text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/time.hpp"

namespace splitscope::scenarios::incident {

// Without the escape sequences that colour terminals.
std::string without_colours(std::string_view line);

// Behind "2024-05-01T12:00:00.123456789Z stdout F ", "hazelcast-1  | ", "[pod/hz-0/hazelcast] ".
// The time stays the line's: find it in the line as a whole.
std::string_view behind_container_prefix(std::string_view line);

struct JsonLine {
  std::string text;                    // may hold several lines
  std::string time;                    // as written; empty: none
  std::optional<base::WallTime> when;  // where it is written as a number
};
// A line that is one JSON object, as docker, log4j2 and Hazelcast's images write it. Nothing if it
// is none, or has no message.
std::optional<JsonLine> read_json_line(std::string_view line);

}  // namespace splitscope::scenarios::incident
