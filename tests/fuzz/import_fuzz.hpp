// What must hold of any file that an importer is given: it ends, it names the place of each error,
// its findings lie within the file, and its reports are well-formed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "scenarios/import/import.hpp"
#include "scenarios/import/lint_report.hpp"

namespace splitscope::fuzz {

inline void require(bool holds) {
  if (!holds) std::abort();
}

inline void require_place(const base::Error& error, const std::string& path) {
  require(error.message.starts_with(path + ":"));
  require(error.message.find("; ") != std::string::npos);
}

inline void check_import(std::string path, const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::vector<scenarios::SourceFile> files{{path, text}};
  const scenarios::Placeholders values{[](std::string_view name) -> std::optional<std::string> {
    if (name.starts_with("X")) return std::nullopt;
    return std::string{name};
  }};
  const auto imported = scenarios::import_files(files, values);
  if (!imported) require_place(imported.error(), path);
  const auto findings = scenarios::lint_files(files, values, {});
  if (!findings) {
    require_place(findings.error(), path);
    require(!imported);
    return;
  }
  const auto lines = static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  for (const scenarios::LintFinding& finding : *findings) {
    require(finding.place.file == path);
    require(finding.place.line <= lines);
  }
  boost::json::error_code error;
  boost::json::parse(scenarios::to_sarif(*findings), error);
  require(!error);
  boost::json::parse(scenarios::to_json(*findings), error);
  require(!error);
}

}  // namespace splitscope::fuzz
