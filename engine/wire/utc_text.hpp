// Wall time as AWS writes it, in UTC. Pure; years 1970 to 2261.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/time.hpp"

namespace splitscope::wire {

// "20150830T123600Z": whole seconds, rounded down.
std::string compact_utc(base::WallTime time);
// "2015-08-30T12:36:00Z"; with milliseconds "2015-08-30T12:36:00.000Z".
std::string utc_text(base::WallTime time, bool has_milliseconds = false);
// Either of these forms; none for anything else.
std::optional<base::WallTime> parse_utc(std::string_view text);

}  // namespace splitscope::wire
