// How long a master gathers joiners before it admits them together: wait.seconds.before.join after
// each new one, never beyond max.wait.seconds.before.join from the first (ClusterJoinManager).
// The master looks at the window when a request arrives, and joiners ask each second: so admission
// comes with the first request at or after the deadline (rule 2 of the recordings).
#pragma once

#include <optional>

#include "engine/base/time.hpp"

namespace splitscope::schemes {

class JoinWindow {
 public:
  JoinWindow(base::Duration wait, base::Duration wait_max) : wait_(wait), wait_max_(wait_max) {}

  // A joiner that has not asked before: opens the window, or moves its end.
  void on_new_joiner(base::Instant now);
  // Open, and its end is reached.
  bool is_due(base::Instant now) const { return first_ && now >= deadline_; }
  bool is_open() const { return first_.has_value(); }
  // Meaningful while open.
  base::Instant deadline() const { return deadline_; }
  // Joiners were admitted, or the node is no master any more.
  void close() { first_.reset(); }

 private:
  base::Duration wait_;
  base::Duration wait_max_;
  std::optional<base::Instant> first_;
  base::Instant deadline_{};
};

}  // namespace splitscope::schemes
