#include "engine/real/real_clock.hpp"

#include <ctime>

#include "engine/base/wide.hpp"

namespace splitscope::real {

base::WallTime machine_wall_clock() {
  std::timespec time{};
  clock_gettime(CLOCK_REALTIME, &time);
  return base::WallTime{std::chrono::seconds{time.tv_sec} + base::Duration{time.tv_nsec}};
}

base::WallTime RealClock::wall_now() const {
  if (read_at_ != gate_.now()) {
    read_ = machine_wall_clock();
    read_at_ = gate_.now();
  }
  return read_ + wall_offset();
}

void RealClock::set_drift(std::int64_t parts_per_billion) {
  offset_ = wall_offset();
  drift_since_ = gate_.now();
  drift_ppb_ = parts_per_billion;
}

base::Duration RealClock::wall_offset() const {
  const base::Duration drifting = gate_.now() - drift_since_;
  const base::Int128 gained = static_cast<base::Int128>(drifting.count()) * drift_ppb_;
  return offset_ + base::Duration{static_cast<std::int64_t>(gained / 1'000'000'000)};
}

}  // namespace splitscope::real
