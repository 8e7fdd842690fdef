// Instants and durations of a run. All are integers of nanoseconds: no floating point in time.
#pragma once

#include <chrono>
#include <cstdint>

namespace splitscope::base {

using Duration = std::chrono::nanoseconds;

// Monotonic time since the start of the run. The tag has no now(): time comes from env::Clock
// alone.
struct MonotonicTag {
  using duration = Duration;
  using rep = Duration::rep;
  using period = Duration::period;
  static constexpr bool is_steady = true;
};
using Instant = std::chrono::time_point<MonotonicTag, Duration>;

// What a node's wall clock shows: nanoseconds since the Unix epoch. It may jump and drift.
struct WallTag {
  using duration = Duration;
  using rep = Duration::rep;
  using period = Duration::period;
  static constexpr bool is_steady = false;
};
using WallTime = std::chrono::time_point<WallTag, Duration>;

inline constexpr Instant RunStart{};
// Later than anything that happens; used for "never".
inline constexpr Instant EndOfTime = Instant::max();

constexpr std::int64_t nanoseconds(Duration duration) {
  return duration.count();
}
constexpr std::int64_t nanoseconds(Instant instant) {
  return instant.time_since_epoch().count();
}

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""us;
using std::chrono_literals::operator""ns;

}  // namespace splitscope::base
