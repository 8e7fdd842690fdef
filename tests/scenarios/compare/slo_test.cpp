#include "scenarios/compare/slo.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "tests/support/synthetic_comparison.hpp"

using namespace splitscope;
using namespace splitscope::scenarios;
using State = ObjectiveResult::State;

namespace {

std::vector<ObjectiveResult> judge_text(const std::string& text) {
  const auto slo = read_slo("slo.toml", text);
  INFO((slo.has_value() ? "" : slo.error().message));
  REQUIRE(slo.has_value());
  const Comparison comparison = tests::synthetic_comparison();
  REQUIRE(check_slo(*slo, comparison.plan).has_value());
  return evaluate_slo(*slo, comparison);
}

State judge_one(const std::string& keys) {
  const auto results = judge_text("[[objective]]\nscenario = \"made_up_restart\"\n" + keys);
  REQUIRE(results.size() == 1);
  return results.front().state;
}

std::string error_of(const std::string& text) {
  const auto slo = read_slo("slo.toml", text);
  return slo.has_value() ? "" : slo.error().message;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("an objective holds a statistic against its bound", "[scenarios][compare]") {
  // "your list": agreement 50 %, merge never in 19 of 20 runs.
  CHECK(judge_one("metric = \"agreement_availability\"\nmin = 50") == State::Met);
  CHECK(judge_one("metric = \"agreement_availability\"\nmin = 50.1") == State::Missed);
  CHECK(judge_one("metric = \"merge\"\nmax = \"10m\"") == State::Missed);
  CHECK(judge_one("metric = \"merge\"\nstatistic = \"p5\"\nmax = \"40s\"") == State::Met);
  CHECK(judge_one("metric = \"merge\"\nstatistic = \"p5\"\nmax = \"39s\"") == State::Missed);
  CHECK(judge_one("metric = \"merge\"\nstatistic = \"never\"\nmax = 95") == State::Met);
  CHECK(judge_one("metric = \"merge\"\nstatistic = \"never\"\nmax = 94.9") == State::Missed);
  CHECK(judge_one("metric = \"form\"\nstatistic = \"not_formed\"\nmax = 0") == State::Met);
  CHECK(judge_one("metric = \"messages\"\nmax = 100") == State::Met);
  CHECK(judge_one("metric = \"messages\"\nmax = 99") == State::Missed);
  CHECK(judge_one("metric = \"elect\"\nmax = \"1s\"") == State::NotMeasured);
}

TEST_CASE("an objective for every scheme and scenario has a result for each",
          "[scenarios][compare]") {
  const auto results =
      judge_text("[[objective]]\nscheme = \"*\"\nmetric = \"agreement_availability\"\nmin = 80");
  REQUIRE(results.size() == 6);
  CHECK(std::ranges::count(results, State::Missed, &ObjectiveResult::state) == 1);
  CHECK(is_missed(results));
}

TEST_CASE("a gate on which nothing was measured does not open", "[scenarios][compare]") {
  CHECK(is_missed(judge_text("[[objective]]\nmetric = \"elect\"\nmax = \"1s\"")));
  CHECK_FALSE(is_missed(judge_text("[[objective]]\nmetric = \"form\"\nmax = \"4s\"")));
}

TEST_CASE("runs that failed miss their objectives", "[scenarios][compare]") {
  Comparison comparison = tests::synthetic_comparison();
  comparison.outcomes[0][0][3].error = "no such member";
  summarize(comparison);
  const auto slo = read_slo("s", "[[objective]]\nmetric = \"form\"\nmax = \"1h\"");
  const auto results = evaluate_slo(*slo, comparison);
  REQUIRE(results.size() == 2);
  CHECK(results[0].state == State::Missed);
  CHECK(results[1].state == State::Met);
}

TEST_CASE("errors in an SLO file name file, line, key and mend", "[scenarios][compare]") {
  const std::string head = "[[objective]]\nmetric = \"merge\"\n";
  CHECK(error_of(head + "max = 3").starts_with("slo.toml:3: max: must be a time with a unit"));
  CHECK(
      error_of(head + "max = \"1m\"\nmin = \"1s\"").starts_with("slo.toml:3: max: stands beside"));
  CHECK(contains(error_of(head), "slo.toml:1: max: is missing"));
  CHECK(error_of(head + "maximum = \"1m\"").starts_with("slo.toml:3: maximum: is not a key"));
  CHECK(contains(error_of("[[objective]]\nmetric = \"speed\"\nmax = 1"), "slo.toml:2: metric"));
  CHECK(contains(error_of("[[objective]]\nmetric = \"speed\"\nmax = 1"), "write one of agreement"));
  CHECK(contains(error_of(head + "statistic = \"p99\"\nmax = \"1s\""), "slo.toml:3: statistic"));
  CHECK(contains(error_of("[[objective]]\nmetric = \"agreement_availability\"\nmin = 101"),
                 "slo.toml:3: min: must be per cent"));
  CHECK(contains(error_of("[[objective]]\nmetric = \"messages\"\nmax = nan"), "slo.toml:3: max"));
  CHECK(contains(error_of("objectives = 3"), "slo.toml:1: objectives"));
  CHECK(contains(error_of(""), "slo.toml:1: objective: is missing"));
  CHECK(contains(error_of("a = = 3\n"), "slo.toml:1: "));
}

TEST_CASE("an objective on what is not compared is an error", "[scenarios][compare]") {
  const ComparisonPlan plan = tests::synthetic_plan();
  const auto check = [&](const std::string& key) {
    const auto slo = read_slo("s.toml", "[[objective]]\nmetric = \"form\"\nmax = \"1s\"\n" + key);
    REQUIRE(slo.has_value());
    const auto checked = check_slo(*slo, plan);
    return checked.has_value() ? "" : checked.error().message;
  };
  CHECK(check("").empty());
  CHECK(contains(check("scheme = \"n9\""), "s.toml:1: scheme: \"n9\" is not compared"));
  CHECK(contains(check("scenario = \"none\""), "made_up_quiet"));
}

TEST_CASE("\"your list\" is the first scheme whatever its name", "[scenarios][compare]") {
  Comparison comparison = tests::synthetic_comparison();
  comparison.plan.schemes[0].name = "multicast here";
  const auto slo = read_slo("s", "[[objective]]\nmetric = \"form\"\nmax = \"1h\"");
  CHECK(check_slo(*slo, comparison.plan).has_value());
  CHECK(evaluate_slo(*slo, comparison).front().scheme == "multicast here");
}

TEST_CASE("too many objectives are refused, the most allowed are not", "[scenarios][compare]") {
  std::string text;
  for (std::size_t i = 0; i < ObjectivesMax; ++i) {
    text += "[[objective]]\nmetric = \"form\"\nmax = \"1s\"\n";
  }
  CHECK(error_of(text).empty());
  CHECK(contains(error_of(text + "[[objective]]\nmetric = \"form\"\nmax = \"1s\"\n"),
                 "appears too often"));
}

TEST_CASE("JUnit counts failures and escapes what it quotes", "[scenarios][compare]") {
  const std::vector<ObjectiveResult> results{
      {.name = "a<b>&\"c\"",
       .scenario = "s",
       .scheme = "t",
       .state = State::Missed,
       .seen = "seen\x01",
       .wants = "at most 1"},
      {.name = "fine", .scenario = "s", .scheme = "t", .state = State::Met},
      {.name = "none", .scenario = "s", .scheme = "t", .state = State::NotMeasured}};
  const std::string xml = write_junit(results);
  CHECK(contains(xml, "tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\""));
  CHECK(contains(xml, "name=\"a&lt;b&gt;&amp;&quot;c&quot; (t)\""));
  CHECK(contains(xml, "<failure message=\"seen ; wanted at most 1\">"));
}

TEST_CASE("the example of the documentation is a valid SLO file", "[scenarios][compare]") {
  std::ifstream file(SPLITSCOPE_SOURCE "/docs/slo.md");
  std::stringstream page;
  page << file.rdbuf();
  const std::string text = page.str();
  const std::string fence = "```toml\n";
  const std::size_t begin = text.find(fence);
  REQUIRE(begin != std::string::npos);
  const std::size_t end = text.find("```", begin + fence.size());
  const auto slo =
      read_slo("slo.md", text.substr(begin + fence.size(), end - begin - fence.size()));
  REQUIRE(slo.has_value());
  CHECK(slo->objectives.size() == 3);
}
