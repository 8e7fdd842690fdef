// Who is where: subnets with or without multicast, hosts with one address or more in them, and the
// routers between them. Hides how a way is found; answers how far it is and whether there is one.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/base/endpoint.hpp"
#include "engine/base/time.hpp"
#include "engine/net/address_table.hpp"
#include "engine/net/link_model.hpp"

namespace splitscope::net {

struct Subnet {
  std::string name;
  bool multicast = true;  // false as in EC2: no multicast datagram arrives anywhere
  LinkModel link;         // between any two machines of it
};

// Joins subnets. Each passage through one costs its delay and one TTL.
struct Router {
  std::vector<std::uint32_t> subnets;
  base::Duration delay{};
  bool forwards_multicast = false;  // without multicast routing a datagram stops here (rule 32)
};

// The way between two subnets.
struct Way {
  static constexpr std::uint8_t None = 0xff;
  std::uint8_t hops = None;  // routers on the way; None: there is no way
  base::Duration delay{};    // of these routers
  bool exists() const { return hops != None; }
};

class Topology {
 public:
  static constexpr std::uint32_t SubnetsMax = 64;
  static constexpr std::uint32_t RoutersMax = 64;
  static constexpr std::uint32_t HostsMax = 1u << 24;
  static constexpr std::size_t AddressesMax = 16;  // of one host

  std::uint32_t add_subnet(Subnet subnet);
  // Without any router of its own a topology has one that joins all subnets; this sets it up.
  void set_routing(base::Duration routed_delay, bool routes_multicast);
  // From the first of these on only what is added joins subnets.
  void add_router(Router router);

  // Two hosts with one address: the later one is reached.
  HostId add_host(std::uint32_t subnet, base::Ipv4 address);
  // A further interface of the host.
  void add_interface(HostId host, std::uint32_t subnet, base::Ipv4 address);
  // Changes the primary address. Packets to the old one find nobody from now on.
  void set_address(HostId host, base::Ipv4 address);

  base::Ipv4 address(HostId host) const { return hosts_[host.value].address; }
  // The primary one first.
  std::vector<base::Ipv4> addresses(HostId host) const;
  std::uint32_t subnet_of(HostId host) const { return hosts_[host.value].subnet; }
  const Subnet& subnet(std::uint32_t index) const { return subnets_[index]; }
  const Link& link_of(std::uint32_t subnet) const { return links_[subnet]; }
  std::uint32_t subnet_count() const { return static_cast<std::uint32_t>(subnets_.size()); }
  std::uint32_t host_count() const { return static_cast<std::uint32_t>(hosts_.size()); }
  // NoHost if the address is nobody's.
  HostId host_at(base::Ipv4 address) const { return by_address_.find(address); }
  bool owns(HostId host, base::Ipv4 address) const;

  bool share_subnet(HostId a, HostId b) const {
    return subnets_.size() == 1 || hosts_[a.value].subnet == hosts_[b.value].subnet;
  }
  // Over the interfaces of both that lie nearest to each other.
  Way way(HostId from, HostId to) const {
    if (share_subnet(from, to)) [[likely]]
      return {0, {}};
    return nearest(from, to, ways());
  }
  Way way_between(std::uint32_t from, std::uint32_t to) const;
  // For multicast: over subnets that carry it and routers that forward it. Hosts of one subnet need
  // no router, but a subnet without multicast lets nothing through.
  Way multicast_way(HostId from, HostId to) const;
  bool on_one_link(HostId a, HostId b) const { return way(a, b).hops == 0; }

 private:
  struct Host {
    base::Ipv4 address;
    std::uint16_t subnet = 0;
    bool has_more = false;  // interfaces in `more_`
  };
  struct Interface {
    HostId host;
    std::uint32_t subnet;
    base::Ipv4 address;
  };
  std::vector<std::uint32_t> subnets_of(HostId host) const;
  Way nearest(HostId from, HostId to, const std::vector<Way>& ways) const;
  const std::vector<Way>& ways() const;
  const std::vector<Way>& multicast_ways() const;
  std::vector<Router> routers_in_force() const;
  std::vector<Way> find_ways(bool multicast) const;
  void changed();

  std::vector<Subnet> subnets_;
  std::vector<Link> links_;  // of the subnets
  std::vector<Router> routers_;
  std::vector<Host> hosts_;
  std::vector<Interface> more_;  // in order of adding
  AddressTable by_address_;
  base::Duration routed_delay_{};
  bool routes_multicast_ = false;
  // Square matrices over subnets, filled when first asked for.
  mutable std::vector<Way> ways_;
  mutable std::vector<Way> multicast_ways_;
};

}  // namespace splitscope::net
