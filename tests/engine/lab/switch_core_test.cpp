#include "engine/lab/switch_core.hpp"

#include <catch2/catch.hpp>

#include "engine/lab/rejection.hpp"

namespace splitscope::lab {
namespace {

using namespace std::chrono_literals;

constexpr base::Endpoint Group{base::ipv4(224, 2, 2, 3), 54327};

// Two subnets, two hosts each: n1 and n2 in the first, n3 and n4 in the second.
class Bench final : public FrameSink {
 public:
  explicit Bench(bool routes_multicast = false) {
    net::Topology& topology = core.fabric().topology();
    const net::LinkModel link{.delay_min = 1ms, .delay_max = 1ms};
    topology.add_subnet({"a", true, link});
    topology.add_subnet({"b", true, link});
    topology.set_routing(2ms, routes_multicast);
    for (std::uint32_t i = 0; i < 4; ++i) {
      core.plug_in(topology.add_host(i / 2, address(i)));
    }
  }
  bool deliver(net::HostId to, FrameBytes frame) override {
    got.push_back({to, {frame.begin(), frame.end()}});
    return true;
  }
  static base::Ipv4 address(std::uint32_t host) {
    return base::Ipv4{base::ipv4(10, 77, 0, 11).value + (host / 2 << 8) + host};
  }

  struct Got {
    net::HostId to;
    std::vector<std::byte> bytes;
  };
  void udp(std::uint32_t from, base::Endpoint to, std::uint8_t ttl = 64) {
    core.on_frame(net::HostId{from},
                  builder.udp({{address(from), 5701}, to, payload, {.ttl = ttl, .hop = {}}}), now);
  }
  void udp_to(std::uint32_t from, std::uint32_t to, std::uint8_t ttl = 64) {
    udp(from, {address(to), 5701}, ttl);
  }
  void join(std::uint32_t host) {
    std::vector<std::byte> frame(42, std::byte{0});
    const FrameBytes ip = builder.udp({{address(host), 1}, Group, {}, {}});
    std::ranges::copy(ip.first(34), frame.begin());
    frame[EthernetHeaderSize + 9] = std::byte{2};
    frame[34] = std::byte{0x16};
    for (std::size_t i = 0; i < 4; ++i) {
      frame[38 + i] = static_cast<std::byte>(Group.address.value >> (24 - 8 * i));
    }
    core.on_frame(net::HostId{host}, frame, now);
  }
  std::vector<Got> after(base::Duration duration) {
    now += duration;
    got.clear();
    core.deliver_due(now, *this);
    return got;
  }
  net::RuleId install(net::PacketRule::Action action, std::uint32_t from, std::uint32_t to) {
    net::PacketRule rule;
    rule.action = action;
    rule.match.from = net::AddressSet({address(from)});
    rule.match.to = net::AddressSet({address(to)});
    rule.reject = net::RejectKind::TcpReset;
    return core.install(std::move(rule));
  }

  SwitchCore core{7};
  base::Instant now{};
  std::vector<Got> got;
  std::vector<std::byte> payload = std::vector<std::byte>(64);
  trace::FrameBuilder builder;
};

}  // namespace

TEST_CASE("switch: a frame reaches its host, unchanged, after the link's delay", "[engine][lab]") {
  Bench bench;
  bench.udp_to(0, 1);
  CHECK(bench.after(999us).empty());
  const auto got = bench.after(1us);
  REQUIRE(got.size() == 1);
  CHECK(got[0].to == net::HostId{1});
  CHECK(parse_frame(got[0].bytes).packet.ttl == 64);
}

TEST_CASE("switch: the router takes a hop off and says when none is left", "[engine][lab]") {
  Bench bench;
  bench.udp_to(0, 2);
  auto got = bench.after(3ms);
  REQUIRE(got.size() == 1);
  CHECK(got[0].to == net::HostId{2});
  CHECK(parse_frame(got[0].bytes).packet.ttl == 63);
  bench.udp_to(0, 2, 1);
  got = bench.after(3ms);
  REQUIRE(got.size() == 1);
  CHECK(got[0].to == net::HostId{0});
  CHECK(parse_frame(got[0].bytes).packet.protocol == net::Protocol::Icmp);
  CHECK(got[0].bytes[34] == std::byte{11});
  bench.udp(0, {base::ipv4(192, 168, 1, 1), 9});
  got = bench.after(3ms);
  REQUIRE(got.size() == 1);
  CHECK(got[0].bytes[34] == std::byte{3});
  CHECK(got[0].bytes[35] == std::byte{0});
}

TEST_CASE("switch: neighbours answer ARP themselves, the router for all beyond", "[engine][lab]") {
  Bench bench;
  const auto ask = [&](base::Ipv4 target) {
    bench.core.on_frame(
        net::HostId{0},
        bench.builder.arp({.is_reply = false, .sender = Bench::address(0), .target = target}),
        bench.now);
    return bench.after(1ms);
  };
  auto got = ask(Bench::address(1));
  REQUIRE(got.size() == 1);
  CHECK(got[0].to == net::HostId{1});
  got = ask(Bench::address(2));
  REQUIRE(got.size() == 1);
  CHECK(got[0].to == net::HostId{0});
  CHECK_FALSE(parse_frame(got[0].bytes).is_request);
  CHECK(parse_frame(got[0].bytes).packet.source.address == Bench::address(2));
  CHECK(got[0].bytes[7] == got[0].bytes[23]);  // the router's own hardware address, both times
  CHECK(ask(base::ipv4(192, 168, 1, 1)).size() == 1);
  CHECK(ask(base::ipv4(10, 77, 0, 99)).empty());  // a neighbour that is not there
}

TEST_CASE("switch: a cut drops and counts, and the ledger outlives it", "[engine][lab]") {
  Bench bench;
  const net::RuleId cut = bench.install(net::PacketRule::Action::Cut, 0, 1);
  bench.udp_to(0, 1);
  bench.udp_to(1, 0);
  CHECK(bench.after(10ms).empty());
  bench.core.remove(cut, bench.now);
  bench.udp_to(0, 1);
  CHECK(bench.after(10ms).size() == 1);
  CHECK(bench.core.fabric().rules().effect(cut).dropped == 2);
}

TEST_CASE("switch: a copy follows what is duplicated", "[engine][lab]") {
  Bench bench;
  const net::RuleId rule = bench.install(net::PacketRule::Action::Duplicate, 0, 1);
  bench.udp_to(0, 1);
  CHECK(bench.after(10ms).size() == 2);
  CHECK(bench.core.fabric().rules().effect(rule).duplicated == 1);
}

TEST_CASE("switch: what is rejected is answered in the other's name", "[engine][lab]") {
  Bench bench;
  bench.install(net::PacketRule::Action::Reject, 0, 1);
  trace::TcpSegment syn;
  syn.source = {Bench::address(0), 40'000};
  syn.destination = {Bench::address(1), 5701};
  syn.flags = net::FlagSyn;
  bench.core.on_frame(net::HostId{0}, bench.builder.tcp(syn), bench.now);
  const auto got = bench.after(1ms);
  REQUIRE(got.size() == 1);
  CHECK(got[0].to == net::HostId{0});
  const ParsedFrame parsed = parse_frame(got[0].bytes);
  CHECK(parsed.packet.source == syn.destination);
  CHECK((parsed.packet.flags & net::FlagRst) != 0);
}

TEST_CASE("switch: what is held is sent in order when the hold goes", "[engine][lab]") {
  Bench bench;
  const net::RuleId hold = bench.install(net::PacketRule::Action::Hold, 0, 1);
  bench.payload = std::vector<std::byte>(10);
  bench.udp_to(0, 1);
  bench.payload = std::vector<std::byte>(20);
  bench.udp_to(0, 1);
  CHECK(bench.after(1s).empty());
  bench.core.remove(hold, bench.now);
  const auto got = bench.after(1ms);
  REQUIRE(got.size() == 2);
  CHECK(got[0].bytes.size() + 10 == got[1].bytes.size());
}

TEST_CASE("switch: a hold keeps no more than its maximum", "[engine][lab]") {
  Bench bench;
  const net::RuleId hold = bench.install(net::PacketRule::Action::Hold, 0, 1);
  for (std::size_t i = 0; i < SwitchCore::HeldFramesMax + 3; ++i) bench.udp_to(0, 1);
  CHECK(bench.core.counters().overflowed == 3);
  bench.core.remove(hold, bench.now);
  CHECK(bench.after(1ms).size() == SwitchCore::HeldFramesMax);
}

TEST_CASE("switch: multicast reaches those that joined, across routers only where they forward it",
          "[engine][lab]") {
  for (const bool routes : {false, true}) {
    Bench bench(routes);
    bench.join(1);
    bench.join(2);
    bench.join(0);
    CHECK(bench.core.groups(net::HostId{1}) == std::vector{Group.address});
    bench.udp(0, Group, 1);
    CHECK(bench.after(10ms).size() == 1);
    bench.udp(0, Group, 32);
    CHECK(bench.after(10ms).size() == (routes ? 2 : 1));
  }
}

TEST_CASE("switch: a host that was pulled out hears nothing, says nothing, is in no group",
          "[engine][lab]") {
  Bench bench;
  bench.join(1);
  bench.udp_to(0, 1);
  bench.core.pull_out(net::HostId{1});
  bench.udp_to(1, 0);
  CHECK(bench.after(10ms).empty());
  bench.core.plug_in(net::HostId{1});
  bench.udp(0, Group);
  CHECK(bench.after(10ms).empty());
  bench.udp_to(1, 0);
  CHECK(bench.after(10ms).size() == 1);
}

TEST_CASE("switch: what is malformed is counted and dropped", "[engine][lab]") {
  Bench bench;
  const std::vector<std::byte> noise(60, std::byte{0x08});
  bench.core.on_frame(net::HostId{0}, FrameBytes(noise).first(9), bench.now);
  CHECK(bench.core.counters().malformed == 1);
  CHECK(bench.after(10ms).empty());
}

}  // namespace splitscope::lab
