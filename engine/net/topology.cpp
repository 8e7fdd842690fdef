#include "engine/net/topology.hpp"

#include <algorithm>

#include "engine/base/assert.hpp"

namespace splitscope::net {
std::uint32_t Topology::add_subnet(Subnet subnet) {
  SPLITSCOPE_ASSERT(subnets_.size() < SubnetsMax);
  links_.emplace_back(subnet.link);
  subnets_.push_back(std::move(subnet));
  changed();
  return subnet_count() - 1;
}

void Topology::set_routing(base::Duration routed_delay, bool routes_multicast) {
  routed_delay_ = routed_delay;
  routes_multicast_ = routes_multicast;
  changed();
}

void Topology::add_router(Router router) {
  SPLITSCOPE_ASSERT(routers_.size() < RoutersMax);
  for (const std::uint32_t subnet : router.subnets) SPLITSCOPE_ASSERT(subnet < subnets_.size());
  routers_.push_back(std::move(router));
  changed();
}

void Topology::changed() {
  ways_.clear();
  multicast_ways_.clear();
}

HostId Topology::add_host(std::uint32_t subnet, base::Ipv4 address) {
  SPLITSCOPE_ASSERT(subnet < subnets_.size());
  SPLITSCOPE_ASSERT(hosts_.size() < HostsMax);
  const HostId host{host_count()};
  hosts_.push_back({address, static_cast<std::uint16_t>(subnet), false});
  by_address_.assign(address, host);
  return host;
}

void Topology::add_interface(HostId host, std::uint32_t subnet, base::Ipv4 address) {
  SPLITSCOPE_ASSERT(subnet < subnets_.size());
  SPLITSCOPE_ASSERT(addresses(host).size() < AddressesMax);
  more_.push_back({host, subnet, address});
  hosts_[host.value].has_more = true;
  by_address_.assign(address, host);
}

void Topology::set_address(HostId host, base::Ipv4 address) {
  const base::Ipv4 old = hosts_[host.value].address;
  if (host_at(old) == host) by_address_.forget(old);
  hosts_[host.value].address = address;
  by_address_.assign(address, host);
}

std::vector<base::Ipv4> Topology::addresses(HostId host) const {
  std::vector<base::Ipv4> result{address(host)};
  if (!hosts_[host.value].has_more) return result;
  for (const Interface& interface : more_) {
    if (interface.host == host) result.push_back(interface.address);
  }
  return result;
}

bool Topology::owns(HostId host, base::Ipv4 address) const {
  if (this->address(host) == address) return true;
  if (!hosts_[host.value].has_more) return false;
  return std::any_of(more_.begin(), more_.end(), [&](const Interface& interface) {
    return interface.host == host && interface.address == address;
  });
}

// --- ways ---

std::vector<Router> Topology::routers_in_force() const {
  if (!routers_.empty()) return routers_;
  Router everywhere{{}, routed_delay_, routes_multicast_};
  for (std::uint32_t subnet = 0; subnet < subnet_count(); ++subnet) {
    everywhere.subnets.push_back(subnet);
  }
  return {std::move(everywhere)};
}

// From every subnet in rings: fewest routers first, the first-added router where several do.
std::vector<Way> Topology::find_ways(bool multicast) const {
  const std::uint32_t count = subnet_count();
  const std::vector<Router> routers = routers_in_force();
  std::vector<Way> result(std::size_t{count} * count);
  std::vector<std::uint32_t> ring;
  for (std::uint32_t origin = 0; origin < count; ++origin) {
    if (multicast && !subnets_[origin].multicast) continue;
    Way* row = &result[std::size_t{origin} * count];
    row[origin].hops = 0;
    ring.assign(1, origin);
    for (std::size_t head = 0; head < ring.size(); ++head) {
      const std::uint32_t here = ring[head];
      for (const Router& router : routers) {
        if (multicast && !router.forwards_multicast) continue;
        if (std::find(router.subnets.begin(), router.subnets.end(), here) == router.subnets.end()) {
          continue;
        }
        for (const std::uint32_t next : router.subnets) {
          if (row[next].exists() || (multicast && !subnets_[next].multicast)) continue;
          row[next].hops = static_cast<std::uint8_t>(row[here].hops + 1);
          row[next].delay = row[here].delay + router.delay;
          ring.push_back(next);
        }
      }
    }
  }
  return result;
}

const std::vector<Way>& Topology::ways() const {
  if (ways_.empty()) ways_ = find_ways(false);
  return ways_;
}

const std::vector<Way>& Topology::multicast_ways() const {
  if (multicast_ways_.empty()) multicast_ways_ = find_ways(true);
  return multicast_ways_;
}

std::vector<std::uint32_t> Topology::subnets_of(HostId host) const {
  std::vector<std::uint32_t> result{subnet_of(host)};
  if (!hosts_[host.value].has_more) return result;
  for (const Interface& interface : more_) {
    if (interface.host == host) result.push_back(interface.subnet);
  }
  return result;
}

Way Topology::nearest(HostId from, HostId to, const std::vector<Way>& ways) const {
  if (!hosts_[from.value].has_more && !hosts_[to.value].has_more) {
    return ways[std::size_t{subnet_of(from)} * subnet_count() + subnet_of(to)];
  }
  Way best;
  for (const std::uint32_t left : subnets_of(from)) {
    for (const std::uint32_t right : subnets_of(to)) {
      const Way& way = ways[std::size_t{left} * subnet_count() + right];
      if (way.hops < best.hops) best = way;
    }
  }
  return best;
}

Way Topology::way_between(std::uint32_t from, std::uint32_t to) const {
  return ways()[std::size_t{from} * subnet_count() + to];
}

Way Topology::multicast_way(HostId from, HostId to) const {
  return nearest(from, to, multicast_ways());
}

}  // namespace splitscope::net
