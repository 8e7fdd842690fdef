// Durations as people write them: "500ms", "90s", "10m", "1h30m", "0.2ms".
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"

namespace splitscope::base {

// Reads a sum of number+unit pairs (units ns, us, ms, s, m, h, d; a decimal fraction is allowed).
// The error says what is expected. Nothing negative, nothing beyond 100 years.
Result<Duration> parse_duration(std::string_view text);

// The shortest of the above forms that is exact to the millisecond, for people: "1m30s", "250ms".
std::string to_text(Duration duration);
// Seconds with three decimals, as reports and logs show run time: "12.345s".
std::string to_text(Instant instant);

}  // namespace splitscope::base
