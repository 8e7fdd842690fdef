// When a line of a log was written, as its own text says. Hides: the formats of java.util.logging,
// log4j, Carbon, syslog and containers, and the names of months. Invariant: a number out of its
// range is no time.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "engine/base/time.hpp"

namespace splitscope::scenarios::incident {

struct Timestamp {
  base::WallTime time;   // as written; in UTC where the text names its zone
  bool has_date = true;  // false: a time of day, on 1 January 1970
  bool has_year = true;  // false: in 1972
  bool has_zone = false;
  base::Duration resolution{};  // one unit of its last digit
  std::size_t begin = 0;        // where in the text it stands
  std::size_t end = 0;
};

// How far into a line its own timestamp may begin: loggers write it first.
inline constexpr std::size_t TimestampWithin = 64;

// The first timestamp of the line. One that belongs to the message ("since ...") is not the line's.
std::optional<Timestamp> find_timestamp(std::string_view line);
// The one that the text begins with.
std::optional<Timestamp> read_timestamp(std::string_view text);

}  // namespace splitscope::scenarios::incident
