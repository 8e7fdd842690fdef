#include "schemes/membership/join_window.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

namespace splitscope::schemes {
namespace {

using base::Duration;
using base::Instant;
using std::chrono_literals::operator""s;

constexpr Instant after(Duration since_start) {
  return base::RunStart + since_start;
}

}  // namespace

TEST_CASE("the window ends five seconds after the last new joiner", "[schemes][join]") {
  JoinWindow window(5s, 20s);
  CHECK_FALSE(window.is_open());
  CHECK_FALSE(window.is_due(after(100s)));
  window.on_new_joiner(after(1s));
  CHECK(window.deadline() == after(6s));
  window.on_new_joiner(after(4s));
  CHECK_FALSE(window.is_due(after(8s)));
  CHECK(window.is_due(after(9s)));
}

TEST_CASE("no stream of joiners keeps the window open beyond twenty seconds", "[schemes][join]") {
  JoinWindow window(5s, 20s);
  for (int second = 0; second < 30; second += 4) window.on_new_joiner(after(second * Duration{1s}));
  CHECK(window.deadline() == after(20s));
}

TEST_CASE("without a wait joiners are admitted at once", "[schemes][join]") {
  JoinWindow window(0s, 20s);
  window.on_new_joiner(after(3s));
  CHECK(window.is_due(after(3s)));
}

TEST_CASE("a closed window begins anew", "[schemes][join]") {
  JoinWindow window(5s, 20s);
  window.on_new_joiner(after(1s));
  window.close();
  CHECK_FALSE(window.is_due(after(100s)));
  window.on_new_joiner(after(50s));
  CHECK(window.deadline() == after(55s));
}

TEST_CASE("properties of the join window", "[schemes][join][property]") {
  rc::prop("the deadline never moves back, and lies within the limits", [] {
    JoinWindow window(5s, 20s);
    Duration now{};
    Instant previous{};
    std::optional<Instant> first;
    const auto gaps =
        *rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 9'000));
    for (const std::int64_t gap : gaps) {
      now += std::chrono::milliseconds{gap};
      window.on_new_joiner(after(now));
      if (!first) first = after(now);
      RC_ASSERT(window.deadline() >= previous);
      RC_ASSERT(window.deadline() <= *first + 20s);
      RC_ASSERT(window.deadline() <= after(now) + 5s || window.deadline() == previous);
      previous = window.deadline();
    }
  });
}

}  // namespace splitscope::schemes
