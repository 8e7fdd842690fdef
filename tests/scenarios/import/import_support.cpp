#include "import_support.hpp"

#include <algorithm>
#include <utility>

#include <catch2/catch.hpp>
#include <fmt/format.h>

namespace splitscope::tests {

SourceFile data_file(const std::string& name) {
  auto file = scenarios::read_source_file(
      fmt::format("{}/scenarios/import/data/{}", SPLITSCOPE_TEST_DATA, name));
  if (!file) FAIL(file.error().message);
  file->path = name;
  return *std::move(file);
}

scenarios::Placeholders values(std::map<std::string, std::string, std::less<>> names) {
  return {[names = std::move(names)](std::string_view name) -> std::optional<std::string> {
    const auto found = names.find(name);
    if (found == names.end()) return std::nullopt;
    return found->second;
  }};
}

scenarios::ImportedConfig imported(std::vector<SourceFile> files,
                                   const scenarios::Placeholders& placeholders) {
  auto result = scenarios::import_files(files, placeholders);
  if (!result) FAIL(result.error().message);
  return *std::move(result);
}

std::string import_error(std::vector<SourceFile> files,
                         const scenarios::Placeholders& placeholders) {
  const auto result = scenarios::import_files(files, placeholders);
  if (result) FAIL("the import succeeded");
  return result.error().message;
}

std::vector<scenarios::LintFinding> linted(const std::vector<SourceFile>& files,
                                           const scenarios::LintOptions& options) {
  auto findings = scenarios::lint_files(files, values(), options);
  if (!findings) FAIL(findings.error().message);
  return *std::move(findings);
}

const scenarios::LintFinding* finding_of(const std::vector<scenarios::LintFinding>& findings,
                                         std::string_view rule) {
  const auto found =
      std::find_if(findings.begin(), findings.end(),
                   [rule](const scenarios::LintFinding& finding) { return finding.rule == rule; });
  return found == findings.end() ? nullptr : &*found;
}

SourceFile toml(std::string_view lines, std::string path) {
  return {std::move(path), fmt::format("[clustering]\n{}\n", lines)};
}

SourceFile wka_toml(std::string path, std::string_view host, std::string_view members,
                    std::string_view more) {
  return toml(fmt::format("membership_scheme = \"wka\"\ndomain = \"d\"\n"
                          "local_member_host = \"{}\"\nmembers = [{}]\n{}",
                          host, members, more),
              std::move(path));
}

SourceFile axis2(std::string_view elements, std::string path) {
  return {std::move(path),
          fmt::format("<clustering enable=\"true\">\n{}\n</clustering>", elements)};
}

SourceFile hazelcast_xml(std::string_view elements, std::string path) {
  return {std::move(path), fmt::format("<hazelcast>\n{}\n</hazelcast>", elements)};
}

}  // namespace splitscope::tests
