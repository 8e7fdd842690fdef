#include "schemes/membership/join_window.hpp"

#include <algorithm>

namespace splitscope::schemes {

void JoinWindow::on_new_joiner(base::Instant now) {
  if (!first_) {
    first_ = now;
    deadline_ = now;
  }
  // A joiner that comes after the last possible end does not put it off.
  deadline_ = std::max(deadline_, std::min(now + wait_, *first_ + wait_max_));
}

}  // namespace splitscope::schemes
