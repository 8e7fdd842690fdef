// The times of Linux TCP as pure functions and values: retransmission time-outs, the timer wheel,
// backoff and death. Figures are of a recorded kernel with a tick of 4 ms; rule numbers are those
// of docs/kernel-rules.md.
#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/base/time.hpp"

namespace splitscope::sim {

inline constexpr base::Duration Tick = std::chrono::milliseconds{4};
inline constexpr base::Duration RtoMin = std::chrono::milliseconds{200};
inline constexpr base::Duration RtoMax = std::chrono::seconds{120};
inline constexpr base::Duration ProbeDelay = std::chrono::milliseconds{2};
inline constexpr base::Duration DelayedAckTime = std::chrono::milliseconds{40};
// An orphan's FIN is given up like a connection with so many retries (rule 16).
inline constexpr std::uint32_t OrphanRetries = 8;

// An established connection dies at the first time-out that comes so long after its first
// retransmission, where `retries` is tcp_retries2 (rule 5).
constexpr base::Duration death_after(std::uint32_t retries) {
  const std::uint32_t doublings = std::min<std::uint32_t>(retries, 9);
  const base::Duration doubling = ((std::int64_t{2} << doublings) - 1) * RtoMin;
  return doubling + (retries - doublings) * RtoMax;
}

// When a timer that should fire `delay` after `now` really fires: the wheel rounds up to the step
// of its level, so timers are late, never early, and those of one host fire together (rule 3).
constexpr base::Instant on_timer_wheel(base::Instant now, base::Duration delay) {
  int step_bits = 0;  // ticks to a step, as a power of two
  for (base::Duration level = 64 * Tick; delay >= level && level < std::chrono::hours{1};
       level = level * 8) {
    step_bits += 3;
  }
  const std::int64_t ticks = base::nanoseconds(now + delay) / Tick.count();
  return base::Instant{(((ticks >> step_bits) + 1) << step_bits) * Tick};
}

constexpr base::Duration round_up_to_tick(base::Duration duration) {
  return (duration + Tick - base::Duration{1}) / Tick * Tick;
}

// Smoothed round-trip time after RFC 6298 as Linux computes it (rule 1).
class RttEstimator {
 public:
  void sample(base::Duration rtt) {
    if (rto_ticks_ == 0) {
      smoothed_ = rtt;
      deviation_ = rtt * 2;  // four times half the sample
    } else {
      const base::Duration error = rtt > smoothed_ ? rtt - smoothed_ : smoothed_ - rtt;
      deviation_ += (4 * error - deviation_) / 4;
      smoothed_ += (rtt - smoothed_) / 8;
    }
    const base::Duration rto = round_up_to_tick(smoothed_ + std::max(deviation_, RtoMin));
    rto_ticks_ = static_cast<std::uint32_t>(std::min(rto, RtoMax) / Tick);
  }
  base::Duration smoothed() const { return smoothed_; }
  // SRTT + max(RTTVAR, 200 ms), rounded up to a tick; 1 s before the first sample.
  base::Duration rto() const {
    return rto_ticks_ == 0 ? std::chrono::seconds{1} : rto_ticks_ * Tick;
  }
  // The tail loss probe's time-out, rounded up to a tick (rule 2).
  base::Duration probe_timeout(bool one_segment_out) const {
    const base::Duration more = one_segment_out ? RtoMin : ProbeDelay;
    return std::min(rto(), round_up_to_tick(2 * smoothed_ + more));
  }

 private:
  base::Duration smoothed_{};
  base::Duration deviation_{};
  std::uint32_t rto_ticks_ = 0;  // asked for far oftener than it changes; 0 = no sample yet
};

// The time-out after `backoff` expiries of `rto`.
constexpr base::Duration backed_off(base::Duration rto, std::uint32_t backoff) {
  base::Duration timeout = rto;
  for (std::uint32_t i = 0; i < backoff && timeout < RtoMax; ++i) timeout *= 2;
  return std::min(timeout, RtoMax);
}

// SYN number `sent` (from 1) is followed by the next one after this: 1 s five times (four linear
// retries), then 2, 4, 8, 16, 32 s, then the attempt is over (rule 9).
constexpr base::Duration syn_gap(std::uint32_t sent) {
  if (sent <= 5) return std::chrono::seconds{1};
  if (sent >= 11) return std::chrono::seconds{64};
  return std::chrono::seconds{std::int64_t{1} << (sent - 5)};
}
// How many SYNs leave before a connect is given up, where `retries` is TCP_SYNCNT (rule 9).
constexpr std::uint32_t syn_count_max(std::uint32_t retries) {
  if (retries == 0) return 1;
  if (retries == 1) return 3;
  return retries == 2 ? 6 : retries + 5;
}

}  // namespace splitscope::sim
