// Order statistics and paired differences on integers. Exact: percentiles are values that were
// seen, and what never came sorts after all that did.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace splitscope::scenarios {

inline constexpr std::uint32_t BootstrapResamples = 2'000;

// One seed's value: a number, or "never" within what was observed.
struct Sample {
  std::int64_t value = 0;
  bool is_never = false;
  friend bool operator==(const Sample&, const Sample&) = default;
};
constexpr Sample never_sample() {
  return Sample{.value = 0, .is_never = true};
}

// The value below or at which `percent` of the samples lie: the one of rank ceil(percent*n/100)
// (nearest rank). Precondition: samples are not empty, percent is in 1..100.
Sample percentile(std::vector<Sample> samples, std::uint32_t percent);

struct Distribution {
  std::size_t count = 0;  // samples, those that never came included; 0 = nothing was measured
  std::size_t never = 0;
  Sample p5;
  Sample median;
  Sample p95;
  friend bool operator==(const Distribution&, const Distribution&) = default;
};
Distribution describe(std::vector<Sample> samples);

// Nanoseconds, parts per million or counts of one seed under two schemes.
struct SamplePair {
  std::int64_t left = 0;
  std::int64_t right = 0;
};

// The mean of right - left over seeds, with a 95 % percentile bootstrap interval.
struct PairedDifference {
  std::size_t pairs = 0;
  std::int64_t mean = 0;  // rounded towards zero
  std::int64_t low = 0;
  std::int64_t high = 0;
  bool is_no_difference() const { return low <= 0 && high >= 0; }
  friend bool operator==(const PairedDifference&, const PairedDifference&) = default;
};
// Resamples from the stream "bootstrap" below `seed`. Empty without pairs.
std::optional<PairedDifference> paired_difference(std::span<const SamplePair> pairs,
                                                  std::uint64_t seed);

}  // namespace splitscope::scenarios
