#include "viz/canvas/scale.hpp"

#include <cmath>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include "viz/canvas/canvas.hpp"

using namespace splitscope::viz;

namespace {

std::string labels(const Scale& scale, std::size_t count_max) {
  std::string all;
  for (const Tick& tick : ticks(scale, count_max)) all += (all.empty() ? "" : " ") + tick.label;
  return all;
}

}  // namespace

TEST_CASE("scale: values map to pixels, also downwards", "[viz][canvas]") {
  const Scale scale(ScaleKind::Number, {0, 10}, {200, 100});
  CHECK(scale.at(0) == Approx(200));
  CHECK(scale.at(10) == Approx(100));
  CHECK(scale.at(-1) == Approx(210));
  const Scale log(ScaleKind::TimeLog, {1, 100}, {0, 200});
  CHECK(log.at(10) == Approx(100));
  CHECK(log.at(0) < 0);
}

TEST_CASE("ticks: are round, with the decimals they need", "[viz][canvas]") {
  CHECK(labels({ScaleKind::Number, {0, 1}, {0, 100}}, 6) == "0.0 0.2 0.4 0.6 0.8 1.0");
  CHECK(labels({ScaleKind::Number, {0, 7}, {0, 100}}, 10) == "0 1 2 3 4 5 6 7");
  CHECK(labels({ScaleKind::Number, {99.9, 100}, {0, 100}}, 5) == "99.90 99.95 100.00");
  CHECK(labels({ScaleKind::Number, {-1, 1}, {0, 100}}, 5) == "-1.0 -0.5 0.0 0.5 1.0");
  CHECK(labels({ScaleKind::Number, {0, 250'000}, {0, 100}}, 4) == "0 100000 200000");
}

TEST_CASE("ticks: of time are those of a clock", "[viz][canvas]") {
  CHECK(labels({ScaleKind::Time, {0, 100}, {0, 100}}, 6) ==
        "0s 20s 40s 1m 1m20s 1m40s" + std::string());
  CHECK(labels({ScaleKind::Time, {0, 600}, {0, 100}}, 6) == "0s 2m 4m 6m 8m 10m");
  CHECK(labels({ScaleKind::Time, {0, 0.5}, {0, 100}}, 6) == "0s 100ms 200ms 300ms 400ms 500ms");
  CHECK(labels({ScaleKind::TimeLog, {1, 600}, {0, 100}}, 12) ==
        "1s 2s 5s 10s 20s 30s 1m 2m 5m 10m");
}

TEST_CASE("ticks: never more than asked for, and all within the domain", "[viz][canvas]") {
  REQUIRE(rc::check([] {
    const double low = *rc::gen::inRange(-1'000'000, 1'000'000) / 1'000.0;
    const double width = *rc::gen::inRange(1, 100'000'000) / 1'000.0;
    const auto count = static_cast<std::size_t>(*rc::gen::inRange(1, 20));
    const auto kind = *rc::gen::element(ScaleKind::Number, ScaleKind::Time, ScaleKind::TimeLog);
    const Scale scale(kind, {low, low + width}, {0, 500});
    const auto found = ticks(scale, count);
    RC_ASSERT(found.size() <= count);
    if (count >= 3 && kind != ScaleKind::TimeLog) RC_ASSERT(!found.empty());
    for (const Tick& tick : found) {
      RC_ASSERT(scale.at(tick.value) > -0.01);
      RC_ASSERT(scale.at(tick.value) < 500.01);
    }
  }));
}

TEST_CASE("ticks: along an axis their labels keep apart", "[viz][canvas]") {
  REQUIRE(rc::check([] {
    const double high = *rc::gen::inRange(1, 10'000'000) / 100.0;
    const double pixels = *rc::gen::inRange(20, 1'500);
    const auto kind = *rc::gen::element(ScaleKind::Number, ScaleKind::Time, ScaleKind::TimeLog);
    const Scale scale(kind, {0, high}, {0, pixels});
    const auto found = ticks_along(scale, 11);
    for (std::size_t i = 1; i < found.size(); ++i) {
      const double half = (text_width(found[i].label, {.size = 11}) +
                           text_width(found[i - 1].label, {.size = 11})) /
                          2;
      RC_ASSERT(scale.at(found[i].value) - scale.at(found[i - 1].value) > half);
    }
  }));
}

TEST_CASE("scale: a domain without width, or without sense, is still drawn", "[viz][canvas]") {
  CHECK(labels({ScaleKind::Number, {5, 5}, {0, 100}}, 3) == "5.0 5.5 6.0");
  const double nothing = std::nan("");
  CHECK(!ticks({ScaleKind::Time, {nothing, nothing}, {0, 100}}, 5).empty());
  CHECK(!ticks({ScaleKind::TimeLog, {0, 0}, {0, 100}}, 5).empty());
  CHECK(!ticks({ScaleKind::Number, {1e15, 1e15}, {0, 100}}, 5).empty());
}
