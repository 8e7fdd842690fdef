// The checks behind lint_files(), one function for each group of rules. For lint.cpp only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/import/lint.hpp"

namespace splitscope::scenarios {

// Collects findings; severities come from the table unless a check knows better.
class Findings {
 public:
  struct Sentences {
    std::string consequence;
    std::string mend;
  };
  void add(std::string_view rule, const Place& place, Sentences sentences);
  void add(std::string_view rule, Severity severity, const Place& place, Sentences sentences);
  std::vector<LintFinding> take() { return std::move(findings_); }

 private:
  std::vector<LintFinding> findings_;
};

// One node with what the options change: the engine.
struct LintNode {
  const ImportedNode& node;
  const LintOptions& options;

  const schemes::ClusterConfig& config() const { return node.config; }
  const NodeFile& file() const { return node.file; }
  schemes::Engine engine() const { return options.engine.value_or(node.config.engine); }
  // Where a setting stands, or where its section begins.
  const Place& place_of(std::string_view name) const;
  const Place& place_of_property(std::string_view name) const;
};

void check_switches(const LintNode& node, Findings& findings);  // off, case, unused
void check_names(const LintNode& node, Findings& findings);     // unknown, dead, twice
void check_well_known(const LintNode& node, Findings& findings);
void check_addresses(const LintNode& node, Findings& findings);  // loopback, multicast
void check_cloud(const LintNode& node, Findings& findings);
void check_timing(const LintNode& node, Findings& findings);
// What only several nodes together show.
void check_cluster(const ReadFiles& read, const LintOptions& options, Findings& findings);

}  // namespace splitscope::scenarios
