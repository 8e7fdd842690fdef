// Reproducible random numbers. One root seed; every consumer has its own stream, derived by name,
// so that one more draw in one place changes nothing elsewhere. Integers only.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/wide.hpp"

namespace splitscope::base {

// The finaliser of splitmix64: a bijection that scatters neighbouring values.
constexpr std::uint64_t mix(std::uint64_t value) {
  value += 0x9E37'79B9'7F4A'7C15;
  value = (value ^ (value >> 30)) * 0xBF58'476D'1CE4'E5B9;
  value = (value ^ (value >> 27)) * 0x94D0'49BB'1331'11EB;
  return value ^ (value >> 31);
}

// The seed of the stream `name` (and `index` within it) below `seed`.
constexpr std::uint64_t derive_seed(std::uint64_t seed, std::string_view name,
                                    std::uint64_t index = 0) {
  std::uint64_t hash = mix(seed);
  for (const char c : name) hash = mix(hash ^ static_cast<unsigned char>(c));
  return mix(hash ^ mix(index));
}

// A chance as a threshold on 64 bits: no floating point decides anything.
struct Probability {
  std::uint64_t threshold = 0;  // of 2^64; the largest value means "always"

  static constexpr Probability never() { return {}; }
  static constexpr Probability always() { return {~std::uint64_t{0}}; }
  // `part` of `whole`, for example from_ratio(2, 100).
  static constexpr Probability from_ratio(std::uint64_t part, std::uint64_t whole) {
    if (part >= whole) return always();
    return {static_cast<std::uint64_t>((static_cast<Uint128>(part) << 64) / whole)};
  }
  friend auto operator<=>(const Probability&, const Probability&) = default;
};

// A small fast generator (one multiplication a draw), good enough for simulation, not for secrets.
class Prng {
 public:
  explicit constexpr Prng(std::uint64_t seed) : state_(mix(seed) | 1) {}

  constexpr std::uint64_t next() {
    state_ += 0xA076'1D64'78BD'642F;
    const auto product = static_cast<Uint128>(state_) * (state_ ^ 0xE703'7ED1'A0B4'28DB);
    return static_cast<std::uint64_t>(product >> 64) ^ static_cast<std::uint64_t>(product);
  }

  // Uniform in [0, bound); 0 when bound is 0.
  constexpr std::uint64_t below(std::uint64_t bound) {
    return static_cast<std::uint64_t>((static_cast<Uint128>(next()) * bound) >> 64);
  }

  // Uniform in [low, high], both included. Precondition: low <= high.
  constexpr std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
  }

  // Draws even when the answer is certain, so that a changed probability shifts no later draw.
  constexpr bool chance(Probability probability) {
    const std::uint64_t draw = next();
    return probability == Probability::always() || draw < probability.threshold;
  }

 private:
  std::uint64_t state_;
};

}  // namespace splitscope::base
