#include "scenarios/import/lint_report.hpp"

#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "scenarios/import/lint_rules.hpp"

namespace splitscope::scenarios {
namespace {

namespace json = boost::json;

std::string_view title_of(const LintFinding& finding) {
  const LintRule* rule = find_lint_rule(finding.rule);
  return rule == nullptr ? std::string_view{} : rule->title;
}

std::uint32_t shown_line(const LintFinding& finding) {
  return std::max(finding.place.line, 1U);
}

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

// A relative reference as RFC 3986 has it.
std::string uri_of(std::string_view path) {
  constexpr std::string_view Plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
  std::string uri;
  for (const char c : path) {
    if (Plain.find(c) != Plain.npos) {
      uri.push_back(c);
    } else {
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return uri;
}

json::object sarif_text(std::string_view text) {
  return {{"text", text}};
}

json::array sarif_rules() {
  json::array rules;
  for (const LintRule& rule : lint_rules()) {
    rules.push_back(json::object{{"id", rule.id},
                                 {"shortDescription", sarif_text(rule.title)},
                                 {"fullDescription", sarif_text(rule.help)},
                                 {"help", sarif_text(rule.help)},
                                 {"defaultConfiguration", {{"level", to_text(rule.severity)}}}});
  }
  return rules;
}

json::object sarif_result(const LintFinding& finding) {
  const auto rules = lint_rules();
  const auto rule = std::find_if(rules.begin(), rules.end(), [&finding](const LintRule& each) {
    return each.id == finding.rule;
  });
  const json::object region{{"startLine", shown_line(finding)}};
  const json::object physical{{"artifactLocation", {{"uri", uri_of(finding.place.file)}}},
                              {"region", region}};
  const json::object location{{"physicalLocation", physical}};
  return {{"ruleId", finding.rule},
          {"ruleIndex", rule - rules.begin()},
          {"level", to_text(finding.severity)},
          {"message", sarif_text(fmt::format("{} {}", finding.consequence, finding.mend))},
          {"locations", json::array{location}}};
}

}  // namespace

FindingCounts count_findings(std::span<const LintFinding> findings) {
  FindingCounts counts;
  for (const LintFinding& finding : findings) {
    if (finding.severity == Severity::Error) ++counts.errors;
    if (finding.severity == Severity::Warning) ++counts.warnings;
    if (finding.severity == Severity::Note) ++counts.notes;
  }
  return counts;
}

std::string to_plain_text(std::span<const LintFinding> findings) {
  std::string text;
  for (const LintFinding& finding : findings) {
    text += fmt::format("{}:{}: {}: {} [{}]\n  {}\n  {}\n", finding.place.file, shown_line(finding),
                        to_text(finding.severity), title_of(finding), finding.rule,
                        finding.consequence, finding.mend);
  }
  const FindingCounts counts = count_findings(findings);
  text += fmt::format("{}, {}, {}\n", counted(counts.errors, "error"),
                      counted(counts.warnings, "warning"), counted(counts.notes, "note"));
  return text;
}

std::string to_json(std::span<const LintFinding> findings) {
  json::array list;
  for (const LintFinding& finding : findings) {
    list.push_back(json::object{{"rule", finding.rule},
                                {"severity", to_text(finding.severity)},
                                {"file", finding.place.file},
                                {"line", shown_line(finding)},
                                {"title", title_of(finding)},
                                {"consequence", finding.consequence},
                                {"mend", finding.mend}});
  }
  const FindingCounts counts = count_findings(findings);
  return json::serialize(json::object{{"findings", std::move(list)},
                                      {"errors", counts.errors},
                                      {"warnings", counts.warnings},
                                      {"notes", counts.notes}});
}

std::string to_sarif(std::span<const LintFinding> findings) {
  json::array results;
  for (const LintFinding& finding : findings) results.push_back(sarif_result(finding));
  const json::object driver{{"name", "splitscope"}, {"rules", sarif_rules()}};
  const json::object run{{"tool", {{"driver", driver}}}, {"results", std::move(results)}};
  return json::serialize(json::object{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                                      {"version", "2.1.0"},
                                      {"runs", json::array{run}}});
}

}  // namespace splitscope::scenarios
