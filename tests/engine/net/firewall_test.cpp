#include "engine/net/firewall.hpp"

#include <catch2/catch.hpp>

using namespace splitscope;
using net::FirewallRule;
using net::FirewallSide;

namespace {

net::PacketView packet_to(std::uint16_t port, std::uint8_t flags) {
  net::PacketView packet;
  packet.source = {base::ipv4(10, 0, 0, 1), 40000};
  packet.destination = {base::ipv4(10, 0, 0, 2), port};
  packet.flags = flags;
  return packet;
}

}  // namespace

TEST_CASE("firewall: the first rule that matches decides", "[engine][net]") {
  net::Firewalls firewalls;
  const net::HostId host{1};
  FirewallRule accept;
  accept.action = FirewallRule::Action::Accept;
  accept.port = 5701;
  FirewallRule drop;
  firewalls.set(host, {accept, drop});
  const auto* first = firewalls.judge(host, FirewallSide::Input, packet_to(5701, net::FlagSyn));
  CHECK((first == nullptr || first->action == FirewallRule::Action::Accept));
  const auto* second = firewalls.judge(host, FirewallSide::Input, packet_to(80, net::FlagSyn));
  REQUIRE(second != nullptr);
  CHECK(second->action == FirewallRule::Action::Drop);
}

TEST_CASE("firewall: what is established lives on where only new connections are filtered",
          "[engine][net]") {
  net::Firewalls firewalls;
  const net::HostId host{1};
  FirewallRule drop;
  drop.only_new = true;
  firewalls.set(host, {drop});
  CHECK(firewalls.judge(host, FirewallSide::Input, packet_to(80, net::FlagSyn)) != nullptr);
  CHECK(firewalls.judge(host, FirewallSide::Input, packet_to(80, net::FlagAck)) == nullptr);
  CHECK(firewalls.judge(host, FirewallSide::Output, packet_to(80, net::FlagSyn)) == nullptr);
  firewalls.set(host, {});
  CHECK(firewalls.is_empty());
}
