// The seam's clock of one process: the loop's monotonic time, and the machine's wall clock plus an
// offset of this process's own, by which a fault may step it or let it drift.
#pragma once

#include "engine/env/clock.hpp"
#include "engine/real/event_gate.hpp"

namespace splitscope::real {

// The machine's wall clock.
base::WallTime machine_wall_clock();

class RealClock final : public env::Clock {
 public:
  // `gate` outlives the clock.
  explicit RealClock(const EventGate& gate) : gate_(gate) {}
  RealClock(const RealClock&) = delete;
  RealClock& operator=(const RealClock&) = delete;

  base::Instant now() const override { return gate_.now(); }
  // Constant during one event, as now() is.
  base::WallTime wall_now() const override;

  // Moves the wall clock of this process; monotonic time goes on.
  void step_wall(base::Duration step) { offset_ += step; }
  // From now on the wall clock gains so much on the machine's.
  void set_drift(std::int64_t parts_per_billion);
  // How far it is ahead of the machine's.
  base::Duration wall_offset() const;

 private:
  const EventGate& gate_;
  base::Duration offset_{};  // without what was gained since drift_since_
  std::int64_t drift_ppb_ = 0;
  base::Instant drift_since_{};
  // The machine's wall clock at read_at_.
  mutable base::Instant read_at_ = base::Instant::min();
  mutable base::WallTime read_{};
};

}  // namespace splitscope::real
