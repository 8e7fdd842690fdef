// splitscope compare: membership schemes on the same faults, on the user's own configuration.
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/terminal.hpp"
#include "scenarios/compare/comparison_json.hpp"
#include "scenarios/compare/comparison_table.hpp"
#include "scenarios/compare/plan.hpp"
#include "scenarios/compare/sim_cell_runner.hpp"
#include "scenarios/import/import.hpp"
#include "viz/report/html_report.hpp"

namespace splitscope::cli {
namespace {

namespace fs = std::filesystem;

// What is compared unless --scenarios says otherwise: a dozen failures that every scheme can meet.
constexpr std::array<std::string_view, 12> DefaultScenarios{"all_start_at_once",
                                                            "master_killed",
                                                            "master_paused",
                                                            "host_power_off",
                                                            "wka_sole_member_restarts",
                                                            "wka_down_then_newcomer",
                                                            "split_two_three",
                                                            "one_way_cut",
                                                            "partial_cut",
                                                            "multicast_blocked",
                                                            "loss_20_percent",
                                                            "rolling_restart"};

struct CompareArguments {
  std::vector<std::string> files;
  std::vector<std::string> settings;
  std::vector<std::string> scenarios;
  std::string library = SPLITSCOPE_LIBRARY;
  std::uint32_t members = 0;
  std::uint32_t seeds = 200;
  std::uint32_t jobs = 0;
  std::string profile;
  std::string site = "lan";
  std::string json_path;
  std::string html_path;
  std::string slo_path;
  std::string junit_path;
};

int usage_error(const std::string& message) {
  std::fprintf(stderr, "splitscope compare: %s\n", message.c_str());
  return 2;
}

base::Result<std::vector<scenarios::ScenarioText>> load_scenarios(
    const CompareArguments& arguments) {
  std::vector<std::string> names(arguments.scenarios);
  if (names.empty()) names.assign(DefaultScenarios.begin(), DefaultScenarios.end());
  std::vector<scenarios::ScenarioText> result;
  for (const std::string& name : names) {
    const bool is_path = name.ends_with(".lua");
    const std::string path =
        is_path ? name : (fs::path(arguments.library) / (name + ".lua")).string();
    const auto file = scenarios::read_source_file(path);
    if (!file.has_value()) {
      return base::failure(file.error().message +
                           "; scenarios are named as in scenarios/library, or by a .lua file");
    }
    scenarios::ScenarioText scenario;
    scenario.name = fs::path(path).stem().string();
    scenario.path = is_path ? name : "scenarios/library/" + name + ".lua";
    scenario.text = file->text;
    scenario.title = scenarios::script_summary(file->text);
    result.push_back(std::move(scenario));
  }
  return result;
}

base::Result<scenarios::ComparisonPlan> plan_of(const CompareArguments& arguments) {
  const auto settings = parse_settings(arguments.settings);
  if (!settings.has_value()) return std::unexpected(settings.error());
  std::vector<scenarios::SourceFile> files;
  for (const std::string& path : arguments.files) {
    auto file = scenarios::read_source_file(path);
    if (!file.has_value()) return std::unexpected(file.error());
    files.push_back(std::move(*file));
  }
  const auto imported = scenarios::import_files(files, placeholders_from(*settings));
  if (!imported.has_value()) return std::unexpected(imported.error());
  auto texts = load_scenarios(arguments);
  if (!texts.has_value()) return std::unexpected(texts.error());
  scenarios::PlanOptions options;
  if (arguments.members > 0) options.members = arguments.members;
  if (!arguments.profile.empty()) {
    options.profile = schemes::engine_named(arguments.profile);
    if (!options.profile.has_value()) {
      return base::failure("--profile " + arguments.profile + ": write hz-3.12 or hz-5.3");
    }
  }
  options.seeds = arguments.seeds;
  options.site = arguments.site;
  options.sources = arguments.files;
  options.scenarios = std::move(*texts);
  return scenarios::make_plan(*imported, options);
}

// A script that cannot run is the user's, and ends the comparison.
std::string first_error(const scenarios::Comparison& comparison) {
  for (const auto& scenario : comparison.summaries) {
    for (const scenarios::CellSummary& cell : scenario) {
      if (cell.errors > 0) return cell.first_error;
    }
  }
  return {};
}

// The objectives, checked against the plan before anything runs.
base::Result<std::optional<scenarios::SloFile>> load_objectives(
    const CompareArguments& arguments, const scenarios::ComparisonPlan& plan) {
  if (arguments.slo_path.empty()) return std::nullopt;
  const auto file = scenarios::read_source_file(arguments.slo_path);
  if (!file.has_value()) return std::unexpected(file.error());
  auto slo = scenarios::read_slo(arguments.slo_path, file->text);
  if (!slo.has_value()) return std::unexpected(slo.error());
  if (const auto fits = scenarios::check_slo(*slo, plan); !fits.has_value()) {
    return std::unexpected(fits.error());
  }
  return std::optional(std::move(*slo));
}

// Prints what was missed; the exit code of the gate.
int judge_objectives(const std::vector<scenarios::ObjectiveResult>& results) {
  for (const scenarios::ObjectiveResult& result : results) {
    if (result.state != scenarios::ObjectiveResult::State::Missed) continue;
    std::printf("missed: %s (%s, %s): %s, wanted %s\n", result.name.c_str(),
                result.scenario.c_str(), result.scheme.c_str(), result.seen.c_str(),
                result.wants.c_str());
  }
  return scenarios::is_missed(results) ? 1 : 0;
}

int compare(const CompareArguments& arguments) {
  const auto plan = plan_of(arguments);
  if (!plan.has_value()) return usage_error(plan.error().message);
  const auto slo = load_objectives(arguments, *plan);
  if (!slo.has_value()) return usage_error(slo.error().message);
  const scenarios::ScriptOptions script;
  scenarios::SimCellRunner runner(script);
  ProgressBar bar("runs");
  const scenarios::Comparison comparison = scenarios::run_comparison(
      *plan, runner,
      {.jobs = arguments.jobs,
       .progress = [&bar](std::size_t done, std::size_t total) { bar.update(done, total); }});
  if (const std::string error = first_error(comparison); !error.empty()) return usage_error(error);
  std::vector<scenarios::ObjectiveResult> objectives;
  if (slo->has_value()) objectives = scenarios::evaluate_slo(**slo, comparison);
  if (!arguments.junit_path.empty() &&
      !write_file(arguments.junit_path, scenarios::write_junit(objectives))) {
    return usage_error("cannot write " + arguments.junit_path);
  }
  if (!arguments.json_path.empty() &&
      !write_file(arguments.json_path, scenarios::comparison_json(comparison, objectives))) {
    return usage_error("cannot write " + arguments.json_path);
  }
  if (!arguments.html_path.empty() &&
      !write_file(arguments.html_path, viz::html_report(comparison, objectives))) {
    return usage_error("cannot write " + arguments.html_path);
  }
  std::fputs(scenarios::comparison_table(comparison, terminal_width(), wants_colour()).c_str(),
             stdout);
  return slo->has_value() ? judge_objectives(objectives) : 0;
}

}  // namespace

void add_compare(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<CompareArguments>();
  CLI::App* command =
      app.add_subcommand("compare", "Compare membership schemes on your own configuration");
  command->add_option("files", arguments->files, "Configuration files; one, or one for each node")
      ->required();
  command->add_option("--set", arguments->settings, "Value of a placeholder: NAME=VALUE");
  command->add_option("--members", arguments->members, "Members; by default what the files say");
  command->add_option("--seeds", arguments->seeds, "Seeds for each scheme and scenario (200)");
  command->add_option("--jobs", arguments->jobs, "Threads; 0 = one a core");
  command->add_option("--scenarios", arguments->scenarios, "Names of the library, or .lua files")
      ->delimiter(',');
  command->add_option("--profile", arguments->profile, "Engine: hz-3.12 or hz-5.3");
  command->add_option("--site", arguments->site, "lan, routed, vpc or multi-az");
  command->add_option("--library", arguments->library, "Where the scenarios are");
  command->add_option("--json", arguments->json_path, "Write the figures as JSON");
  command->add_option("--slo", arguments->slo_path, "Objectives (docs/slo.md): exit 1 if missed");
  command->add_option("--junit", arguments->junit_path, "Write the objectives as JUnit XML");
  command->add_option("--html", arguments->html_path, "Write a report to read and print");
  command->footer(
      "Examples:\n"
      "  splitscope compare deployment.toml\n"
      "  splitscope compare deployment.toml --seeds 50 --scenarios master_killed,split_two_three\n"
      "  splitscope compare node1.toml node2.toml --html report.html --json report.json");
  command->callback([arguments, &exit_code] { exit_code = compare(*arguments); });
}

}  // namespace splitscope::cli
