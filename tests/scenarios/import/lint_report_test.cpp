// The forms that findings are written in, and the page that explains the rules.
#include "scenarios/import/lint_report.hpp"

#include <fstream>
#include <iterator>
#include <set>

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "import_support.hpp"
#include "scenarios/import/lint_rules.hpp"
#include "scenarios/import/member_list.hpp"

namespace splitscope::tests {
namespace {

namespace json = boost::json;
using scenarios::LintFinding;
using scenarios::Severity;

std::string source_text(const std::string& path) {
  std::ifstream stream(fmt::format("{}/{}", SPLITSCOPE_SOURCE, path));
  REQUIRE(stream.is_open());
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<LintFinding> some_findings() {
  return {{"L-WKA-ONE", Severity::Warning, {"conf/my \"node\".toml", 7}, "It \"breaks\".", "Mend."},
          {"L-OFF", Severity::Error, {"b.toml", 0}, "Nothing.", "Write."}};
}

TEST_CASE("lint report: plain text has a block for each finding and a count",
          "[scenarios][import]") {
  CHECK(scenarios::to_plain_text(some_findings()) ==
        "conf/my \"node\".toml:7: warning: there is exactly one well-known member [L-WKA-ONE]\n"
        "  It \"breaks\".\n  Mend.\n"
        "b.toml:1: error: clustering is off [L-OFF]\n  Nothing.\n  Write.\n"
        "1 error, 1 warning, 0 notes\n");
  CHECK(scenarios::to_plain_text({}) == "0 errors, 0 warnings, 0 notes\n");
}

TEST_CASE("lint report: JSON holds all that a finding has", "[scenarios][import]") {
  const json::value report = json::parse(scenarios::to_json(some_findings()));
  CHECK(report.at("errors").to_number<int>() == 1);
  CHECK(report.at("warnings").to_number<int>() == 1);
  CHECK(report.at("notes").to_number<int>() == 0);
  const json::array& findings = report.at("findings").as_array();
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].at("rule") == "L-WKA-ONE");
  CHECK(findings[0].at("severity") == "warning");
  CHECK(findings[0].at("file") == "conf/my \"node\".toml");
  CHECK(findings[0].at("line").to_number<int>() == 7);
  CHECK(findings[0].at("title") == "there is exactly one well-known member");
  CHECK(findings[0].at("consequence") == "It \"breaks\".");
  CHECK(findings[0].at("mend") == "Mend.");
  CHECK(findings[1].at("line").to_number<int>() == 1);
}

TEST_CASE("lint report: SARIF 2.1.0 with its required members", "[scenarios][import]") {
  const json::value log = json::parse(scenarios::to_sarif(some_findings()));
  CHECK(log.at("version") == "2.1.0");
  CHECK(log.at("$schema").is_string());
  REQUIRE(log.at("runs").as_array().size() == 1);
  const json::value& run = log.at("runs").as_array()[0];
  const json::value& driver = run.at("tool").at("driver");
  CHECK(driver.at("name") == "splitscope");
  const json::array& rules = driver.at("rules").as_array();
  REQUIRE(rules.size() == scenarios::lint_rules().size());
  for (const json::value& rule : rules) {
    CHECK(rule.at("id").is_string());
    CHECK(rule.at("shortDescription").at("text").is_string());
    CHECK(rule.at("help").at("text").is_string());
    const json::string& level = rule.at("defaultConfiguration").at("level").as_string();
    CHECK((level == "error" || level == "warning" || level == "note"));
  }
  const json::array& results = run.at("results").as_array();
  REQUIRE(results.size() == 2);
  for (const json::value& result : results) {
    const auto index = result.at("ruleIndex").to_number<std::size_t>();
    REQUIRE(index < rules.size());
    CHECK(rules[index].at("id") == result.at("ruleId"));
    CHECK(result.at("message").at("text").is_string());
    const json::value& location = result.at("locations").as_array().at(0).at("physicalLocation");
    CHECK(location.at("artifactLocation").at("uri").is_string());
    CHECK(location.at("region").at("startLine").to_number<int>() >= 1);
  }
  CHECK(results[0].at("level") == "warning");
  CHECK(results[0]
            .at("locations")
            .as_array()[0]
            .at("physicalLocation")
            .at("artifactLocation")
            .at("uri") == "conf/my%20%22node%22.toml");
}

TEST_CASE("lint report: SARIF without findings has an empty list of results",
          "[scenarios][import]") {
  const json::value log = json::parse(scenarios::to_sarif({}));
  CHECK(log.at("runs").as_array()[0].at("results").as_array().empty());
}

TEST_CASE("lint rules: ids are unique, titles are one line, texts are sentences",
          "[scenarios][import]") {
  std::set<std::string_view> ids;
  for (const scenarios::LintRule& rule : scenarios::lint_rules()) {
    INFO(rule.id);
    CHECK(ids.insert(rule.id).second);
    CHECK(rule.id.starts_with("L-"));
    CHECK_FALSE(rule.title.ends_with('.'));
    CHECK(rule.help.ends_with('.'));
    CHECK(scenarios::find_lint_rule(rule.id)->title == rule.title);
  }
  CHECK(scenarios::find_lint_rule("L-NONE") == nullptr);
}

// Line breaks of the page do not matter.
std::string unwrapped(std::string text) {
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  return text;
}

TEST_CASE("docs/lint.md: explains every rule with the table's own words",
          "[scenarios][import][docs]") {
  const std::string page = unwrapped(source_text("docs/lint.md"));
  for (const scenarios::LintRule& rule : scenarios::lint_rules()) {
    INFO(rule.id);
    CHECK(page.find(fmt::format("### {}: {} ", rule.id, rule.title)) != std::string::npos);
    CHECK(page.find(fmt::format("Usually {}. {}",
                                rule.severity == Severity::Error     ? "an error"
                                : rule.severity == Severity::Warning ? "a warning"
                                                                     : "a note",
                                rule.help)) != std::string::npos);
  }
}

TEST_CASE("docs/examples: the example deployment.toml is two well-known members of three nodes",
          "[scenarios][import][docs]") {
  const SourceFile file{"deployment.toml", source_text("docs/examples/deployment.toml")};
  const auto result = imported({file}, values({{"NODE_IP", "10.60.4.11"}}));
  CHECK(result.config.scheme == schemes::SchemeKind::Wka);
  CHECK(scenarios::listed_members(result.config.wka.members).size() == 2);
  CHECK(scenarios::default_member_count(result.config) == 3);
  CHECK(result.config.wso2);
  for (const LintFinding& finding : linted({file})) {
    INFO(finding.rule);
    CHECK(finding.severity != Severity::Error);
  }
}

}  // namespace
}  // namespace splitscope::tests
