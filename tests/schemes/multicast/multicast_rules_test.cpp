#include "schemes/multicast/multicast_rules.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

namespace splitscope::schemes {
namespace {

using std::chrono_literals::operator""s;

base::Endpoint lab(std::uint8_t last, std::uint16_t port = 5701) {
  return {base::ipv4(10, 77, 0, last), port};
}

SplitBrainCheck from(std::uint8_t last) {
  SplitBrainCheck check;
  check.from.endpoint = lab(last);
  return check;
}

}  // namespace

TEST_CASE("tries are the time-out by 125 ms and the last digit of address and port",
          "[schemes][multicast]") {
  CHECK(multicast_try_count(2s, lab(11), 5701) == 16 + 1);
  CHECK(multicast_try_count(2s, lab(10), 5701) == 16);
  CHECK(multicast_try_count(2s, lab(18, 5702), 5701) == 16 + 9);
  CHECK(multicast_try_count(2s, lab(19, 5702), 5701) == 16);
  CHECK(multicast_try_count(60s, lab(13, 4000), 4000) == 480 + 3);
}

TEST_CASE("tries never fall below none nor pass their maximum", "[schemes][multicast]") {
  CHECK(multicast_try_count(0s, lab(3, 5700), 5709) == 0);
  CHECK(multicast_try_count(std::chrono::hours{100'000}, lab(1), 5701) == TryCountMax);
}

TEST_CASE("a budget ends after its tries and begins anew", "[schemes][multicast]") {
  TryBudget budget(2);
  CHECK(budget.take());
  CHECK(budget.taken() == 1);
  CHECK(budget.take());
  CHECK_FALSE(budget.take());
  CHECK(budget.take());
}

TEST_CASE("a smaller uuid's question grants one more try, for good", "[schemes][multicast]") {
  TryBudget budget(2);
  budget.on_other_request({5, 5}, {4, 9});
  budget.on_other_request({5, 5}, {6, 0});
  budget.on_other_request({5, 5}, {5, 5});
  CHECK(budget.tries() == 3);
  budget.restart();
  CHECK(budget.tries() == 3);
}

TEST_CASE("the latest announcement is looked at first, and the stack is bounded",
          "[schemes][multicast]") {
  AnnouncementStack stack;
  CHECK_FALSE(stack.pop());
  for (std::uint32_t i = 0; i <= AnnouncementStack::SizeMax; ++i) {
    stack.push(from(static_cast<std::uint8_t>(i)));
  }
  CHECK(stack.size() == AnnouncementStack::SizeMax);
  CHECK(stack.pop()->from.endpoint == lab(64));
  while (stack.size() > 1) stack.pop();
  CHECK(stack.pop()->from.endpoint == lab(1));
  stack.push(from(9));
  stack.clear();
  CHECK(stack.size() == 0);
}

TEST_CASE("properties of the race for mastership", "[schemes][multicast][property]") {
  rc::prop("of joiners that hear each other the smallest uuid is the first out of tries", [] {
    const auto count = *rc::gen::inRange<std::uint64_t>(2, 8);
    std::vector<TryBudget> budgets(count, TryBudget(17));
    std::vector<bool> done(count, false);
    std::uint64_t first = count;
    // Rounds of equal length: each asks once, all others hear it. Joiner i has uuid i.
    while (first == count) {
      for (std::uint64_t i = 0; i < count && first == count; ++i) {
        if (!budgets[i].take()) {
          first = i;
          break;
        }
        for (std::uint64_t j = 0; j < count; ++j) {
          if (j != i) budgets[j].on_other_request({j, 0}, {i, 0});
        }
      }
    }
    RC_ASSERT(first == 0u);
  });
}

}  // namespace splitscope::schemes
