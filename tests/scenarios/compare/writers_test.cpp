#include <algorithm>
#include <fstream>
#include <sstream>

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "scenarios/compare/comparison_json.hpp"
#include "scenarios/compare/comparison_table.hpp"
#include "tests/support/json_schema.hpp"
#include "tests/support/synthetic_comparison.hpp"

using namespace splitscope;
using namespace splitscope::scenarios;

namespace {

boost::json::value schema() {
  std::ifstream file(SPLITSCOPE_SOURCE "/docs/compare.schema.json");
  std::stringstream text;
  text << file.rdbuf();
  return boost::json::parse(text.str());
}

bool mentions(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::size_t longest_line(const std::string& text) {
  std::size_t longest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    // A command is copied whole.
    if (line.find("see it: ") == std::string::npos) longest = std::max(longest, line.size());
  }
  return longest;
}

}  // namespace

TEST_CASE("the JSON of a comparison is valid by its schema", "[scenarios][compare]") {
  const std::vector<ObjectiveResult> objectives{
      {.name = "o", .scenario = "s", .scheme = "t", .state = ObjectiveResult::State::Missed}};
  const std::string text = comparison_json(tests::synthetic_comparison(), objectives);
  const auto rules = schema();
  CHECK(tests::SchemaValidator(rules).errors(boost::json::parse(text)) ==
        std::vector<std::string>{});
}

TEST_CASE("the schema's validator finds what does not fit", "[scenarios][compare]") {
  const auto rules = schema();
  const auto good = boost::json::parse(comparison_json(tests::synthetic_comparison(), {}));
  tests::SchemaValidator validator(rules);
  const auto breaks = [&](const char* pointer, boost::json::value replacement) {
    auto bad = good;
    boost::system::error_code ignored;
    *bad.find_pointer(pointer, ignored) = std::move(replacement);
    return !validator.errors(bad).empty();
  };
  CHECK(breaks("/plan/seeds", "many"));
  CHECK(breaks("/plan/seeds", 0));
  CHECK(breaks("/version", 2));
  CHECK(breaks("/findings/0/gravity", "awful"));
  CHECK(breaks("/scenarios/0/schemes/0/digests/0", "xyz"));
  CHECK(breaks("/scenarios/0/schemes/1/metrics/merge/difference", "none"));
  auto extra = good;
  extra.as_object()["surprise"] = 1;
  CHECK_FALSE(validator.errors(extra).empty());
  auto lacking = good;
  lacking.as_object().erase("plan");
  CHECK_FALSE(validator.errors(lacking).empty());
}

TEST_CASE("JSON holds shares, seconds and never", "[scenarios][compare]") {
  const auto json = boost::json::parse(comparison_json(tests::synthetic_comparison(), {}));
  const auto& metrics = json.at("scenarios").at(1).at("schemes").at(0).at("metrics");
  CHECK(metrics.at("agreement_availability").at("mean").as_double() == 0.5);
  CHECK(metrics.at("merge").at("p5").as_double() == 40.0);
  CHECK(metrics.at("merge").at("median").as_string() == "never");
  CHECK(metrics.at("detect_last").at("median").is_null());
}

TEST_CASE("text that is not UTF-8 is mended in JSON", "[scenarios][compare]") {
  Comparison comparison = tests::synthetic_comparison();
  comparison.plan.sources = {"a\xff.toml"};
  const auto json = boost::json::parse(comparison_json(comparison, {}));
  CHECK(json.at("plan").at("sources").at(0).as_string() == "a\xef\xbf\xbd.toml");
}

TEST_CASE("the table ends with the overview and the verdict, and names every scheme",
          "[scenarios][compare]") {
  const std::string table = comparison_table(tests::synthetic_comparison(), 100, false);
  const std::size_t overview = table.find("Agreement, and what went wrong");
  const std::size_t verdict = table.find("BAD      In your file 192.0.2.1 is the only well-known");
  REQUIRE(verdict != std::string::npos);
  CHECK(table.find("Assumptions") < overview);
  CHECK(overview < verdict);
  CHECK(mentions(table, "  made_up_restart  50.00 % never merged  "));
  CHECK(mentions(table, "\n         see it: splitscope compare "));
  CHECK(mentions(table, "merge: 19 of 20 never"));
  CHECK(mentions(table, "+40.00 points"));
  CHECK(mentions(table, "not exposed (nothing touched) in 20 of 20 runs"));
  CHECK(mentions(table, "Everything here is synthetic."));
  for (const char* scheme : {"your list", "n1 and n2", "multicast"}) CHECK(mentions(table, scheme));
}

TEST_CASE("the table keeps to its width and drops the last columns first", "[scenarios][compare]") {
  const Comparison comparison = tests::synthetic_comparison();
  for (const std::size_t width : {60u, 80u, 100u, 200u}) {
    CHECK(longest_line(comparison_table(comparison, width, false)) <= width);
  }
  const std::string narrow = comparison_table(comparison, 60, false);
  CHECK(mentions(narrow, "agreement"));
  CHECK_FALSE(mentions(narrow, "msg/min"));
  CHECK(mentions(comparison_table(comparison, 100, false), "msg/min"));
}

TEST_CASE("colour is written only when asked for", "[scenarios][compare]") {
  const Comparison comparison = tests::synthetic_comparison();
  CHECK_FALSE(mentions(comparison_table(comparison, 100, false), "\x1b["));
  CHECK(mentions(comparison_table(comparison, 100, true), "\x1b[31;1mBAD"));
}
