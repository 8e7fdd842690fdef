#include "engine/net/address_set.hpp"

#include <algorithm>

namespace splitscope::net {

AddressSet::AddressSet(std::vector<base::Ipv4> addresses) : addresses_(std::move(addresses)) {
  std::sort(addresses_.begin(), addresses_.end());
  addresses_.erase(std::unique(addresses_.begin(), addresses_.end()), addresses_.end());
  if (addresses_.empty()) return;
  first_ = addresses_.front().value;
  const std::size_t span = std::size_t{addresses_.back().value - first_} + 1;
  if (span > 64 * addresses_.size() + 4096) return;
  bits_.resize((span + 63) / 64);
  for (const base::Ipv4 address : addresses_) {
    const std::uint32_t offset = address.value - first_;
    bits_[offset / 64] |= std::uint64_t{1} << (offset % 64);
  }
}

bool AddressSet::is_listed(base::Ipv4 address) const {
  if (bits_.empty()) return std::binary_search(addresses_.begin(), addresses_.end(), address);
  const std::uint32_t offset = address.value - first_;  // wraps to far beyond when below first_
  return offset / 64 < bits_.size() && ((bits_[offset / 64] >> (offset % 64)) & 1) != 0;
}

AddressGroups::AddressGroups(const std::vector<std::vector<base::Ipv4>>& groups) {
  for (std::uint32_t group = 0; group < groups.size(); ++group) {
    for (const base::Ipv4 address : groups[group]) members_.push_back({address, group});
  }
  const auto by_address = [](const Member& left, const Member& right) {
    return left.address < right.address;
  };
  std::stable_sort(members_.begin(), members_.end(), by_address);
  const auto same = [](const Member& left, const Member& right) {
    return left.address == right.address;
  };
  members_.erase(std::unique(members_.begin(), members_.end(), same), members_.end());
}

const AddressGroups::Member* AddressGroups::find(base::Ipv4 address) const {
  const auto found = std::lower_bound(
      members_.begin(), members_.end(), address,
      [](const Member& member, base::Ipv4 wanted) { return member.address < wanted; });
  return found != members_.end() && found->address == address ? &*found : nullptr;
}

bool AddressGroups::separates(base::Ipv4 left, base::Ipv4 right) const {
  const Member* one = find(left);
  if (one == nullptr) return false;
  const Member* other = find(right);
  return other != nullptr && one->group != other->group;
}

}  // namespace splitscope::net
