// Packets from host to host: links, exceptions, firewalls and rules together.
#include "engine/net/fabric.hpp"

#include <catch2/catch.hpp>

namespace net = splitscope::net;
namespace base = splitscope::base;
using PathKind = net::PathVerdict::Kind;
using namespace std::chrono_literals;

namespace {

constexpr base::Instant Start{};

struct Net {
  net::Fabric fabric;
  base::Prng links{1};
  base::Prng rules{2};
  std::vector<net::HostId> hosts;

  Net() {
    fabric.topology().add_subnet({"a", true, {1ms, 1ms, base::Probability::never()}});
    fabric.topology().add_subnet({"b", true, {2ms, 2ms, base::Probability::never()}});
    fabric.topology().set_routing(500us, true);
    for (std::uint8_t i = 0; i < 3; ++i) {
      hosts.push_back(fabric.topology().add_host(0, base::ipv4(10, 0, 0, i)));
    }
    hosts.push_back(fabric.topology().add_host(1, base::ipv4(10, 0, 1, 0)));
  }
  net::PacketView view(std::size_t from, std::size_t to) const {
    net::PacketView packet;
    packet.source = {fabric.topology().address(hosts[from]), 40'000};
    packet.destination = {fabric.topology().address(hosts[to]), 5701};
    packet.flags = net::FlagSyn;
    packet.wire_bytes = 100;
    return packet;
  }
  net::PathVerdict judge(std::size_t from, std::size_t to) {
    return judge(view(from, to), from, to);
  }
  net::PathVerdict judge(const net::PacketView& packet, std::size_t from, std::size_t to) {
    return fabric.judge(packet, hosts[from], hosts[to], Start, {.links = links, .rules = rules});
  }
};

}  // namespace

TEST_CASE("fabric: a packet takes its subnet's delay, and the router's", "[engine][net]") {
  Net net;
  CHECK(net.judge(0, 1).delay == 1ms);
  CHECK(net.judge(0, 3).delay == 1500us);
  CHECK(net.judge(0, 3).hops == 1);
  CHECK(net.judge(3, 0).delay == 2500us);
}

TEST_CASE("fabric: a link of its own stands in for the subnet's, in one direction",
          "[engine][net]") {
  Net net;
  net::LinkModel slow;
  slow.delay_min = slow.delay_max = 50ms;
  net.fabric.set_link(net.hosts[0], net.hosts[1], slow);
  CHECK(net.judge(0, 1).delay == 50ms);
  CHECK(net.judge(1, 0).delay == 1ms);
  CHECK(net.judge(0, 2).delay == 1ms);
  net.fabric.clear_link(net.hosts[0], net.hosts[1]);
  CHECK(net.judge(0, 1).delay == 1ms);
}

TEST_CASE("fabric: pairs queue apart for their bandwidth", "[engine][net]") {
  Net net;
  net::LinkModel narrow;
  narrow.delay_min = narrow.delay_max = 0ms;
  narrow.bits_per_second = 800'000;  // 100 bytes take 1 ms
  for (std::size_t to = 1; to < 3; ++to) net.fabric.set_link(net.hosts[0], net.hosts[to], narrow);
  CHECK(net.judge(0, 1).delay == 1ms);
  CHECK(net.judge(0, 1).delay == 2ms);
  CHECK(net.judge(0, 2).delay == 1ms);
}

TEST_CASE("fabric: a multicast datagram needs a TTL above the routers on its way (rule 32)",
          "[engine][net]") {
  Net net;
  net::PacketView datagram = net.view(0, 1);
  datagram.protocol = net::Protocol::Udp;
  datagram.destination = {base::ipv4(224, 2, 2, 3), 54'327};
  datagram.ttl = 0;
  CHECK(net.judge(datagram, 0, 1).kind == PathKind::NoRoute);
  datagram.ttl = 1;
  CHECK(net.judge(datagram, 0, 1).arrives());
  CHECK(net.judge(datagram, 0, 3).kind == PathKind::NoRoute);
  datagram.ttl = 2;
  CHECK(net.judge(datagram, 0, 3).arrives());
  net.fabric.topology().set_routing(500us, false);
  datagram.ttl = 32;
  CHECK(net.judge(datagram, 0, 3).kind == PathKind::NoRoute);
}

TEST_CASE("fabric: a firewall at the source answers at once, one at the destination later",
          "[engine][net]") {
  Net net;
  net::FirewallRule out;
  out.side = net::FirewallSide::Output;
  out.action = net::FirewallRule::Action::Reject;
  net.fabric.firewalls().set(net.hosts[0], {out});
  net::PathVerdict verdict = net.judge(0, 1);
  CHECK(verdict.kind == PathKind::Rejected);
  CHECK(verdict.at_source);
  CHECK(net.judge(1, 0).arrives());
  net.fabric.firewalls().set(net.hosts[0], {});

  net::FirewallRule in;
  in.action = net::FirewallRule::Action::Reject;
  in.reject = net::RejectKind::TcpReset;
  in.peers = net::AddressSet({base::ipv4(10, 0, 0, 0)});
  net.fabric.firewalls().set(net.hosts[1], {in});
  verdict = net.judge(0, 1);
  CHECK(verdict.kind == PathKind::Rejected);
  CHECK_FALSE(verdict.at_source);
  CHECK(verdict.reject == net::RejectKind::TcpReset);
  CHECK(net.judge(2, 1).arrives());
}

TEST_CASE("fabric: a firewall's first matching rule decides; established traffic may live on",
          "[engine][net]") {
  Net net;
  net::FirewallRule accept;
  accept.action = net::FirewallRule::Action::Accept;
  accept.port = 5701;
  net::FirewallRule drop_new;
  drop_new.only_new = true;
  net.fabric.firewalls().set(net.hosts[1], {accept, drop_new});
  CHECK(net.judge(0, 1).arrives());
  net::PacketView other = net.view(0, 1);
  other.destination.port = 5702;
  CHECK(net.judge(other, 0, 1).kind == PathKind::Dropped);
  other.flags = net::FlagAck;
  CHECK(net.judge(other, 0, 1).arrives());
}

TEST_CASE("fabric: loss of the link and drops of rules are told apart", "[engine][net]") {
  Net net;
  net::LinkModel dead;
  dead.loss = base::Probability::always();
  net.fabric.set_link(net.hosts[0], net.hosts[1], dead);
  CHECK(net.judge(0, 1).kind == PathKind::Lost);
  const net::RuleId cut = net.fabric.rules().install(net::PacketRule{});
  CHECK(net.judge(0, 2).kind == PathKind::Dropped);
  net.fabric.rules().remove(cut);
  CHECK(net.judge(0, 2).arrives());
}

TEST_CASE("fabric: one more rule shifts no delay of the links", "[engine][net]") {
  Net one;
  Net other;
  net::LinkModel wide;
  wide.delay_min = 1ms;
  wide.delay_max = 9ms;
  net::PacketRule loss;
  loss.action = net::PacketRule::Action::Lose;
  loss.probability = base::Probability::never();
  for (Net* net : {&one, &other}) net->fabric.set_link(net->hosts[0], net->hosts[1], wide);
  other.fabric.rules().install(loss);
  for (int i = 0; i < 20; ++i) CHECK(one.judge(0, 1).delay == other.judge(0, 1).delay);
}
