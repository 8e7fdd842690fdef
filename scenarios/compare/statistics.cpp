#include "scenarios/compare/statistics.hpp"

#include <algorithm>

#include "engine/base/assert.hpp"
#include "engine/base/prng.hpp"
#include "engine/base/wide.hpp"

namespace splitscope::scenarios {

namespace {

bool comes_before(const Sample& left, const Sample& right) {
  if (left.is_never != right.is_never) return right.is_never;
  return !left.is_never && left.value < right.value;
}

// Precondition: sorted, not empty.
const Sample& nearest_rank(const std::vector<Sample>& sorted, std::uint32_t percent) {
  const std::size_t rank = (sorted.size() * percent + 99) / 100;
  return sorted[rank - 1];
}

}  // namespace

Sample percentile(std::vector<Sample> samples, std::uint32_t percent) {
  SPLITSCOPE_ASSERT(!samples.empty());
  SPLITSCOPE_ASSERT(percent >= 1 && percent <= 100);
  std::ranges::stable_sort(samples, comes_before);
  return nearest_rank(samples, percent);
}

Distribution describe(std::vector<Sample> samples) {
  Distribution result;
  result.count = samples.size();
  if (samples.empty()) return result;
  std::ranges::stable_sort(samples, comes_before);
  result.never = static_cast<std::size_t>(std::ranges::count_if(samples, &Sample::is_never));
  result.p5 = nearest_rank(samples, 5);
  result.median = nearest_rank(samples, 50);
  result.p95 = nearest_rank(samples, 95);
  return result;
}

std::optional<PairedDifference> paired_difference(std::span<const SamplePair> pairs,
                                                  std::uint64_t seed) {
  if (pairs.empty()) return std::nullopt;
  const auto count = static_cast<base::Int128>(pairs.size());
  base::Int128 total = 0;
  for (const SamplePair& pair : pairs) total += base::Int128{pair.right} - pair.left;

  // Sums are sorted rather than means, so that rounding comes last.
  base::Prng random(base::derive_seed(seed, "bootstrap"));
  std::vector<base::Int128> sums(BootstrapResamples);
  for (base::Int128& sum : sums) {
    sum = 0;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const SamplePair& pair = pairs[static_cast<std::size_t>(random.below(pairs.size()))];
      sum += base::Int128{pair.right} - pair.left;
    }
  }
  std::ranges::sort(sums);
  // 2.5 % lie below the lower end and as many above the upper one.
  const std::size_t cut = BootstrapResamples / 40;
  PairedDifference result;
  result.pairs = pairs.size();
  result.mean = static_cast<std::int64_t>(total / count);
  result.low = static_cast<std::int64_t>(sums[cut - 1] / count);
  result.high = static_cast<std::int64_t>(sums[BootstrapResamples - cut] / count);
  return result;
}

}  // namespace splitscope::scenarios
