// The seam's random numbers of one process: a named stream from a seed; and the machine's own
// entropy, for a seed that nobody named.
#pragma once

#include "engine/base/prng.hpp"
#include "engine/env/random.hpp"

namespace splitscope::real {

class RealRandom final : public env::Random {
 public:
  explicit RealRandom(std::uint64_t seed) : prng_(seed) {}
  std::uint64_t next() override { return prng_.next(); }

 private:
  base::Prng prng_;
};

// Bytes from the kernel's generator; the one source of chance without a seed.
std::uint64_t seed_of_the_machine();

}  // namespace splitscope::real
