// Well-known lists as the addresses they stand for: "host", "host:port", "10.0.0.10-15:4000",
// "10.0.0.*". Pure. What an entry may be is decided by schemes/membership/address_rules.hpp.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schemes/membership/cluster_config.hpp"

namespace splitscope::scenarios {

// What one list may expand to in all.
inline constexpr std::size_t MaxListedMembers = 4096;
// Entries of one list.
inline constexpr std::size_t MaxListEntries = 1024;

// One listed address. The host stays text: a dotted address or a name.
struct ListedMember {
  std::string host;
  std::uint16_t port = 0;  // 0 = not said: the engine tries its base port and the two after it
  friend auto operator<=>(const ListedMember&, const ListedMember&) = default;
};

// The addresses of one entry. The error of an entry that is none says what is wrong, without place.
base::Result<std::vector<ListedMember>> expand_entry(std::string_view text);

// The distinct addresses of a list, in its order. Entries that an importer would refuse are left
// out.
std::vector<ListedMember> listed_members(const std::vector<schemes::WellKnownEntry>& entries);

// How many members a cluster has by default: the nodes whose own files were given, else the larger
// of 3 and the addresses listed.
std::size_t default_member_count(const schemes::ClusterConfig& config);

// 127.0.0.0/8, "localhost" or "::1".
bool is_loopback_host(std::string_view host);

}  // namespace splitscope::scenarios
