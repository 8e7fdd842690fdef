// Sets of addresses for rules: built once, asked for every packet.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/endpoint.hpp"

namespace splitscope::net {

// A set of addresses; empty means every address.
class AddressSet {
 public:
  AddressSet() = default;
  explicit AddressSet(std::vector<base::Ipv4> addresses);
  // A few instructions when the addresses lie close together, as those of one subnet do.
  bool contains(base::Ipv4 address) const { return addresses_.empty() || is_listed(address); }
  bool is_everything() const { return addresses_.empty(); }
  const std::vector<base::Ipv4>& addresses() const { return addresses_; }

 private:
  bool is_listed(base::Ipv4 address) const;

  std::vector<base::Ipv4> addresses_;  // sorted, without doubles
  std::uint32_t first_ = 0;
  std::vector<std::uint64_t> bits_;  // from first_; empty if the addresses lie far apart
};

// Disjoint groups of addresses, for partitions. An address that is in none belongs to no side.
class AddressGroups {
 public:
  AddressGroups() = default;
  // An address in several groups counts for the first.
  explicit AddressGroups(const std::vector<std::vector<base::Ipv4>>& groups);
  bool is_empty() const { return members_.empty(); }
  // Whether both are in a group, and not in the same one.
  bool separates(base::Ipv4 left, base::Ipv4 right) const;

 private:
  struct Member {
    base::Ipv4 address;
    std::uint32_t group;
  };
  const Member* find(base::Ipv4 address) const;

  std::vector<Member> members_;  // sorted by address
};

}  // namespace splitscope::net
