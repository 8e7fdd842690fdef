#include "engine/net/topology.hpp"

#include <algorithm>

#include "engine/base/assert.hpp"

namespace splitscope::net {

std::uint32_t Topology::add_subnet(Subnet subnet) {
  SPLITSCOPE_ASSERT(subnets_.size() < SubnetsMax);
  subnets_.push_back(std::move(subnet));
  return static_cast<std::uint32_t>(subnets_.size() - 1);
}

void Topology::set_routing(base::Duration routed_delay, bool routes_multicast) {
  routed_delay_ = routed_delay;
  routes_multicast_ = routes_multicast;
}

HostId Topology::add_host(std::uint32_t subnet, base::Ipv4 address) {
  SPLITSCOPE_ASSERT(subnet < subnets_.size());
  const HostId host{host_count()};
  hosts_.push_back({subnet, base::Ipv4{}});
  set_address(host, address);
  return host;
}

void Topology::set_address(HostId host, base::Ipv4 address) {
  std::erase_if(by_address_, [host](const AddressEntry& entry) { return entry.host == host; });
  std::erase_if(by_address_,
                [address](const AddressEntry& entry) { return entry.address == address; });
  hosts_[host.value].address = address;
  const auto before = [](const AddressEntry& entry, base::Ipv4 wanted) {
    return entry.address < wanted;
  };
  by_address_.insert(std::lower_bound(by_address_.begin(), by_address_.end(), address, before),
                     {address, host});
}

HostId Topology::host_at(base::Ipv4 address) const {
  const auto found = std::lower_bound(
      by_address_.begin(), by_address_.end(), address,
      [](const AddressEntry& entry, base::Ipv4 wanted) { return entry.address < wanted; });
  if (found == by_address_.end() || found->address != address) return NoHost;
  return found->host;
}

Topology::Passage Topology::draw(const LinkModel& link, base::Prng& random) const {
  Passage passage;
  passage.delay = base::Duration{random.between(link.delay_min.count(), link.delay_max.count())};
  passage.passes = link.loss == base::Probability::never() || !random.chance(link.loss);
  return passage;
}

Topology::Passage Topology::unicast(HostId from, HostId to, base::Prng& random) const {
  const Host& source = hosts_[from.value];
  const Host& destination = hosts_[to.value];
  Passage passage = draw(subnets_[source.subnet].link, random);
  if (source.subnet != destination.subnet) {
    passage.hops = 1;
    passage.delay += routed_delay_;
  }
  return passage;
}

Topology::Passage Topology::multicast(HostId from, HostId to, std::uint8_t ttl,
                                      base::Prng& random) const {
  const Host& source = hosts_[from.value];
  const Host& destination = hosts_[to.value];
  Passage passage = draw(subnets_[source.subnet].link, random);
  if (ttl == 0 || !subnets_[source.subnet].multicast || !subnets_[destination.subnet].multicast) {
    passage.passes = false;
  }
  if (source.subnet != destination.subnet) {
    passage.hops = 1;
    passage.delay += routed_delay_;
    if (!routes_multicast_ || ttl < 2) passage.passes = false;
  }
  return passage;
}

}  // namespace splitscope::net
