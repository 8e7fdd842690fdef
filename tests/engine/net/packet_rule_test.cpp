// Faults on packets: what they match, what they do, how they compose, what the ledger says.
#include "engine/net/packet_rule.hpp"

#include <set>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

namespace net = splitscope::net;
namespace base = splitscope::base;
using Action = net::PacketRule::Action;
using RuleKind = net::Verdict::Kind;
using namespace std::chrono_literals;

namespace {

constexpr base::Instant Began{};

base::Ipv4 host(std::uint8_t number) {
  return base::ipv4(10, 0, 0, number);
}

net::PacketView packet(std::uint8_t from, std::uint8_t to) {
  net::PacketView view;
  view.source = {host(from), 40'000};
  view.destination = {host(to), 5701};
  view.wire_bytes = 118;
  return view;
}

net::PacketView multicast(std::uint8_t from) {
  net::PacketView view = packet(from, 0);
  view.destination = {base::ipv4(224, 2, 2, 3), 54'327};
  view.protocol = net::Protocol::Udp;
  return view;
}

net::PacketRule rule(Action action, std::vector<base::Ipv4> from = {},
                     std::vector<base::Ipv4> to = {}) {
  net::PacketRule made;
  made.action = action;
  made.match.from = net::AddressSet(std::move(from));
  made.match.to = net::AddressSet(std::move(to));
  return made;
}

struct Chain final : net::RuleHost {
  net::RuleChain rules;
  base::Prng random{5};
  net::RuleId install(net::PacketRule made) override { return rules.install(std::move(made)); }
  void remove(net::RuleId id) override { rules.remove(id); }
  net::RuleChain::Outcome judge(const net::PacketView& view, base::Instant now = Began) {
    return rules.judge(view, now, random);
  }
};

}  // namespace

TEST_CASE("address set: agrees with a set of the same addresses", "[engine][net]") {
  REQUIRE(rc::check("contains", [] {
    const auto spread = *rc::gen::element<std::uint32_t>(50, 5'000, 0xffff'ffff);
    const auto numbers = *rc::gen::nonEmpty(
        rc::gen::container<std::vector<std::uint32_t>>(rc::gen::arbitrary<std::uint32_t>()));
    std::set<std::uint32_t> model;
    std::vector<base::Ipv4> addresses;
    for (const std::uint32_t number : numbers) {
      const std::uint32_t value = 0x0a00'0000u + number % spread;
      model.insert(value);
      addresses.push_back(base::Ipv4{value});
    }
    const net::AddressSet set(addresses);
    for (const std::uint32_t value : model) {
      RC_ASSERT(set.contains(base::Ipv4{value}));
      RC_ASSERT(set.contains(base::Ipv4{value + 1}) == model.contains(value + 1));
      RC_ASSERT(set.contains(base::Ipv4{value - 1}) == model.contains(value - 1));
    }
    RC_ASSERT(!set.contains(base::Ipv4{0x0900'0000}) || model.contains(0x0900'0000));
  }));
}

TEST_CASE("rule: a cut drops both ways, a one-way cut one", "[engine][net]") {
  Chain chain;
  net::PacketRule cut = rule(Action::Cut, {host(1)}, {host(2), host(3)});
  const net::RuleId both = chain.install(cut);
  CHECK(chain.judge(packet(1, 2)).kind == RuleKind::Drop);
  CHECK(chain.judge(packet(3, 1)).kind == RuleKind::Drop);
  CHECK(chain.judge(packet(2, 3)).kind == RuleKind::Pass);
  chain.remove(both);
  cut.match.both_ways = false;
  chain.install(cut);
  CHECK(chain.judge(packet(1, 2)).kind == RuleKind::Drop);
  CHECK(chain.judge(packet(2, 1)).kind == RuleKind::Pass);
}

TEST_CASE("rule: a partition separates its groups and nobody else", "[engine][net]") {
  Chain chain;
  net::PacketRule cut = rule(Action::Cut);
  cut.match.apart = net::AddressGroups({{host(1), host(2)}, {host(3)}, {host(4), host(5)}});
  chain.install(cut);
  CHECK(chain.judge(packet(1, 2)).kind == RuleKind::Pass);
  CHECK(chain.judge(packet(2, 3)).kind == RuleKind::Drop);
  CHECK(chain.judge(packet(5, 1)).kind == RuleKind::Drop);
  CHECK(chain.judge(packet(4, 5)).kind == RuleKind::Pass);
  CHECK(chain.judge(packet(1, 9)).kind == RuleKind::Pass);
  CHECK(chain.judge(packet(9, 4)).kind == RuleKind::Pass);
}

TEST_CASE("rule: ports, protocols and multicast narrow a match", "[engine][net]") {
  Chain chain;
  net::PacketRule port = rule(Action::Cut);
  port.match.port = 5702;
  const net::RuleId first = chain.install(port);
  CHECK(chain.judge(packet(1, 2)).kind == RuleKind::Pass);
  chain.remove(first);
  net::PacketRule datagrams = rule(Action::Cut);
  datagrams.match.protocol = net::Protocol::Udp;
  const net::RuleId second = chain.install(datagrams);
  CHECK(chain.judge(packet(1, 2)).kind == RuleKind::Pass);
  CHECK(chain.judge(multicast(1)).kind == RuleKind::Drop);
  chain.remove(second);
  net::PacketRule groups = rule(Action::Cut, {host(1)});
  groups.match.only_multicast = true;
  groups.match.both_ways = false;
  chain.install(groups);
  CHECK(chain.judge(packet(1, 2)).kind == RuleKind::Pass);
  CHECK(chain.judge(multicast(1)).kind == RuleKind::Drop);
  CHECK(chain.judge(multicast(2)).kind == RuleKind::Pass);
}

TEST_CASE("rule: a filter does not see ARP, a cut cable does", "[engine][net]") {
  Chain chain;
  net::PacketRule cut = rule(Action::Cut, {host(1)}, {host(2)});
  net::PacketView arp = packet(1, 2);
  arp.protocol = net::Protocol::Arp;
  const net::RuleId filter = chain.install(cut);
  CHECK(chain.judge(arp).kind == RuleKind::Pass);
  chain.remove(filter);
  cut.match.all_frames = true;
  chain.install(cut);
  CHECK(chain.judge(arp).kind == RuleKind::Drop);
}

TEST_CASE("rule: loss comes at its rate, bursts in runs", "[engine][net]") {
  Chain chain;
  net::PacketRule loss = rule(Action::Lose);
  loss.probability = base::Probability::from_ratio(30, 100);
  const net::RuleId id = chain.install(loss);
  for (int i = 0; i < 10'000; ++i) chain.judge(packet(1, 2));
  CHECK(chain.rules.effect(id).matched == 10'000);
  CHECK(chain.rules.effect(id).dropped == Approx(3000).margin(150));
  chain.remove(id);

  net::PacketRule burst = rule(Action::LoseBurst);
  burst.probability = base::Probability::from_ratio(1, 100);
  burst.recovery = base::Probability::from_ratio(1, 10);
  chain.install(burst);
  int runs = 0;
  int lost = 0;
  bool before = false;
  for (int i = 0; i < 50'000; ++i) {
    const bool drops = chain.judge(packet(1, 2)).kind == RuleKind::Drop;
    runs += drops && !before ? 1 : 0;
    lost += drops ? 1 : 0;
    before = drops;
  }
  CHECK(static_cast<double>(lost) / runs == Approx(10.0).margin(1.5));  // mean length of a run
}

TEST_CASE("rules: delays add up and every duplicate makes a copy, up to the maximum",
          "[engine][net]") {
  Chain chain;
  net::PacketRule delay = rule(Action::Delay);
  delay.delay = 10ms;
  chain.install(delay);
  chain.install(delay);
  net::PacketRule twice = rule(Action::Duplicate);
  twice.delay = 1ms;
  for (int i = 0; i < 5; ++i) chain.install(twice);
  const net::RuleChain::Outcome outcome = chain.judge(packet(1, 2));
  CHECK(outcome.kind == RuleKind::Pass);
  CHECK(outcome.delay == 20ms);
  CHECK(outcome.copies == net::RuleChain::CopiesMax);
  CHECK(outcome.copy_delays[0] <= 1ms);
}

TEST_CASE("rules: the first that drops, rejects or holds decides, in the order of installing",
          "[engine][net]") {
  Chain chain;
  net::PacketRule reject = rule(Action::Reject);
  reject.reject = net::RejectKind::PortUnreachable;
  const net::RuleId first = chain.install(reject);
  const net::RuleId second = chain.install(rule(Action::Cut));
  net::RuleChain::Outcome outcome = chain.judge(packet(1, 2));
  CHECK(outcome.kind == RuleKind::Reject);
  CHECK(outcome.reject == net::RejectKind::PortUnreachable);
  CHECK(outcome.decided_by == first);
  CHECK(chain.rules.effect(second).matched == 0);
  chain.remove(first);
  CHECK(chain.judge(packet(1, 2)).kind == RuleKind::Drop);
  chain.remove(second);
  const net::RuleId hold = chain.install(rule(Action::Hold));
  outcome = chain.judge(packet(1, 2));
  CHECK(outcome.kind == RuleKind::Hold);
  CHECK(outcome.decided_by == hold);
}

TEST_CASE("rule: a throttle spaces packets and drops beyond its queue", "[engine][net]") {
  Chain chain;
  net::PacketRule throttle = rule(Action::Throttle);
  throttle.bits_per_second = 118 * 8 * 10;  // ten packets a second
  throttle.queue_max = 300ms;
  const net::RuleId id = chain.install(throttle);
  CHECK(chain.judge(packet(1, 2)).delay == 100ms);
  CHECK(chain.judge(packet(1, 2)).delay == 200ms);
  CHECK(chain.judge(packet(1, 2)).delay == 300ms);
  CHECK(chain.judge(packet(1, 2)).delay == 400ms);
  CHECK(chain.judge(packet(1, 2)).kind == RuleKind::Drop);
  CHECK(chain.judge(packet(1, 2), Began + 1s).delay == 100ms);
  CHECK(chain.rules.effect(id) ==
        net::RuleEffect{.matched = 6, .dropped = 1, .delayed = 5, .duplicated = 0, .rejected = 0});
}

TEST_CASE("rules: a removed rule's effect stays known; removing twice is fine", "[engine][net]") {
  Chain chain;
  const net::RuleId id = chain.install(rule(Action::Cut));
  chain.judge(packet(1, 2));
  chain.remove(id);
  chain.remove(id);
  CHECK_FALSE(chain.rules.is_installed(id));
  CHECK(chain.rules.effect(id).dropped == 1);
  CHECK(chain.judge(packet(1, 2)).kind == RuleKind::Pass);
  CHECK(chain.rules.effect(net::RuleId{77}) == net::RuleEffect{});
}

TEST_CASE("rule guard: the rule lasts as long as the guard", "[engine][net]") {
  Chain chain;
  {
    net::RuleGuard guard(chain, rule(Action::Cut));
    net::RuleGuard moved = std::move(guard);
    CHECK(chain.judge(packet(1, 2)).kind == RuleKind::Drop);
  }
  CHECK(chain.judge(packet(1, 2)).kind == RuleKind::Pass);
  net::RuleGuard early(chain, rule(Action::Cut));
  early.remove();
  CHECK(chain.rules.is_empty());
}

TEST_CASE("rules: what does not match draws no random number", "[engine][net]") {
  Chain chain;
  net::PacketRule loss = rule(Action::Lose, {host(1)});
  chain.install(loss);
  base::Prng untouched{5};
  chain.judge(packet(2, 3));
  CHECK(chain.random.next() == untouched.next());
}
