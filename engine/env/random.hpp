// A node's own stream of random numbers. Integers only.
#pragma once

#include <cstdint>

#include "engine/base/ids.hpp"
#include "engine/base/prng.hpp"
#include "engine/base/time.hpp"
#include "engine/base/wide.hpp"

namespace splitscope::env {

class Random {
 public:
  virtual std::uint64_t next() = 0;

  // Uniform in [0, bound); 0 when bound is 0.
  std::uint64_t below(std::uint64_t bound) {
    return static_cast<std::uint64_t>((static_cast<base::Uint128>(next()) * bound) >> 64);
  }
  // Uniform in [low, high], both included.
  base::Duration between(base::Duration low, base::Duration high) {
    return low + base::Duration{static_cast<std::int64_t>(
                     below(static_cast<std::uint64_t>((high - low).count()) + 1))};
  }
  // A random (version 4) uuid.
  base::Uuid uuid() {
    const std::uint64_t high = next();
    const std::uint64_t low = next();
    return {(high & 0xFFFF'FFFF'FFFF'0FFF) | 0x4000,
            (low & 0x3FFF'FFFF'FFFF'FFFF) | 0x8000'0000'0000'0000};
  }

 protected:
  ~Random() = default;
};

}  // namespace splitscope::env
