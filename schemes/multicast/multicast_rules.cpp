#include "schemes/multicast/multicast_rules.hpp"

#include <algorithm>

namespace splitscope::schemes {

std::uint32_t multicast_try_count(base::Duration timeout, const base::Endpoint& self,
                                  std::uint16_t base_port) {
  const std::int64_t gaps = std::max<std::int64_t>(timeout / PublishGapMean, 0);
  // A port below the base port makes Java's remainder negative.
  const std::int32_t stagger = (self.address.last_octet() + (self.port - base_port)) % 10;
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(gaps + stagger, 0, TryCountMax));
}

void TryBudget::on_other_request(const base::Uuid& own, const base::Uuid& other) {
  if (other < own && tries_ < TryCountMax) ++tries_;
}

bool TryBudget::take() {
  if (taken_ >= tries_) {
    restart();
    return false;
  }
  ++taken_;
  return true;
}

void AnnouncementStack::push(const SplitBrainCheck& announcement) {
  if (announcements_.size() == SizeMax) announcements_.pop_back();
  announcements_.push_front(announcement);
}

std::optional<SplitBrainCheck> AnnouncementStack::pop() {
  if (announcements_.empty()) return std::nullopt;
  std::optional<SplitBrainCheck> newest = std::move(announcements_.front());
  announcements_.pop_front();
  return newest;
}

}  // namespace splitscope::schemes
