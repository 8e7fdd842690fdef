// Who reaches whom, over how many routers, with unicast and multicast.
#include "engine/net/topology.hpp"

#include <map>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

namespace net = splitscope::net;
namespace base = splitscope::base;
using namespace std::chrono_literals;

namespace {

net::Subnet lan(bool multicast = true) {
  return {"lan", multicast, {}};
}

}  // namespace

TEST_CASE("topology: hosts of one subnet need no router", "[engine][net]") {
  net::Topology topology;
  topology.add_subnet(lan());
  const net::HostId a = topology.add_host(0, base::ipv4(10, 0, 0, 1));
  const net::HostId b = topology.add_host(0, base::ipv4(10, 0, 0, 2));
  CHECK(topology.way(a, b).hops == 0);
  CHECK(topology.on_one_link(a, b));
  CHECK(topology.multicast_way(a, b).exists());
  CHECK(topology.host_at(base::ipv4(10, 0, 0, 2)) == b);
  CHECK(topology.host_at(base::ipv4(10, 0, 0, 3)) == net::NoHost);
}

TEST_CASE("topology: the default router joins all subnets, but not their multicast",
          "[engine][net]") {
  net::Topology topology;
  topology.add_subnet(lan());
  topology.add_subnet(lan());
  topology.set_routing(300us, false);
  const net::HostId a = topology.add_host(0, base::ipv4(10, 0, 0, 1));
  const net::HostId b = topology.add_host(1, base::ipv4(10, 0, 1, 1));
  CHECK(topology.way(a, b).hops == 1);
  CHECK(topology.way(a, b).delay == 300us);
  CHECK_FALSE(topology.on_one_link(a, b));
  CHECK_FALSE(topology.multicast_way(a, b).exists());
  topology.set_routing(300us, true);
  CHECK(topology.multicast_way(a, b).hops == 1);
}

TEST_CASE("topology: routers in a row add up; where none leads there is no way", "[engine][net]") {
  net::Topology topology;
  for (int i = 0; i < 5; ++i) topology.add_subnet(lan());
  topology.add_router({{0, 1}, 1ms, true});
  topology.add_router({{1, 2}, 2ms, false});
  topology.add_router({{2, 3}, 4ms, true});
  CHECK(topology.way_between(0, 3).hops == 3);
  CHECK(topology.way_between(0, 3).delay == 7ms);
  CHECK(topology.way_between(3, 0).delay == 7ms);
  CHECK_FALSE(topology.way_between(0, 4).exists());
  const net::HostId a = topology.add_host(0, base::ipv4(10, 0, 0, 1));
  const net::HostId b = topology.add_host(1, base::ipv4(10, 0, 1, 1));
  const net::HostId c = topology.add_host(2, base::ipv4(10, 0, 2, 1));
  CHECK(topology.multicast_way(a, b).hops == 1);
  CHECK_FALSE(topology.multicast_way(a, c).exists());  // one router does not forward it
}

TEST_CASE("topology: a subnet without multicast carries none, not even within", "[engine][net]") {
  net::Topology topology;
  topology.add_subnet(lan(false));
  const net::HostId a = topology.add_host(0, base::ipv4(10, 0, 0, 1));
  const net::HostId b = topology.add_host(0, base::ipv4(10, 0, 0, 2));
  CHECK(topology.way(a, b).exists());
  CHECK_FALSE(topology.multicast_way(a, b).exists());
}

TEST_CASE("topology: a host with two interfaces is near to both subnets", "[engine][net]") {
  net::Topology topology;
  topology.add_subnet(lan());
  topology.add_subnet(lan());
  const net::HostId a = topology.add_host(0, base::ipv4(10, 0, 0, 1));
  const net::HostId b = topology.add_host(1, base::ipv4(10, 0, 1, 1));
  topology.add_interface(a, 1, base::ipv4(10, 0, 1, 9));
  CHECK(topology.way(a, b).hops == 0);
  CHECK(topology.host_at(base::ipv4(10, 0, 1, 9)) == a);
  CHECK(topology.owns(a, base::ipv4(10, 0, 1, 9)));
  CHECK_FALSE(topology.owns(b, base::ipv4(10, 0, 1, 9)));
  CHECK(topology.addresses(a) ==
        std::vector<base::Ipv4>{base::ipv4(10, 0, 0, 1), base::ipv4(10, 0, 1, 9)});
}

TEST_CASE("topology: addresses are found after any changes, like in a map", "[engine][net]") {
  REQUIRE(rc::check("host_at agrees with a map", [] {
    net::Topology topology;
    topology.add_subnet(lan());
    std::map<std::uint32_t, net::HostId> model;
    std::vector<base::Ipv4> own;
    const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
        rc::gen::pair(rc::gen::inRange(0, 40), rc::gen::inRange(0, 300)));
    for (const auto& [pick, number] : steps) {
      const base::Ipv4 address{static_cast<std::uint32_t>(0x0a00'0000 + number)};
      const auto host = net::HostId{static_cast<std::uint32_t>(pick)};
      if (host.value < topology.host_count()) {
        const auto old = model.find(own[host.value].value);
        if (old != model.end() && old->second == host) model.erase(old);
        topology.set_address(host, address);
        own[host.value] = address;
        model[address.value] = host;
      } else {
        const net::HostId added = topology.add_host(0, address);
        own.push_back(address);
        model[address.value] = added;
      }
    }
    for (std::uint32_t number = 0; number < 300; ++number) {
      const base::Ipv4 address{0x0a00'0000 + number};
      const auto found = model.find(address.value);
      RC_ASSERT(topology.host_at(address) == (found == model.end() ? net::NoHost : found->second));
    }
  }));
}
