#include "scenarios/kit/placement.hpp"

#include <fmt/format.h>

#include "engine/base/assert.hpp"
#include "engine/net/topology.hpp"

namespace splitscope::scenarios {

base::Result<void> check_network(const NetworkSpec& network) {
  if (network.subnets.empty() || network.subnets.size() > net::Topology::SubnetsMax) {
    return base::failure(fmt::format("a network has 1 to {} subnets", net::Topology::SubnetsMax));
  }
  if (network.latency_min < base::Duration::zero() || network.latency_max < network.latency_min) {
    return base::failure("the latency range must rise, for example latency = \"0.1ms..0.5ms\"");
  }
  return {};
}

std::uint32_t subnet_of(const ClusterSpec& spec, std::uint32_t index, const NetworkSpec& network) {
  const auto subnets = static_cast<std::uint32_t>(network.subnets.size());
  return index < spec.subnet_of.size() ? spec.subnet_of[index] % subnets : index % subnets;
}

base::Ipv4 address_of(const ClusterSpec& spec, const MemberSlot& slot, std::uint32_t subnet) {
  if (slot.index < spec.addresses.size() && spec.addresses[slot.index] != base::Ipv4{}) {
    return spec.addresses[slot.index];
  }
  const std::uint32_t block = slot.node.value / 200;
  return base::Ipv4{base::ipv4(10, 77, 0, 11).value + ((subnet * 50 + block) << 8) +
                    slot.node.value % 200};
}

std::uint16_t port_of(const ClusterSpec& spec, std::uint32_t index) {
  const bool given = index < spec.ports.size() && spec.ports[index] != 0;
  return given ? spec.ports[index] : spec.config.port;
}

std::vector<schemes::WellKnownEntry> well_known_list(const ClusterSpec& spec,
                                                     const std::vector<base::Ipv4>& addresses) {
  std::vector<schemes::WellKnownEntry> entries;
  for (const std::uint32_t index : spec.well_known) {
    SPLITSCOPE_ASSERT(index < addresses.size());
    entries.push_back({base::to_text(base::Endpoint{addresses[index], port_of(spec, index)})});
  }
  return entries;
}

}  // namespace splitscope::scenarios
