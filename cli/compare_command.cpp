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
#include "cli/recordings.hpp"
#include "cli/terminal.hpp"
#include "cli/usage_error.hpp"
#include "engine/trace/output_file.hpp"
#include "scenarios/compare/cloud_variants.hpp"
#include "scenarios/compare/comparison_json.hpp"
#include "scenarios/compare/comparison_table.hpp"
#include "scenarios/compare/plan.hpp"
#include "scenarios/compare/replay.hpp"
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

// And what a cloud adds to them.
constexpr std::array<std::string_view, 6> CloudScenarios{
    "aws_steady",     "aws_throttled_start",         "aws_api_outage",
    "aws_clock_skew", "aws_terminated_still_listed", "aws_rolling_replacement"};

struct CompareArguments {
  std::vector<std::string> files;
  std::vector<std::string> settings;
  std::vector<std::string> scenarios;
  std::vector<std::string> schemes;
  std::string library = SPLITSCOPE_LIBRARY;
  std::optional<std::uint32_t> members;
  std::string seeds = "200";  // or "17..23"
  std::uint32_t jobs = 0;
  std::string profile;
  std::string site;
  std::string prices_path;
  std::string json_path;
  std::string html_path;
  std::string picture_path;
  std::string slo_path;
  std::string junit_path;
  std::string trace_path;
  std::string pcap_path;
};

base::Result<std::vector<scenarios::ScenarioText>> load_scenarios(const CompareArguments& arguments,
                                                                  bool is_in_cloud) {
  std::vector<std::string> names(arguments.scenarios);
  if (names.empty()) {
    names.assign(DefaultScenarios.begin(), DefaultScenarios.end());
    if (is_in_cloud) names.insert(names.end(), CloudScenarios.begin(), CloudScenarios.end());
  }
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
    scenario.is_of_library = !is_path;
    scenario.path = is_path ? name : "scenarios/library/" + name + ".lua";
    scenario.text = file->text;
    scenario.title = scenarios::script_summary(file->text);
    result.push_back(std::move(scenario));
  }
  return result;
}

base::Result<void> load_prices(const CompareArguments& arguments, scenarios::PlanOptions& options) {
  if (arguments.prices_path.empty()) return {};
  const auto file = scenarios::read_source_file(arguments.prices_path);
  if (!file.has_value()) return std::unexpected(file.error());
  const auto prices = scenarios::read_prices(arguments.prices_path, file->text);
  if (!prices.has_value()) return std::unexpected(prices.error());
  options.prices = *prices;
  options.prices_path = arguments.prices_path;
  return {};
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
  const bool is_in_cloud = scenarios::is_cloud_site(arguments.site) ||
                           scenarios::is_cloud_scheme(imported->config.scheme);
  auto texts = load_scenarios(arguments, is_in_cloud);
  if (!texts.has_value()) return std::unexpected(texts.error());
  scenarios::PlanOptions options;
  options.members = arguments.members;
  if (!arguments.profile.empty()) {
    options.profile = schemes::engine_named(arguments.profile);
    if (!options.profile.has_value()) {
      return base::failure("--profile " + arguments.profile + ": write hz-3.12 or hz-5.3");
    }
  }
  const auto seeds = parse_seeds(arguments.seeds);
  if (!seeds.has_value()) return std::unexpected(seeds.error());
  options.first_seed = seeds->first;
  options.seeds = seeds->count;
  options.schemes = arguments.schemes;
  options.site = arguments.site;
  options.sources = arguments.files;
  if (auto read = load_prices(arguments, options); !read.has_value()) {
    return std::unexpected(read.error());
  }
  for (const auto& [name, value] : *settings) options.placeholders.push_back(name);
  options.scenarios = std::move(*texts);
  return scenarios::make_plan(*imported, options);
}

// A run that could not be carried out ends the comparison: 2 where the script or the configuration
// is wrong, 70 where we are.
int report_errors(const scenarios::Comparison& comparison) {
  int code = 0;
  std::string first;
  for (const auto& schemes : comparison.outcomes) {
    for (const auto& runs : schemes) {
      for (const scenarios::RunOutcome& run : runs) {
        if (run.error.empty()) continue;
        if (first.empty() || (run.is_our_bug && code != 70)) first = run.error;
        code = scenarios::graver_exit_code(code, run.is_our_bug ? 70 : 2);
      }
    }
  }
  if (code != 0) (void)usage_error("compare", first);
  return code;
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

scenarios::Comparison run_with_progress(const scenarios::ComparisonPlan& plan,
                                        scenarios::SimCellRunner& runner, std::uint32_t jobs) {
  ProgressBar bar("runs");
  return scenarios::run_comparison(
      plan, runner, {.jobs = jobs, .progress = [&bar](std::size_t done, std::size_t total) {
                       bar.update(done, total);
                     }});
}

// The files that were asked for. They are opened before anything runs, so that a wrong path costs
// no time, and appear when they are whole.
class Reports {
 public:
  base::Result<void> open(const CompareArguments& arguments) {
    for (const auto& [path, file] :
         {std::pair(&arguments.json_path, &json_), std::pair(&arguments.html_path, &html_),
          std::pair(&arguments.picture_path, &picture_),
          std::pair(&arguments.junit_path, &junit_)}) {
      if (path->empty()) continue;
      auto opened = trace::OutputFile::create(*path);
      if (!opened.has_value()) return std::unexpected(opened.error());
      file->emplace(std::move(*opened));
    }
    return {};
  }

  base::Result<void> write(const scenarios::Comparison& comparison,
                           const std::vector<scenarios::ObjectiveResult>& objectives) {
    if (json_) json_->stream() << scenarios::comparison_json(comparison, objectives);
    if (html_) html_->stream() << viz::html_report(comparison, objectives);
    if (picture_) picture_->stream() << viz::overview_picture(comparison);
    if (junit_) junit_->stream() << scenarios::write_junit(objectives);
    for (auto* file : {&json_, &html_, &picture_, &junit_}) {
      if (!file->has_value()) continue;
      if (auto saved = (*file)->commit(); !saved.has_value()) return saved;
    }
    return {};
  }

 private:
  std::optional<trace::OutputFile> json_;
  std::optional<trace::OutputFile> html_;
  std::optional<trace::OutputFile> picture_;
  std::optional<trace::OutputFile> junit_;
};

// The one run of the plan again, with its trace and packets. Its digest is the comparison's, or we
// are wrong.
base::Result<void> record_run(const CompareArguments& arguments,
                              const scenarios::Comparison& comparison,
                              const scenarios::SimCellRunner& runner, Recordings& recordings) {
  if (arguments.trace_path.empty() && arguments.pcap_path.empty()) return {};
  const scenarios::Played played = runner.replay(
      scenarios::cell_at(comparison.plan, 0, 0, 0),
      [&](scenarios::SimWorld& world) { recordings.attach(world); },
      [&](scenarios::SimWorld& world, const scenarios::RunRecord&) { recordings.detach(world); });
  if (played.record.digest != comparison.outcomes[0][0][0].digest) {
    return base::failure("a bug of ours: the recorded run differs from the compared one");
  }
  return recordings.save(played);
}

base::Result<void> open_recordings(const CompareArguments& arguments,
                                   const scenarios::ComparisonPlan& plan, Recordings& recordings) {
  if (arguments.trace_path.empty() && arguments.pcap_path.empty()) return {};
  if (plan.scenarios.size() * plan.schemes.size() * plan.seeds.size() != 1) {
    return base::failure(
        "--trace and --pcap record one run: choose it with --scenarios, --schemes and --seeds, for "
        "example --scenarios master_killed --schemes multicast --seeds 17..17");
  }
  scenarios::RunSpec spec;
  spec.script_path = plan.scenarios.front().path;
  spec.seed = plan.seeds.front();
  return recordings.open(arguments.trace_path, arguments.pcap_path, spec,
                         scenarios::cell_command(plan, 0, 0, 0));
}

int compare(const CompareArguments& arguments) {
  if (!arguments.junit_path.empty() && arguments.slo_path.empty()) {
    return usage_error("compare",
                       "--junit writes the results of objectives: give them with --slo FILE");
  }
  const auto plan = plan_of(arguments);
  if (!plan.has_value()) return usage_error("compare", plan.error().message);
  const auto slo = load_objectives(arguments, *plan);
  if (!slo.has_value()) return usage_error("compare", slo.error().message);
  Reports reports;
  if (const auto opened = reports.open(arguments); !opened.has_value()) {
    return usage_error("compare", opened.error().message);
  }
  Recordings recordings;
  if (const auto opened = open_recordings(arguments, *plan, recordings); !opened.has_value()) {
    return usage_error("compare", opened.error().message);
  }
  const scenarios::ScriptOptions script;
  scenarios::SimCellRunner runner(script);
  const scenarios::Comparison comparison = run_with_progress(*plan, runner, arguments.jobs);
  if (const int code = report_errors(comparison); code != 0) return code;
  std::vector<scenarios::ObjectiveResult> objectives;
  if (slo->has_value()) objectives = scenarios::evaluate_slo(**slo, comparison);
  std::fputs(scenarios::comparison_table(comparison, terminal_width(), wants_colour()).c_str(),
             stdout);
  if (const auto written = reports.write(comparison, objectives); !written.has_value()) {
    return usage_error("compare", written.error().message);
  }
  const auto recorded = record_run(arguments, comparison, runner, recordings);
  if (!recorded.has_value()) return usage_error("compare", recorded.error().message);
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
  command->add_option("--seeds", arguments->seeds,
                      "How many seeds for each scheme and scenario (200), or which: 17..23");
  command->add_option("--jobs", arguments->jobs, "Threads; 0 = one a core");
  command->add_option("--scenarios", arguments->scenarios, "Names of the library, or .lua files")
      ->delimiter(',');
  command->add_option("--schemes", arguments->schemes, "Some of the schemes, by the report's names")
      ->delimiter(',');
  command->add_option("--profile", arguments->profile, "Engine: hz-3.12 or hz-5.3");
  command->add_option("--site", arguments->site,
                      "lan, routed, vpc or multi-az; by default what the files need");
  command->add_option("--prices", arguments->prices_path,
                      "What calls and instances cost (docs/examples/prices.toml)");
  command->add_option("--library", arguments->library, "Where the scenarios are");
  command->add_option("--json", arguments->json_path, "Write the figures as JSON");
  command->add_option("--slo", arguments->slo_path, "Objectives (docs/slo.md): exit 1 if missed");
  command->add_option("--junit", arguments->junit_path, "Write the objectives as JUnit XML");
  command->add_option("--html", arguments->html_path, "Write a report to read and print");
  command->add_option("--trace", arguments->trace_path, "Write the trace, where it is one run");
  command->add_option("--pcap", arguments->pcap_path, "Write the packets, where it is one run");
  command->add_option("--picture", arguments->picture_path, "Write the overview as SVG");
  command->footer(
      "Examples:\n"
      "  splitscope compare deployment.toml\n"
      "  splitscope compare deployment.toml --seeds 50 --scenarios master_killed,split_two_three\n"
      "  splitscope compare node1.toml node2.toml --html report.html --json report.json\n"
      "  splitscope compare deployment.toml --site multi-az --prices prices.toml\n"
      "  splitscope compare deployment.toml --slo slo.toml --junit slo.xml\n"
      "  splitscope compare deployment.toml --scenarios master_killed --schemes multicast \\\n"
      "    --seeds 17..17 --trace run.trace");
  command->callback([arguments, &exit_code] { exit_code = compare(*arguments); });
}

}  // namespace splitscope::cli
