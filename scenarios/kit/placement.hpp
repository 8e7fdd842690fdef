// Where the members of a cluster live, the same in every world: addresses that no configuration
// gives, ports, subnets, and the list that names members. Pure.
#pragma once

#include "scenarios/kit/world.hpp"

namespace splitscope::scenarios {

// The network's description makes sense; the error says what does not.
base::Result<void> check_network(const NetworkSpec& network);

// Member `index` of the cluster, node `node` of the run.
struct MemberSlot {
  std::uint32_t index = 0;
  base::NodeId node;
};
std::uint32_t subnet_of(const ClusterSpec& spec, std::uint32_t index, const NetworkSpec& network);
// The address that the spec gives, else 10.77.<subnet>.11 and up, 200 to a block.
base::Ipv4 address_of(const ClusterSpec& spec, const MemberSlot& slot, std::uint32_t subnet);
std::uint16_t port_of(const ClusterSpec& spec, std::uint32_t index);

// The list of a spec that names its well-known members by index. `addresses` are those of all
// members. Precondition: the indexes are members.
std::vector<schemes::WellKnownEntry> well_known_list(const ClusterSpec& spec,
                                                     const std::vector<base::Ipv4>& addresses);

}  // namespace splitscope::scenarios
