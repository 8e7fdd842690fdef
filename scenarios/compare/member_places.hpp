// Which member of a compared cluster has which address: listed addresses belong to members in
// order, n1 is the first listed. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/import/member_list.hpp"
#include "schemes/membership/cluster_config.hpp"

namespace splitscope::scenarios {

struct MemberPlaces {
  std::vector<base::Ipv4> addresses;    // by member; distinct
  std::vector<std::string> host_names;  // by member; empty = listed by address or not listed
  std::vector<std::uint16_t> ports;     // by member; 0 = the configuration's
  std::vector<std::string> notes;       // what was decided for the user, in sentences
};

// Places for `members` members and `spares` newcomers. Listed members that are beyond `members` are
// left out, with a note. Names get addresses in the /24 of the listed ones.
// Precondition: members + spares <= 240.
MemberPlaces place_members(const std::vector<ListedMember>& listed,
                           const schemes::ClusterConfig& config, std::uint32_t members,
                           std::uint32_t spares);

}  // namespace splitscope::scenarios
