#include "engine/real/real_clock.hpp"

#include <ctime>

namespace splitscope::real {

base::WallTime RealClock::wall_now() const {
  if (read_at_ != gate_.now()) {
    std::timespec time{};
    clock_gettime(CLOCK_REALTIME, &time);
    read_ = base::WallTime{std::chrono::seconds{time.tv_sec} + base::Duration{time.tv_nsec}};
    read_at_ = gate_.now();
  }
  return read_ + offset_;
}

}  // namespace splitscope::real
