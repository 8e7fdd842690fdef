#include "schemes/membership/failure_detector.hpp"

#include <algorithm>
#include <array>

#include "engine/base/assert.hpp"
#include "engine/base/wide.hpp"

namespace splitscope::schemes {

using base::Duration;
using base::Int128;
using base::Uint128;
using base::WallTime;

namespace {

constexpr std::int64_t Million = 1'000'000;

// For threshold 1, 2, ... 100: the y, in millionths, at which the original's approximation
// exp(-y (1.5976 + 0.070566 y^2)) makes phi equal to the threshold.
constexpr std::array<std::int64_t, 100> Quantiles{
    1'282'215,  2'322'746,  3'058'938,  3'638'110,  4'119'191,  4'533'127,  4'898'179,  5'225'987,
    5'524'415,  5'799'025,  6'053'899,  6'292'124,  6'516'094,  6'727'704,  6'928'483,  7'119'681,
    7'302'336,  7'477'319,  7'645'370,  7'807'122,  7'963'119,  8'113'838,  8'259'695,  8'401'055,
    8'538'244,  8'671'550,  8'801'232,  8'927'522,  9'050'630,  9'170'745,  9'288'041,  9'402'673,
    9'514'787,  9'624'514,  9'731'975,  9'837'281,  9'940'537,  10'041'837, 10'141'271, 10'238'920,
    10'334'863, 10'429'170, 10'521'908, 10'613'141, 10'702'926, 10'791'321, 10'878'376, 10'964'140,
    11'048'661, 11'131'980, 11'214'140, 11'295'180, 11'375'137, 11'454'046, 11'531'939, 11'608'850,
    11'684'807, 11'759'839, 11'833'975, 11'907'240, 11'979'658, 12'051'254, 12'122'051, 12'192'069,
    12'261'330, 12'329'855, 12'397'661, 12'464'767, 12'531'191, 12'596'951, 12'662'061, 12'726'538,
    12'790'396, 12'853'651, 12'916'316, 12'978'405, 13'039'930, 13'100'904, 13'161'339, 13'221'247,
    13'280'640, 13'339'527, 13'397'919, 13'455'827, 13'513'261, 13'570'229, 13'626'742, 13'682'808,
    13'738'435, 13'793'633, 13'848'409, 13'902'771, 13'956'727, 14'010'285, 14'063'451, 14'116'233,
    14'168'637, 14'220'670, 14'272'338, 14'323'649,
};

std::int64_t whole_milliseconds(Duration duration) {
  return std::chrono::floor<std::chrono::milliseconds>(duration).count();
}

// The largest integer whose square is below `value`. Precondition: value > 0.
std::uint64_t root_below(Uint128 value) {
  std::uint64_t root = 0;
  for (int bit = 63; bit >= 0; --bit) {
    const std::uint64_t candidate = root | (std::uint64_t{1} << bit);
    if (static_cast<Uint128>(candidate) * candidate < value) root = candidate;
  }
  return root;
}

std::int64_t floor_divide(std::int64_t value, std::int64_t divisor) {
  const std::int64_t quotient = value / divisor;
  return value % divisor < 0 ? quotient - 1 : quotient;
}

}  // namespace

std::int64_t phi_quantile_millionths(std::uint32_t threshold_thousandths) {
  const std::size_t whole = std::clamp<std::size_t>(threshold_thousandths / 1000, 1, 100);
  if (whole == Quantiles.size()) return Quantiles.back();
  const std::int64_t low = Quantiles[whole - 1];
  const std::int64_t high = Quantiles[whole];
  return low + (high - low) * static_cast<std::int64_t>(threshold_thousandths % 1000) / 1000;
}

PhiAccrualDetector::PhiAccrualDetector(const PhiOptions& options)
    : options_(options),
      quantile_millionths_(phi_quantile_millionths(options.threshold_thousandths)) {
  SPLITSCOPE_ASSERT(options.sample_size >= 1);
  SPLITSCOPE_ASSERT(options.sample_size <= SampleSizeMax);
  const std::int64_t estimate = whole_milliseconds(options.interval_estimate);
  add_sample(estimate - estimate / 4);
  add_sample(estimate + estimate / 4);
  fix_bound();
}

void PhiAccrualDetector::heartbeat(WallTime now) {
  const std::optional<WallTime> previous = last_;
  last_ = now;
  if (!previous) return;
  add_sample(whole_milliseconds(now - *previous));
  fix_bound();
}

bool PhiAccrualDetector::is_alive(WallTime now) const {
  return !last_ || whole_milliseconds(now - *last_) <= bound_ms_;
}

void PhiAccrualDetector::add_sample(std::int64_t interval_ms) {
  const std::int64_t sample = std::clamp(interval_ms, -IntervalMaxMs, IntervalMaxMs);
  if (samples_ms_.size() < options_.sample_size) {
    samples_ms_.push_back(sample);
  } else {
    const std::int64_t dropped = samples_ms_[next_];
    sum_ms_ -= dropped;
    square_sum_ms_ -= dropped * dropped;
    samples_ms_[next_] = sample;
    next_ = (next_ + 1) % samples_ms_.size();
  }
  sum_ms_ += sample;
  square_sum_ms_ += sample * sample;
}

// Alive means: (silence - pause - mean) / deviation < quantile. With n samples and whole numbers
// throughout: n (silence - pause) - sum < quantile * sqrt(max(n * squares - sum^2, (n * min)^2)).
void PhiAccrualDetector::fix_bound() {
  const auto n = static_cast<std::int64_t>(samples_ms_.size());
  const Int128 spread =
      static_cast<Int128>(n) * square_sum_ms_ - static_cast<Int128>(sum_ms_) * sum_ms_;
  const std::int64_t floor_root = n * whole_milliseconds(options_.min_std_dev);
  const Int128 variance = std::max(spread, static_cast<Int128>(floor_root) * floor_root);
  const auto scaled = static_cast<Uint128>(std::max(variance, Int128{1})) *
                      static_cast<Uint128>(quantile_millionths_) *
                      static_cast<Uint128>(quantile_millionths_);
  const auto excess = static_cast<std::int64_t>(root_below(scaled)) / Million;
  bound_ms_ = whole_milliseconds(options_.acceptable_pause) + floor_divide(excess + sum_ms_, n);
}

FailureDetector::FailureDetector(const Settings& settings)
    : kind_(settings.failure_detector),
      deadline_(settings.max_no_heartbeat),
      phi_options_{.threshold_thousandths = settings.phi_threshold_thousandths,
                   .sample_size = settings.phi_sample_size,
                   .min_std_dev = settings.phi_min_std_dev,
                   .acceptable_pause = settings.max_no_heartbeat,
                   .interval_estimate = settings.heartbeat_interval} {}

Heard FailureDetector::watch(WallTime now) const {
  Heard heard;
  if (kind_ == DetectorKind::PhiAccrual) {
    heard.phi = std::make_unique<PhiAccrualDetector>(phi_options_);
  }
  heartbeat(heard, now);
  return heard;
}

void FailureDetector::heartbeat(Heard& heard, WallTime now) const {
  heard.last = now;
  if (heard.phi) heard.phi->heartbeat(now);
}

bool FailureDetector::is_alive(const Heard& heard, WallTime now) const {
  if (heard.phi) return heard.phi->is_alive(now);
  return deadline_.is_alive(heard.last, now);
}

bool is_heartbeat_timely(WallTime sent, WallTime now, Duration max_no_heartbeat) {
  return now - sent <= max_no_heartbeat / 2;
}

ClockCheck check_clock(WallTime previous_check, WallTime now, Duration interval,
                       Duration max_no_heartbeat) {
  ClockCheck check;
  check.jump = now - previous_check - interval;
  const Duration size = check.jump < Duration::zero() ? -check.jump : check.jump;
  check.shifts_offset = size > ClockJumpThreshold;
  check.resets_heartbeats = size >= max_no_heartbeat / 2;
  return check;
}

}  // namespace splitscope::schemes
