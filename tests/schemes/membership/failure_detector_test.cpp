#include "schemes/membership/failure_detector.hpp"

#include <cmath>

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

namespace splitscope::schemes {
namespace {

using base::Duration;
using base::WallTime;
using std::chrono::milliseconds;
using std::chrono_literals::operator""h;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

// A wall clock far from zero, as real ones are.
WallTime at(Duration offset) {
  return WallTime{480'000h} + offset;
}

PhiOptions phi_options() {
  return {.threshold_thousandths = 10'000,
          .sample_size = 200,
          .min_std_dev = 100ms,
          .acceptable_pause = 60s,
          .interval_estimate = 5s};
}

// The same rule in floating point, as the original computes it: the oracle of the integer one.
class PhiOracle {
 public:
  explicit PhiOracle(PhiOptions options) : options_(options) {
    const double estimate = static_cast<double>(options.interval_estimate / 1ms);
    const double quarter = std::floor(estimate / 4);
    samples_ = {estimate - quarter, estimate + quarter};
  }
  void heartbeat(std::int64_t now_ms) {
    if (last_ >= 0) samples_.push_back(static_cast<double>(now_ms - last_));
    if (samples_.size() > options_.sample_size) samples_.erase(samples_.begin());
    last_ = now_ms;
  }
  double phi(std::int64_t silence_ms) const {
    double sum = 0;
    double squares = 0;
    for (const double sample : samples_) {
      sum += sample;
      squares += sample * sample;
    }
    const auto n = static_cast<double>(samples_.size());
    const double deviation = std::max(std::sqrt(std::max(squares / n - sum / n * sum / n, 0.0)),
                                      static_cast<double>(options_.min_std_dev / 1ms));
    const double pause = static_cast<double>(options_.acceptable_pause / 1ms);
    const double y = (static_cast<double>(silence_ms) - sum / n - pause) / deviation;
    const double power = y * (1.5976 + 0.070566 * y * y);
    // -log10(e / (1 + e)) with e = exp(-power), written so that it does not underflow.
    return power > 0 ? (power + std::log1p(std::exp(-power))) / std::log(10)
                     : std::log1p(std::exp(power)) / std::log(10);
  }

 private:
  PhiOptions options_;
  std::vector<double> samples_;
  std::int64_t last_ = -1;
};

Settings settings_of(const std::map<std::string, std::string>& properties) {
  return *resolve_settings(Profile{}, properties);
}

}  // namespace

TEST_CASE("the deadline detector suspects after more than the limit of silence",
          "[schemes][detector]") {
  const DeadlineDetector detector(60s);
  CHECK(detector.is_alive(at(0s), at(60s)));
  CHECK_FALSE(detector.is_alive(at(0s), at(60s + Duration{1})));
  CHECK(detector.is_alive(at(100s), at(0s)));
}

TEST_CASE("the phi quantile of threshold 10 is 5.799 standard deviations", "[schemes][detector]") {
  CHECK(phi_quantile_millionths(10'000) == 5'799'025);
  CHECK(phi_quantile_millionths(1'000) == 1'282'215);
  CHECK(phi_quantile_millionths(100'000) == 14'323'649);
  CHECK(phi_quantile_millionths(10'500) > phi_quantile_millionths(10'000));
  CHECK(phi_quantile_millionths(10'500) < phi_quantile_millionths(11'000));
}

TEST_CASE("the committed quantiles solve the original's equation", "[schemes][detector]") {
  for (std::uint32_t threshold = 1; threshold <= 100; ++threshold) {
    const double y = static_cast<double>(phi_quantile_millionths(threshold * 1000)) / 1e6;
    const double power = y * (1.5976 + 0.070566 * y * y);
    const double phi = (power + std::log1p(std::exp(-power))) / std::log(10);
    CHECK(phi == Approx(static_cast<double>(threshold)).margin(1e-4));
  }
}

TEST_CASE("phi accrual trusts a member before its first heartbeat", "[schemes][detector]") {
  const PhiAccrualDetector detector(phi_options());
  CHECK(detector.is_alive(at(1000h)));
  CHECK(detector.sample_count() == 2);
}

TEST_CASE("with steady heartbeats phi accrual suspects soon after the acceptable pause",
          "[schemes][detector]") {
  PhiAccrualDetector detector(phi_options());
  for (int i = 0; i <= 300; ++i) detector.heartbeat(at(i * Duration{5s}));
  CHECK(detector.sample_count() == 200);
  // Mean 5 s, deviation at its minimum of 100 ms: 60 s + 5 s + 579 ms.
  CHECK(detector.bound() == 65'579ms);
  CHECK(detector.is_alive(at(1500s + 65'579ms)));
  CHECK_FALSE(detector.is_alive(at(1500s + 65'580ms)));
}

TEST_CASE("an irregular member is given more time than a regular one", "[schemes][detector]") {
  PhiAccrualDetector regular(phi_options());
  PhiAccrualDetector irregular(phi_options());
  Duration now{};
  for (int i = 0; i < 100; ++i) {
    regular.heartbeat(at(i * Duration{5s}));
    now += i % 2 == 0 ? 1s : 9s;
    irregular.heartbeat(at(now));
  }
  CHECK(irregular.bound() > regular.bound() + 20s);
}

TEST_CASE("the window of phi accrual is bounded and forgets", "[schemes][detector]") {
  PhiOptions options = phi_options();
  options.sample_size = 3;
  PhiAccrualDetector detector(options);
  detector.heartbeat(at(0s));
  detector.heartbeat(at(50s));
  for (int i = 1; i <= 3; ++i) detector.heartbeat(at(50s + i * Duration{5s}));
  CHECK(detector.sample_count() == 3);
  CHECK(detector.bound() == 65'579ms);
}

TEST_CASE("a clock that jumps days ahead does not overflow phi accrual", "[schemes][detector]") {
  PhiOptions options = phi_options();
  options.sample_size = PhiAccrualDetector::SampleSizeMax;
  options.threshold_thousandths = 100'000;
  PhiAccrualDetector detector(options);
  for (std::uint32_t i = 0; i < options.sample_size + 10; ++i) {
    detector.heartbeat(at(i % 2 == 0 ? Duration{1000h} : Duration{0s}));
  }
  CHECK(detector.bound() > 60s);
  CHECK(detector.bound() < 24h * 3);
}

TEST_CASE("a node's detector watches from the first heartbeat", "[schemes][detector]") {
  const FailureDetector detector(settings_of({}));
  Heard heard = detector.watch(at(0s));
  CHECK(detector.is_alive(heard, at(60s)));
  CHECK_FALSE(detector.is_alive(heard, at(61s)));
  detector.heartbeat(heard, at(61s));
  CHECK(heard.last == at(61s));
  CHECK(detector.is_alive(heard, at(121s)));
}

TEST_CASE("a node's detector may be phi accrual by property", "[schemes][detector]") {
  const FailureDetector detector(
      settings_of({{"hazelcast.heartbeat.failuredetector.type", "phi-accrual"}}));
  Heard heard = detector.watch(at(0s));
  for (int i = 1; i <= 300; ++i) detector.heartbeat(heard, at(i * Duration{5s}));
  CHECK(detector.is_alive(heard, at(1500s + 65'579ms)));
  CHECK_FALSE(detector.is_alive(heard, at(1500s + 65'580ms)));
}

TEST_CASE("a heartbeat older than half the limit says nothing", "[schemes][detector]") {
  CHECK(is_heartbeat_timely(at(0s), at(30s), 60s));
  CHECK_FALSE(is_heartbeat_timely(at(0s), at(31s), 60s));
  CHECK(is_heartbeat_timely(at(100s), at(0s), 60s));
}

TEST_CASE("a clock jump is shifted away beyond two minutes, and forgiven from half the limit",
          "[schemes][detector]") {
  const auto check = [](Duration elapsed) { return check_clock(at(0s), at(elapsed), 5s, 60s); };
  CHECK(check(5s) == ClockCheck{0s, false, false});
  CHECK(check(34s) == ClockCheck{29s, false, false});
  CHECK(check(35s) == ClockCheck{30s, false, true});
  CHECK(check(125s) == ClockCheck{120s, false, true});
  CHECK(check(126s) == ClockCheck{121s, true, true});
  CHECK(check(-200s) == ClockCheck{-205s, true, true});
}

TEST_CASE("under WSO2's ten minutes a jump of four minutes forgives nobody",
          "[schemes][detector]") {
  const ClockCheck check = check_clock(at(0s), at(4min), 5s, 600s);
  CHECK(check.shifts_offset);
  CHECK_FALSE(check.resets_heartbeats);
}

TEST_CASE("properties of the detectors", "[schemes][detector][property]") {
  rc::prop("once suspected by silence, a member stays suspected until it is heard", [] {
    const auto use_phi = *rc::gen::arbitrary<bool>();
    const FailureDetector detector(settings_of(
        {{"hazelcast.heartbeat.failuredetector.type", use_phi ? "phi-accrual" : "deadline"}}));
    std::int64_t now = 0;
    Heard heard = detector.watch(at(milliseconds{now}));
    for (const std::int64_t gap : *rc::gen::container<std::vector<std::int64_t>>(
             rc::gen::inRange<std::int64_t>(0, 20'000))) {
      now += gap;
      detector.heartbeat(heard, at(milliseconds{now}));
    }
    detector.heartbeat(heard, at(milliseconds{now}));
    RC_ASSERT(detector.is_alive(heard, at(milliseconds{now})));
    bool was_alive = true;
    for (int i = 0; i < 200; ++i) {
      now += 1000;
      const bool is_alive = detector.is_alive(heard, at(milliseconds{now}));
      RC_ASSERT(was_alive || !is_alive);
      was_alive = is_alive;
    }
  });
  rc::prop("the integer rule decides as the original's floating point, but for a hair", [] {
    PhiOptions options = phi_options();
    options.acceptable_pause = milliseconds{*rc::gen::inRange<std::int64_t>(0, 60'000)};
    options.threshold_thousandths = *rc::gen::inRange<std::uint32_t>(1, 17) * 1000;
    options.sample_size = *rc::gen::inRange<std::uint32_t>(2, 30);
    PhiAccrualDetector detector(options);
    PhiOracle oracle(options);
    std::int64_t now = 1'000'000;
    detector.heartbeat(at(milliseconds{now}));
    oracle.heartbeat(now);
    for (const std::int64_t gap : *rc::gen::container<std::vector<std::int64_t>>(
             rc::gen::inRange<std::int64_t>(1, 30'000))) {
      now += gap;
      detector.heartbeat(at(milliseconds{now}));
      oracle.heartbeat(now);
    }
    const std::int64_t bound = detector.bound() / 1ms;
    const auto threshold = static_cast<double>(options.threshold_thousandths) / 1000;
    RC_ASSERT(oracle.phi(bound - 1) < threshold);
    RC_ASSERT(oracle.phi(bound + 2) >= threshold);
  });
}

}  // namespace splitscope::schemes
