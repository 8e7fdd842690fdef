// How often a host is told by ICMP that something is unreachable: tokens for each destination, one
// a second (rules 7, 11 and 30 of docs/kernel-rules.md). Pure.
#pragma once

#include <algorithm>

#include "engine/base/time.hpp"

namespace splitscope::net {

class IcmpLimiter {
 public:
  // A host's or firewall's own answer: six at once, then one a second.
  bool may_answer(base::Instant now) {
    refill(now, std::chrono::seconds{6});
    return take();
  }
  // A router without a route pays twice, out of five.
  bool may_answer_unrouted(base::Instant now) {
    refill(now, std::chrono::seconds{5});
    const bool first = take();
    return first && take();
  }

 private:
  static constexpr base::Duration Cost = std::chrono::seconds{1};
  void refill(base::Instant now, base::Duration most) {
    tokens_ = is_new_ ? most : std::min(most, tokens_ + (now - refilled_at_));
    is_new_ = false;
    refilled_at_ = now;
  }
  bool take() {
    if (tokens_ < Cost) return false;
    tokens_ -= Cost;
    return true;
  }
  base::Duration tokens_{};
  base::Instant refilled_at_{};
  bool is_new_ = true;
};

}  // namespace splitscope::net
