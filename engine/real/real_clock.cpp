#include "engine/real/real_clock.hpp"

#include <ctime>

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
  return read_ + offset_;
}

}  // namespace splitscope::real
