// Whether a member that sends heartbeats is to be trusted still. Pure: times come in, a verdict
// goes out. Times are of the node's cluster clock (its wall clock plus an offset), as in Hazelcast,
// so that a stepped clock does what it does there. Integers only; whole milliseconds in the phi
// rule, as in the original.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"
#include "schemes/membership/profile.hpp"

namespace splitscope::schemes {

// Suspects a member after max.no.heartbeat.seconds of silence (DeadlineClusterFailureDetector).
class DeadlineDetector {
 public:
  explicit DeadlineDetector(base::Duration max_no_heartbeat) : limit_(max_no_heartbeat) {}
  // A clock that went back keeps a member alive.
  bool is_alive(base::WallTime last, base::WallTime now) const { return now - last <= limit_; }

 private:
  base::Duration limit_;
};

struct PhiOptions {
  std::uint32_t threshold_thousandths = 10'000;
  std::uint32_t sample_size = 200;
  base::Duration min_std_dev = std::chrono::milliseconds{100};
  base::Duration acceptable_pause{};   // max.no.heartbeat.seconds
  base::Duration interval_estimate{};  // heartbeat.interval.seconds
};

// Phi accrual for one member (PhiAccrualFailureDetector): suspects it once the silence is less
// likely than 10^-threshold, given the intervals seen. The bound on the silence is fixed at each
// heartbeat, so that a check is one comparison.
class PhiAccrualDetector {
 public:
  static constexpr std::uint32_t SampleSizeMax = 10'000;
  // An interval beyond this counts as this, so that no sum of squares overflows (2.7 hours).
  static constexpr std::int64_t IntervalMaxMs = 10'000'000;

  // The history begins with two made-up intervals, estimate - 1/4 and estimate + 1/4.
  // Preconditions: 1 <= sample_size <= SampleSizeMax.
  explicit PhiAccrualDetector(const PhiOptions& options);

  // The silence since the last one joins the history, however long: the original asks whether the
  // member is alive only after it has noted the new heartbeat.
  void heartbeat(base::WallTime now);
  // Always before the first heartbeat.
  bool is_alive(base::WallTime now) const;
  std::optional<base::WallTime> last_heartbeat() const { return last_; }
  // The longest silence that is still trusted.
  base::Duration bound() const { return std::chrono::milliseconds{bound_ms_}; }
  std::size_t sample_count() const { return samples_ms_.size(); }

 private:
  void add_sample(std::int64_t interval_ms);
  void fix_bound();

  PhiOptions options_;
  std::int64_t quantile_millionths_;
  std::vector<std::int64_t> samples_ms_;  // a ring, `next_` the oldest once it is full
  std::size_t next_ = 0;
  std::int64_t sum_ms_ = 0;
  std::int64_t square_sum_ms_ = 0;
  std::int64_t bound_ms_ = 0;
  std::optional<base::WallTime> last_;
};

// How many standard deviations beyond the mean the silence is when phi reaches the threshold, in
// millionths: from a committed table for thresholds 1 to 100, linear in between.
std::int64_t phi_quantile_millionths(std::uint32_t threshold_thousandths);

// What a node knows of the heartbeats of one member.
struct Heard {
  base::WallTime last;
  std::unique_ptr<PhiAccrualDetector> phi;  // none under the deadline rule
};

// The rule of one node, for every member it watches.
class FailureDetector {
 public:
  explicit FailureDetector(const Settings& settings);

  // A member is watched from now on, as if it had just been heard.
  Heard watch(base::WallTime now) const;
  void heartbeat(Heard& heard, base::WallTime now) const;
  bool is_alive(const Heard& heard, base::WallTime now) const;

 private:
  DetectorKind kind_;
  DeadlineDetector deadline_;
  PhiOptions phi_options_;
};

// A heartbeat that was sent more than half of max.no.heartbeat ago says nothing and is ignored
// (ClusterHeartbeatManager). Both times are of cluster clocks.
bool is_heartbeat_timely(base::WallTime sent, base::WallTime now, base::Duration max_no_heartbeat);

// What a node concludes when its periodic check finds its wall clock elsewhere than expected. A
// process that did not run for a while sees the same.
struct ClockCheck {
  base::Duration jump{};       // signed: elapsed wall time less the interval
  bool shifts_offset = false;  // beyond ClockJumpThreshold: the cluster clock's offset absorbs it
  bool resets_heartbeats = false;  // at least half of max.no.heartbeat: all are taken as just heard
  friend bool operator==(const ClockCheck&, const ClockCheck&) = default;
};
ClockCheck check_clock(base::WallTime previous_check, base::WallTime now, base::Duration interval,
                       base::Duration max_no_heartbeat);

}  // namespace splitscope::schemes
