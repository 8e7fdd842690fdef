#include "scenarios/compare/prices.hpp"

#include <catch2/catch.hpp>

using namespace splitscope;
using namespace splitscope::scenarios;
using Catch::Matchers::Contains;

namespace {

CellSummary calls_an_hour(std::int64_t median) {
  CellSummary cell;
  Distribution& shape = cell.metrics[static_cast<std::size_t>(Metric::ApiCalls)].distribution;
  shape.count = 1;
  shape.median = {.value = median};
  return cell;
}

}  // namespace

TEST_CASE("a month costs its calls and its instances", "[scenarios][compare]") {
  const auto prices = read_prices("p.toml",
                                  "currency = \"EUR\"\nhours_per_month = 700\n"
                                  "million_calls = 2.5\ninstance_hour = 0.01\n");
  REQUIRE(prices.has_value());
  const MonthlyCost cost = monthly_cost(*prices, calls_an_hour(2'000), 3);
  // 2,000 x 700 calls at 2.5 a million; 3 x 700 hours at a hundredth.
  CHECK(cost_text(cost.calls.value(), prices->currency) == "3.50 EUR");
  CHECK(cost_text(cost.instances.value(), prices->currency) == "21.00 EUR");
  CHECK_FALSE(monthly_cost(*prices, CellSummary{}, 3).calls.has_value());
}

TEST_CASE("a price that is not set is left out", "[scenarios][compare]") {
  const auto prices = read_prices(
      "p.toml", "currency = \"EUR\"\nmillion_calls = \"set by you\"\ninstance_hour = 1\n");
  REQUIRE(prices.has_value());
  const MonthlyCost cost = monthly_cost(*prices, calls_an_hour(10), 1);
  CHECK_FALSE(cost.calls.has_value());
  CHECK(cost_text(cost.instances.value(), "EUR") == "730.00 EUR");
}

TEST_CASE("a wrong price file names the line", "[scenarios][compare]") {
  const std::pair<const char*, const char*> cases[] = {
      {"currency = \"EUR\"\nmillion_calls = -1\n", "p.toml:2"},
      {"currency = \"EUR\"\nmillion_calls = nan\n", "p.toml:2"},
      {"million_calls = 1\n", "currency is missing"},
      {"hours_per_month = 0\n", "730"},
      {"api = 3\n", "instance_hour"},
      {"currency = [", "TOML"}};
  for (const auto& [text, words] : cases) {
    const auto prices = read_prices("p.toml", text);
    INFO(text);
    REQUIRE_FALSE(prices.has_value());
    CHECK_THAT(prices.error().message, Contains(words));
  }
}
