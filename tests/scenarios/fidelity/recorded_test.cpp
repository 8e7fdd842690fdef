// Reading recordings, and what of a list of views counts as an outcome.
#include "scenarios/fidelity/recorded.hpp"

#include <fstream>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>

using namespace splitscope::scenarios;
using Catch::Matchers::Contains;

TEST_CASE("recorded: scenarios, versions and metrics come in the order of the file",
          "[scenarios]") {
  const auto read = read_recorded(
      "scenario,version,metric,values\n"
      "a,3.12.13,join_ms,148 ; 8123\na,3.12.13,views_at_end,n1:n1>n2 | n2:n1>n2\n"
      "a,5.3.8,join_ms,never\n");
  REQUIRE(read.has_value());
  REQUIRE(read->size() == 2);
  CHECK(read->front().version == "3.12.13");
  CHECK(read->front().metrics.front() == RecordedMetric{"join_ms", {"148", "8123"}});
  CHECK(read->back().metrics.front().values == std::vector<std::string>{"never"});
}

TEST_CASE("recorded: a line that cannot be is an error that names it", "[scenarios]") {
  const auto short_line = read_recorded("head\na,5.3.8,join_ms\n");
  REQUIRE(!short_line.has_value());
  CHECK_THAT(short_line.error().message, Contains("line 2"));
  const auto unsorted = read_recorded("head\na,5.3.8,x,1\nb,5.3.8,x,1\na,5.3.8,y,1\n");
  REQUIRE(!unsorted.has_value());
  CHECK_THAT(unsorted.error().message, Contains("line 4") && Contains("sort"));
}

TEST_CASE("recorded: views are who is with whom and who is master", "[scenarios]") {
  CHECK(is_views("view_at_end"));
  CHECK(is_views("n4_view"));
  CHECK(!is_views("view_changes"));
  CHECK(!is_views("heal_to_one_view_ms"));
  CHECK(!is_views("others_changed_view_after_cont"));
  CHECK(who_is_with_whom("n1:n1>n3>n2 | n4:n4") == "n1:{n1 n2 n3} n4:{n4}");
  CHECK(who_is_master("n1:n1>n3>n2 | n4:n4") == "n1:n1 n4:n4");
  CHECK(who_is_with_whom("n3>n2") == "{n2 n3}");
  CHECK(who_is_master("n3>n2") == "n3");
}

TEST_CASE("recorded: the recordings of this repository can be read, and each has its script",
          "[scenarios]") {
  std::ifstream file(SPLITSCOPE_SOURCE "/scenarios/fidelity/recorded.csv");
  REQUIRE(file.good());
  std::stringstream text;
  text << file.rdbuf();
  const auto read = read_recorded(text.str());
  REQUIRE(read.has_value());
  std::set<std::string> labels;
  for (const RecordedScenario& scenario : *read) {
    labels.insert(scenario.label);
    const std::ifstream script(SPLITSCOPE_SOURCE "/scenarios/fidelity/" + scenario.label + ".lua");
    CHECK(script.good());
  }
  CHECK(labels.size() == 45);
}
