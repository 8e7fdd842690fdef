#include "engine/sim/kernel_timers.hpp"

namespace splitscope::sim {

std::uint32_t KernelTimers::begin_batch(base::Instant at, std::uint32_t& home) {
  const std::uint32_t slot = batches_.take();
  batches_[slot].at = at;
  if (home == None) home = slot;
  simulation_.schedule(at, EventClass::KernelTimer, slot, 0, 0);
  return slot;
}

}  // namespace splitscope::sim
