// Findings in the forms that people and CI read. Pure; no colour.
#pragma once

#include <span>
#include <string>

#include "scenarios/import/lint.hpp"

namespace splitscope::scenarios {

// One block for each finding: "file:line: severity: title [rule]", what will happen, the mend; then
// a line that counts them.
std::string to_plain_text(std::span<const LintFinding> findings);
// {"findings": [{"rule", "severity", "file", "line", "title", "consequence", "mend"}], "errors",
// "warnings", "notes"}
std::string to_json(std::span<const LintFinding> findings);
// SARIF 2.1.0, one run, all rules of the table.
std::string to_sarif(std::span<const LintFinding> findings);

struct FindingCounts {
  std::size_t errors = 0;
  std::size_t warnings = 0;
  std::size_t notes = 0;
};
FindingCounts count_findings(std::span<const LintFinding> findings);

}  // namespace splitscope::scenarios
