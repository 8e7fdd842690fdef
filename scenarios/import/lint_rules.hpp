// The table of lint rules: names, one-line titles and the text that explains each. docs/lint.md
// shows the same.
#pragma once

#include <span>
#include <string_view>

#include "scenarios/import/lint.hpp"

namespace splitscope::scenarios {

struct LintRule {
  std::string_view id;
  Severity severity = Severity::Warning;  // usual; a finding may be graver or milder
  std::string_view title;                 // one line without a full stop
  std::string_view help;                  // one or two sentences
};

// Sorted by group; ids are unique and never change their meaning.
std::span<const LintRule> lint_rules();
// Null if there is no such rule.
const LintRule* find_lint_rule(std::string_view id);

}  // namespace splitscope::scenarios
