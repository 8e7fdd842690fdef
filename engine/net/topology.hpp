// Who is where: subnets with or without multicast, hosts in them, and routers between them. Hides
// how a path is found; answers what a packet meets on its way.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/endpoint.hpp"
#include "engine/base/prng.hpp"
#include "engine/base/time.hpp"
#include "engine/net/packet.hpp"

namespace splitscope::net {

struct HostId {
  std::uint32_t value = 0;
  friend auto operator<=>(const HostId&, const HostId&) = default;
};
inline constexpr HostId NoHost{0xffff'ffff};

// Delay and loss of every packet between two hosts of a subnet.
struct LinkModel {
  base::Duration delay_min = std::chrono::microseconds{100};
  base::Duration delay_max = std::chrono::microseconds{500};
  base::Probability loss = base::Probability::never();
};

struct Subnet {
  std::string name;
  bool multicast = true;
  LinkModel link;
};

class Topology {
 public:
  static constexpr std::uint32_t SubnetsMax = 64;

  // Subnets are joined by one router; `routed_delay` is added on the way through it.
  std::uint32_t add_subnet(Subnet subnet);
  void set_routing(base::Duration routed_delay, bool routes_multicast);
  // Two hosts with one address: the later one is reached.
  HostId add_host(std::uint32_t subnet, base::Ipv4 address);
  // Packets to the old address find nobody from now on.
  void set_address(HostId host, base::Ipv4 address);

  base::Ipv4 address(HostId host) const { return hosts_[host.value].address; }
  std::uint32_t subnet_of(HostId host) const { return hosts_[host.value].subnet; }
  std::uint32_t host_count() const { return static_cast<std::uint32_t>(hosts_.size()); }
  // NoHost if the address is nobody's.
  HostId host_at(base::Ipv4 address) const;
  bool on_one_link(HostId a, HostId b) const { return subnet_of(a) == subnet_of(b); }

  struct Passage {
    bool passes = false;
    std::uint8_t hops = 0;  // routers on the way
    base::Duration delay{};
  };
  // One unicast packet's way. Draws the delay, and the loss where the link has one.
  Passage unicast(HostId from, HostId to, base::Prng& random) const;
  // The same for a multicast datagram of that TTL. Hazelcast's and WSO2's need one multicast
  // domain: subnets without multicast, and routers that do not forward it, stop it.
  Passage multicast(HostId from, HostId to, std::uint8_t ttl, base::Prng& random) const;

 private:
  struct Host {
    std::uint32_t subnet;
    base::Ipv4 address;
  };
  struct AddressEntry {
    base::Ipv4 address;
    HostId host;
  };
  Passage draw(const LinkModel& link, base::Prng& random) const;

  std::vector<Subnet> subnets_;
  std::vector<Host> hosts_;
  std::vector<AddressEntry> by_address_;  // sorted
  base::Duration routed_delay_{};
  bool routes_multicast_ = false;
};

}  // namespace splitscope::net
