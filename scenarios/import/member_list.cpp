#include "scenarios/import/member_list.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "schemes/membership/address_rules.hpp"

namespace splitscope::scenarios {
namespace {

constexpr std::size_t MinMembers = 3;
// A port that is not said stays 0.
constexpr schemes::PortRule PortAsWritten{.base_port = 0, .try_count = 1};

}  // namespace

base::Result<std::vector<ListedMember>> expand_entry(std::string_view text) {
  const auto entry = schemes::parse_entry(text, PortAsWritten);
  if (!entry) return std::unexpected(entry.error());
  if (entry->is_name()) return std::vector<ListedMember>{{entry->name, entry->port}};
  std::vector<ListedMember> members;
  members.reserve(entry->addresses.size());
  for (const base::Ipv4 address : entry->addresses) {
    members.push_back({base::to_text(address), entry->port});
  }
  return members;
}

std::vector<ListedMember> listed_members(const std::vector<schemes::WellKnownEntry>& entries) {
  std::vector<ListedMember> members;
  std::set<ListedMember> seen;
  for (const schemes::WellKnownEntry& entry : entries) {
    const auto expanded = expand_entry(entry.text);
    if (!expanded) continue;
    for (const ListedMember& member : *expanded) {
      if (members.size() >= MaxListedMembers) return members;
      if (seen.insert(member).second) members.push_back(member);
    }
  }
  return members;
}

std::size_t default_member_count(const schemes::ClusterConfig& config) {
  if (!config.nodes.empty()) return config.nodes.size();
  return std::max(MinMembers, listed_members(config.wka.members).size());
}

bool is_loopback_host(std::string_view host) {
  const auto address = base::parse_ipv4(host);
  return (address && address->is_loopback()) || host == "localhost" || host == "::1";
}

}  // namespace splitscope::scenarios
