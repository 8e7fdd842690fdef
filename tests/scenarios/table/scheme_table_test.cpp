#include "scenarios/table/scheme_table.hpp"

#include <catch2/catch.hpp>

#include "scenarios/table/table_text.hpp"

using namespace splitscope;
using namespace splitscope::scenarios;
using Catch::Matchers::Contains;

namespace {

TableCell cell_with(std::initializer_list<std::pair<Bearing, std::uint32_t>> evidence) {
  TableCell cell{.documented = "A sentence", .evidence = {}};
  for (const auto& [bearing, as_said] : evidence) {
    Evidence one;
    one.spec.bearing = bearing;
    one.runs = 3;
    one.as_said = as_said;
    cell.evidence.push_back(one);
  }
  return cell;
}

base::Result<SchemeTable> table_of(const EvidenceClaim& evidence, const std::string& script) {
  const std::vector<DocumentedRow> rows{{"Row", {"A sentence", {evidence}}, {}, {}}};
  return derive_table(
      rows, {.first_seed = 5, .seeds = 3, .jobs = 1, .load = [&script](const std::string&) {
               return script;
             }});
}

// Members agree; whether they may is said by `words`.
std::string script_with(const std::string& expectation) {
  return "-- Two members meet, which takes them some seconds.\nscenario { \"Two\" }\n"
         "local c = cluster { scheme = multicast {}, members = 2 }\nc:start()\n"
         "run_until(c:agreed(), \"2m\")\n" +
         expectation;
}

}  // namespace

TEST_CASE("a cell's verdict follows from its evidence", "[scenarios][table]") {
  using enum Bearing;
  CHECK(cell_with({{Confirms, 3}}).verdict() == CellVerdict::Holds);
  CHECK(cell_with({{Confirms, 3}, {Refines, 3}}).verdict() == CellVerdict::HoldsInPart);
  CHECK(cell_with({{Confirms, 3}, {Contradicts, 3}}).verdict() == CellVerdict::NotAsSaid);
  CHECK(cell_with({{Confirms, 3}, {Refines, 2}}).verdict() == CellVerdict::NotShown);
  CHECK(cell_with({}).verdict() == CellVerdict::NotShown);
}

TEST_CASE("evidence that passes with every seed is shown, with its expectations",
          "[scenarios][table]") {
  EvidenceClaim spec;
  spec.scenario = "two";
  const auto table = table_of(spec, script_with("expect(c:agreed(), \"they agree\")"));
  REQUIRE(table.has_value());
  const Evidence& evidence = table->rows.front().multicast.evidence.front();
  CHECK(evidence.is_shown());
  CHECK(evidence.outcome == "they agree");
  CHECK(table->is_shown());
  CHECK_THAT(table_markdown(*table),
             Contains("**holds**") && Contains("3 of 3") && Contains("two.lua --seed 5"));
}

TEST_CASE("evidence that fails names the run and takes its cell away", "[scenarios][table]") {
  EvidenceClaim spec;
  spec.scenario = "two";
  const std::string wrong = script_with("expect(c:islands():equals(2), \"they part\")");
  const auto table = table_of(spec, wrong);
  REQUIRE(table.has_value());
  CHECK_FALSE(table->is_shown());
  CHECK_THAT(table_for_terminal(*table, 100, false),
             Contains("not shown") && Contains("they part") && Contains("--seed 5"));
  // Unless that is what it is to show.
  spec.wants_pass = false;
  CHECK(table_of(spec, wrong)->is_shown());
}

TEST_CASE("a scenario that is wrong ends the table with a sentence", "[scenarios][table]") {
  EvidenceClaim spec;
  spec.scenario = "two";
  const auto table = table_of(spec, "-- Wrong.\nkil(1)");
  REQUIRE_FALSE(table.has_value());
  CHECK_THAT(table.error().message, Contains("two.lua:2:"));
}
