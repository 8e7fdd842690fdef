// Delay, loss, bandwidth and fragments of links.
#include "engine/net/link_model.hpp"

#include <algorithm>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

namespace net = splitscope::net;
namespace base = splitscope::base;
using namespace std::chrono_literals;

namespace {

constexpr base::Instant Now{};

double lost_share(const net::LinkModel& link, int packets, std::uint32_t bytes = 100) {
  base::Prng random{42};
  net::LinkState state;
  int lost = 0;
  for (int i = 0; i < packets; ++i) {
    lost += net::cross(link, state, {bytes, true}, Now, random).passes ? 0 : 1;
  }
  return static_cast<double>(lost) / packets;
}

}  // namespace

TEST_CASE("link: delays stay within their range, whatever the shape", "[engine][net]") {
  REQUIRE(rc::check("within range", [] {
    net::LinkModel link;
    link.delay_min = base::Duration{*rc::gen::inRange<std::int64_t>(0, 1'000'000)};
    link.delay_max = link.delay_min + base::Duration{*rc::gen::inRange<std::int64_t>(0, 9'000'000)};
    link.shape = static_cast<net::DelayShape>(*rc::gen::inRange(0, 3));
    base::Prng random{*rc::gen::arbitrary<std::uint64_t>()};
    for (int i = 0; i < 200; ++i) {
      const base::Duration delay = net::draw_delay(link, random);
      RC_ASSERT(delay >= link.delay_min);
      RC_ASSERT(delay <= link.delay_max);
    }
  }));
}

TEST_CASE("link: quantile tables rise, and have the medians that they promise", "[engine][net]") {
  for (const auto shape : {net::DelayShape::Normal, net::DelayShape::HeavyTail}) {
    std::uint32_t last = 0;
    for (std::uint32_t draw = 0; draw <= 0xffff; draw += 7) {
      const std::uint32_t value = net::delay_quantile(shape, static_cast<std::uint16_t>(draw));
      CHECK(value >= last);
      last = value;
    }
    CHECK(last <= 65'536);
  }
  CHECK(net::delay_quantile(net::DelayShape::Normal, 0x8000) == 32'768);
  CHECK(net::delay_quantile(net::DelayShape::HeavyTail, 0x8000) < 65'536 / 90);
  CHECK(net::delay_quantile(net::DelayShape::HeavyTail, 0xffff / 100 * 99) > 65'536 / 2);
}

TEST_CASE("link: independent loss comes at its rate", "[engine][net]") {
  net::LinkModel link;
  link.loss = base::Probability::from_ratio(20, 100);
  CHECK(lost_share(link, 20'000) == Approx(0.20).margin(0.01));
}

TEST_CASE("link: bursts lose at the rate of the bad state's share", "[engine][net]") {
  net::LinkModel link;
  link.burst_enter = base::Probability::from_ratio(1, 100);
  link.burst_leave = base::Probability::from_ratio(9, 100);
  CHECK(lost_share(link, 100'000) == Approx(0.10).margin(0.015));
  link.burst_loss = base::Probability::from_ratio(50, 100);
  CHECK(lost_share(link, 100'000) == Approx(0.05).margin(0.01));
}

TEST_CASE("link: one lost fragment loses the datagram", "[engine][net]") {
  net::LinkModel link;
  link.loss = base::Probability::from_ratio(10, 100);
  CHECK(lost_share(link, 20'000, 14 + 20 + 4 * 1480) ==
        Approx(1 - 0.9 * 0.9 * 0.9 * 0.9).margin(0.015));
}

TEST_CASE("link: a segment above the MTU does not travel", "[engine][net]") {
  net::LinkModel link;
  net::LinkState state;
  base::Prng random{1};
  CHECK_FALSE(net::cross(link, state, {1514, false}, Now, random).too_big);
  CHECK(net::cross(link, state, {1515, false}, Now, random).too_big);
  CHECK(net::cross(link, state, {1515, true}, Now, random).passes);
}

TEST_CASE("link: bandwidth spaces packets out, and a full queue drops", "[engine][net]") {
  net::LinkModel link;
  link.delay_min = link.delay_max = 1ms;
  link.bits_per_second = 8'000'000;  // 1 byte a microsecond
  link.queue_bytes = 3000;
  net::LinkState state;
  base::Prng random{1};
  std::vector<base::Duration> delays;
  int dropped = 0;
  for (int i = 0; i < 10; ++i) {
    const net::Crossing crossing = net::cross(link, state, {1000, true}, Now, random);
    if (crossing.passes) {
      delays.push_back(crossing.delay);
    } else {
      ++dropped;
    }
  }
  CHECK(delays == std::vector<base::Duration>{2ms, 3ms, 4ms, 5ms});  // one in service, three wait
  CHECK(dropped == 6);
  CHECK(net::cross(link, state, {1000, true}, Now + 100ms, random).delay == 2ms);
}

TEST_CASE("link: duplicates and reordering come at their rates", "[engine][net]") {
  net::LinkModel link;
  link.delay_min = link.delay_max = 1ms;
  link.duplicate = base::Probability::from_ratio(30, 100);
  link.reorder = base::Probability::from_ratio(10, 100);
  base::Prng random{3};
  net::LinkState state;
  int copies = 0;
  int late = 0;
  for (int i = 0; i < 10'000; ++i) {
    const net::Crossing crossing = net::cross(link, state, {100, true}, Now, random);
    copies += crossing.has_copy ? 1 : 0;
    late += crossing.delay > 1ms ? 1 : 0;
    CHECK(crossing.delay <= 2ms);
  }
  CHECK(copies == Approx(3000).margin(200));
  CHECK(late == Approx(1000).margin(150));
}

TEST_CASE("link: only what a link has makes it more than plain", "[engine][net]") {
  net::LinkModel link;
  link.loss = base::Probability::from_ratio(1, 2);
  link.delay_max = 7ms;
  CHECK(link.is_plain());
  CHECK_FALSE(link.has_state());
  link.jitter = 1us;
  CHECK_FALSE(link.is_plain());
  CHECK_FALSE(link.has_state());
  link.bits_per_second = 1;
  CHECK(link.has_state());
}
