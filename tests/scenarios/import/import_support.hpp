// Shared by the importer's tests: files from text or from data/, values of placeholders, and errors
// as text.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/import/import.hpp"
#include "scenarios/import/lint.hpp"

namespace splitscope::tests {

using scenarios::SourceFile;

// tests/scenarios/import/data/<name>, under its bare name.
SourceFile data_file(const std::string& name);

// A look-up over these names alone.
scenarios::Placeholders values(std::map<std::string, std::string, std::less<>> names = {});

// Imports and fails the test on an error.
scenarios::ImportedConfig imported(std::vector<SourceFile> files,
                                   const scenarios::Placeholders& placeholders = values());
// The error of an import that must fail; a success fails the test.
std::string import_error(std::vector<SourceFile> files,
                         const scenarios::Placeholders& placeholders = values());

std::vector<scenarios::LintFinding> linted(const std::vector<SourceFile>& files,
                                           const scenarios::LintOptions& options = {});
// The first finding of a rule, or null.
const scenarios::LintFinding* finding_of(const std::vector<scenarios::LintFinding>& findings,
                                         std::string_view rule);

// "[clustering]" with these lines, as deployment.toml.
SourceFile toml(std::string_view lines, std::string path = "deployment.toml");
// A whole WKA node: host, and the list as TOML writes it.
SourceFile wka_toml(std::string path, std::string_view host, std::string_view members,
                    std::string_view more = "");
// "<clustering enable="true">" with these elements, as axis2.xml.
SourceFile axis2(std::string_view elements, std::string path = "axis2.xml");
// "<hazelcast>" with these elements, as hazelcast.xml.
SourceFile hazelcast_xml(std::string_view elements, std::string path = "hazelcast.xml");

}  // namespace splitscope::tests
