// splitscope import-log: logs of a real incident to a timeline and a scenario.
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"
#include "cli/terminal.hpp"
#include "cli/usage_error.hpp"
#include "scenarios/incident/incident.hpp"
#include "scenarios/incident/incident_json.hpp"
#include "scenarios/incident/incident_text.hpp"
#include "scenarios/incident/skeleton.hpp"
#include "viz/report/incident_page.hpp"

namespace splitscope::cli {
namespace {

namespace incident = scenarios::incident;

struct ImportLogArguments {
  std::vector<std::string> files;
  std::vector<std::string> members;  // NAME=FILE
  std::string scenario_path;
  std::string html_path;
  std::string svg_path;
  std::string json_path;
  bool all = false;
};

base::Result<std::vector<incident::MemberLog>> read_logs(const ImportLogArguments& arguments) {
  std::vector<incident::MemberLog> logs;
  for (const std::string& file : arguments.files) {
    auto log = incident::read_log(file);
    if (!log.has_value()) return std::unexpected(log.error());
    logs.push_back(std::move(*log));
  }
  for (const std::string& text : arguments.members) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == text.size()) {
      return base::failure("--member " + text + ": write NAME=FILE, for example n1=first.log");
    }
    auto log = incident::read_log(text.substr(equals + 1), text.substr(0, equals));
    if (!log.has_value()) return std::unexpected(log.error());
    logs.push_back(std::move(*log));
  }
  return logs;
}

// Empty, or the first file that could not be written.
std::string write_files(const ImportLogArguments& arguments, const incident::Incident& story) {
  const auto fails = [](const std::string& path, const std::string& text) {
    return !path.empty() && !write_file(path, text);
  };
  if (fails(arguments.scenario_path, incident::to_scenario(story))) return arguments.scenario_path;
  if (fails(arguments.html_path, viz::incident_page(story))) return arguments.html_path;
  if (fails(arguments.svg_path, viz::incident_picture(story))) return arguments.svg_path;
  if (fails(arguments.json_path, incident::to_json(story))) return arguments.json_path;
  return {};
}

int import_log(const ImportLogArguments& arguments) {
  auto logs = read_logs(arguments);
  if (!logs.has_value()) return usage_error("import-log", logs.error().message);
  const auto story = incident::make_incident(std::move(*logs));
  if (!story.has_value()) return usage_error("import-log", story.error().message);
  if (const std::string unwritten = write_files(arguments, *story); !unwritten.empty()) {
    return usage_error("import-log", "cannot write " + unwritten);
  }
  std::fputs(incident::to_plain_text(*story, {.has_sights = arguments.all}).c_str(), stdout);
  return 0;
}

}  // namespace

void add_import_log(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<ImportLogArguments>();
  CLI::App* command = app.add_subcommand(
      "import-log", "Read the logs of a real incident: a timeline, and a scenario from it");
  command->add_option("files", arguments->files,
                      "Logs of members: Hazelcast 3.5 to 5.x, or wso2carbon.log; one a member");
  command->add_option("--member", arguments->members, "A log and its member's name: n1=FILE");
  command->add_option("--scenario", arguments->scenario_path,
                      "Write a scenario with the same order of events");
  command->add_option("--html", arguments->html_path,
                      "Write the timeline and its tables as a page");
  command->add_option("--svg", arguments->svg_path, "Write the timeline as a picture");
  command->add_option("--json", arguments->json_path,
                      "Write all as JSON (docs/incident.schema.json)");
  command->add_flag("--all", arguments->all, "Also list who saw what, line by line");
  command->footer(
      "Examples:\n"
      "  splitscope import-log n1.log n2.log n3.log --scenario incident.lua\n"
      "  splitscope import-log --member n1=first.log --member n2=second.log --html incident.html");
  command->callback([arguments, &exit_code] { exit_code = import_log(*arguments); });
}

}  // namespace splitscope::cli
