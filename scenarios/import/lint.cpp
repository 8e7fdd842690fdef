#include "scenarios/import/lint.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "engine/base/assert.hpp"
#include "scenarios/import/lint_checks.hpp"
#include "scenarios/import/lint_rules.hpp"

namespace splitscope::scenarios {
namespace {

void check_node(const LintNode& node, Findings& findings) {
  check_switches(node, findings);
  if (node.config().scheme == schemes::SchemeKind::None) return;
  check_names(node, findings);
  check_well_known(node, findings);
  check_addresses(node, findings);
  check_cloud(node, findings);
  check_timing(node, findings);
}

// Files stay in the order they were given in.
std::vector<LintFinding> sorted(std::vector<LintFinding> findings,
                                std::span<const SourceFile> files) {
  const auto file_index = [files](const LintFinding& finding) {
    return std::find_if(
               files.begin(), files.end(),
               [&finding](const SourceFile& file) { return file.path == finding.place.file; }) -
           files.begin();
  };
  const auto key = [&](const LintFinding& finding) {
    return std::make_tuple(file_index(finding), finding.place.line, finding.rule,
                           finding.consequence, finding.severity, finding.mend);
  };
  std::sort(findings.begin(), findings.end(),
            [&](const LintFinding& a, const LintFinding& b) { return key(a) < key(b); });
  // Lines of a hazelcast.properties are judged with each node that they belong to.
  findings.erase(std::unique(findings.begin(), findings.end()), findings.end());
  return findings;
}

}  // namespace

std::string_view to_text(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return "error";
    case Severity::Warning:
      return "warning";
    case Severity::Note:
      return "note";
  }
  return "unknown";
}

base::Result<KernelVersion> parse_kernel_version(std::string_view text) {
  KernelVersion version;
  std::string_view rest = text;
  bool is_whole = true;
  for (std::uint32_t* part : {&version.major, &version.minor, &version.patch}) {
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), *part);
    is_whole = is_whole && error == std::errc{};
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    const bool is_last = part == &version.patch;
    if (!is_last && rest.starts_with('.')) rest.remove_prefix(1);
  }
  if (!is_whole || !rest.empty()) {
    return base::failure(
        fmt::format("\"{}\" is no kernel version; write one such as 4.9.27", text.substr(0, 40)));
  }
  return version;
}

base::Result<std::vector<LintFinding>> lint_files(std::span<const SourceFile> files,
                                                  const Placeholders& placeholders,
                                                  const LintOptions& options) {
  const auto read = read_files(files, placeholders);
  if (!read) return std::unexpected(read.error());
  Findings findings;
  for (const ImportedNode& node : read->nodes) check_node({node, options}, findings);
  check_cluster(*read, options, findings);
  return sorted(findings.take(), files);
}

void Findings::add(std::string_view rule, const Place& place, Sentences sentences) {
  const LintRule* known = find_lint_rule(rule);
  SPLITSCOPE_ASSERT(known != nullptr);
  add(rule, known->severity, place, std::move(sentences));
}

void Findings::add(std::string_view rule, Severity severity, const Place& place,
                   Sentences sentences) {
  SPLITSCOPE_ASSERT(find_lint_rule(rule) != nullptr);
  findings_.push_back({std::string{rule}, severity, place, std::move(sentences.consequence),
                       std::move(sentences.mend)});
}

const Place& LintNode::place_of(std::string_view name) const {
  const Setting* setting = file().settings.find(name);
  return setting == nullptr ? file().section : setting->place;
}

const Place& LintNode::place_of_property(std::string_view name) const {
  const Setting* setting = file().properties.find(name);
  return setting == nullptr ? file().section : setting->place;
}

}  // namespace splitscope::scenarios
