#include "engine/real/real_random.hpp"

#include <sys/random.h>

#include "engine/base/assert.hpp"

namespace splitscope::real {

std::uint64_t seed_of_the_machine() {
  std::uint64_t seed = 0;
  const ssize_t got = getrandom(&seed, sizeof(seed), 0);
  SPLITSCOPE_ASSERT(got == sizeof(seed));  // the kernel keeps this promise for 256 bytes and less
  return seed;
}

}  // namespace splitscope::real
