// When a kernel acknowledges what it received: at once while a connection is young or was idle,
// else a little later, so that a reply may carry it (rule 28). Pure; one value for each connection.
#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/base/time.hpp"
#include "engine/sim/tcp_timing.hpp"

namespace splitscope::sim {

class AckDelay {
 public:
  static constexpr std::uint32_t QuickMax = 16;  // segments

  // Data came. `rto` is the connection's own.
  void on_data(base::Instant now, base::Duration rto) {
    if (delay_ == base::Duration::zero()) {
      quick_ = QuickMax;
      delay_ = DelayedAckTime;
    } else {
      const base::Duration gap = now - received_at_;
      if (gap <= DelayedAckTime / 2) {
        delay_ = delay_ / 2 + DelayedAckTime / 2;
      } else if (gap < delay_) {
        delay_ = std::min(delay_ / 2 + gap, rto);
      } else if (gap > rto) {
        quick_ = QuickMax;
      }
    }
    received_at_ = now;
  }
  // We sent data: soon after receiving some, this is a conversation, whose replies carry the
  // acknowledgements.
  void on_sent_data(base::Instant now) {
    if (delay_ != base::Duration::zero() && now - received_at_ < delay_) converses_ = true;
  }
  void on_acknowledged() {
    if (quick_ > 0) --quick_;
  }
  // No reply came in time.
  void on_expired(base::Duration rto) {
    delay_ = converses_ ? DelayedAckTime : std::min(2 * delay_, rto);
    converses_ = false;
  }
  bool is_quick() const { return quick_ > 0 && !converses_; }
  // Whether reading all that came acknowledges it: no reply is expected to carry that.
  bool ends_with_reading() const { return !converses_; }
  // How long to wait, given the smoothed round trip.
  base::Duration delay(base::Duration round_trip) const {
    if (delay_ <= DelayedAckTime) return std::max(delay_, Tick);
    return std::min({delay_, DelayedAckMax, std::max(round_trip, DelayedAckTime)});
  }

 private:
  static constexpr base::Duration DelayedAckMax = std::chrono::milliseconds{200};
  base::Duration delay_{};
  base::Instant received_at_{};
  std::uint32_t quick_ = 0;
  bool converses_ = false;
};

}  // namespace splitscope::sim
