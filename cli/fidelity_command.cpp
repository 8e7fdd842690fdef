// splitscope fidelity: the recorded scenarios played over many seeds, held against what real
// clusters did.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/fidelity_on_sockets.hpp"
#include "cli/terminal.hpp"
#include "cli/usage_error.hpp"
#include "cli/worlds.hpp"
#include "engine/base/duration_text.hpp"
#include "engine/lab/host_namespace.hpp"
#include "engine/trace/output_file.hpp"
#include "scenarios/fidelity/fidelity_json.hpp"
#include "scenarios/fidelity/fidelity_text.hpp"
#include "scenarios/fidelity/sim_fidelity_runner.hpp"
#include "scenarios/import/source_file.hpp"
#include "viz/report/fidelity_page.hpp"

namespace splitscope::cli {
namespace {

namespace fs = std::filesystem;
using scenarios::FidelityTask;

constexpr const char* SeedsOfSim = "200";
constexpr const char* SeedsOfSockets = "3";

struct FidelityArguments {
  std::string world = "sim";
  std::vector<std::string> only;
  std::vector<std::string> versions;
  std::string seeds;  // empty: SeedsOfSim or SeedsOfSockets
  std::uint32_t jobs = 0;
  std::string recordings = SPLITSCOPE_RECORDINGS;
  std::string json_path;
  std::string html_path;
  std::string markdown_path;
  bool all = false;
  bool may_be_long = false;
};

base::Result<std::string> read_text(const fs::path& path) {
  const auto file = scenarios::read_source_file(path.string());
  if (!file.has_value()) return std::unexpected(file.error());
  return file->text;
}

bool is_wanted(const std::vector<std::string>& wanted, const std::string& name) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
}

// Scenarios that were asked for by name and have a script, but no recording.
void add_unrecorded(const FidelityArguments& arguments,
                    std::vector<scenarios::RecordedScenario>& scenarios) {
  const std::vector<std::string> versions = arguments.versions.empty()
                                                ? std::vector<std::string>{"3.12.13", "5.3.8"}
                                                : arguments.versions;
  for (const std::string& label : arguments.only) {
    const bool recorded =
        std::any_of(scenarios.begin(), scenarios.end(),
                    [&](const auto& scenario) { return scenario.label == label; });
    if (recorded) continue;
    for (const std::string& version : versions) scenarios.push_back({label, version, {}});
  }
}

base::Result<std::vector<FidelityTask>> tasks_of(const FidelityArguments& arguments) {
  const fs::path folder(arguments.recordings);
  const auto csv = read_text(folder / "recorded.csv");
  if (!csv.has_value()) return std::unexpected(csv.error());
  auto recorded = scenarios::read_recorded(*csv);
  if (!recorded.has_value()) {
    return base::failure((folder / "recorded.csv").string() + ": " + recorded.error().message);
  }
  add_unrecorded(arguments, *recorded);
  std::vector<FidelityTask> tasks;
  for (scenarios::RecordedScenario& scenario : *recorded) {
    if (!is_wanted(arguments.only, scenario.label)) continue;
    if (!is_wanted(arguments.versions, scenario.version)) continue;
    if (!scenarios::SimFidelityRunner::can_play(scenario.version)) continue;
    const std::string path = "scenarios/fidelity/" + scenario.label + ".lua";
    auto script = read_text(folder / (scenario.label + ".lua"));
    if (!script.has_value()) return std::unexpected(script.error());
    tasks.push_back({std::move(scenario), path, std::move(*script)});
  }
  if (tasks.empty()) {
    return base::failure("nothing to play: --only takes the names of " + folder.string() +
                         "/*.lua, --version 3.12.2, 3.12.13 or 5.3.8");
  }
  return tasks;
}

base::Result<std::vector<scenarios::KnownMiss>> known_misses(const FidelityArguments& arguments) {
  const fs::path path = fs::path(arguments.recordings) / "known_misses.csv";
  const auto csv = read_text(path);
  if (!csv.has_value()) return std::unexpected(csv.error());
  auto known = scenarios::read_known_misses(*csv);
  if (!known.has_value()) return base::failure(path.string() + ": " + known.error().message);
  return known;
}

// The files that were asked for; opened before anything runs, there when they are whole.
class FidelityReports {
 public:
  base::Result<void> open(const FidelityArguments& arguments) {
    for (const auto& [path, file] :
         {std::pair(&arguments.json_path, &json_), std::pair(&arguments.html_path, &html_),
          std::pair(&arguments.markdown_path, &markdown_)}) {
      if (path->empty()) continue;
      auto opened = trace::OutputFile::create(*path);
      if (!opened.has_value()) return std::unexpected(opened.error());
      file->emplace(std::move(*opened));
    }
    if (!markdown_) return {};
    auto preface = read_text(fs::path(arguments.recordings) / "preface.md");
    if (!preface.has_value()) return std::unexpected(preface.error());
    preface_ = std::move(*preface);
    return {};
  }

  base::Result<void> write(const scenarios::Fidelity& fidelity,
                           const std::vector<scenarios::KnownMiss>& known) {
    if (json_) json_->stream() << scenarios::fidelity_json(fidelity);
    if (markdown_) markdown_->stream() << scenarios::fidelity_markdown(fidelity, known, preface_);
    if (html_) html_->stream() << viz::fidelity_page(fidelity, known);
    for (auto* file : {&json_, &html_, &markdown_}) {
      if (!file->has_value()) continue;
      if (auto saved = (*file)->commit(); !saved.has_value()) return saved;
    }
    return {};
  }

 private:
  std::string preface_;
  std::optional<trace::OutputFile> json_;
  std::optional<trace::OutputFile> html_;
  std::optional<trace::OutputFile> markdown_;
};

scenarios::ScriptOptions script_options(const FidelityArguments& arguments) {
  scenarios::ScriptOptions script;
  script.load_module = [folder = fs::path(arguments.recordings)](std::string_view name) {
    return read_text(folder / (std::string(name) + ".lua"));
  };
  return script;
}

// Leaves out what is too long for real time, and says how long the rest takes.
base::Result<void> announce_on_sockets(const FidelityArguments& arguments, const SeedRange& seeds,
                                       std::vector<FidelityTask>& tasks) {
  std::vector<std::string> too_long;
  const auto once = keep_short_tasks(tasks, script_options(arguments), seeds.first, too_long);
  if (!once.has_value()) return std::unexpected(once.error());
  for (const std::string& task : too_long) {
    std::fprintf(stderr, "not played, since it lasts longer than two minutes: %s\n", task.c_str());
  }
  if (tasks.empty()) return base::failure("nothing is left to play on real sockets");
  const base::Duration expected = *once * static_cast<std::int64_t>(seeds.count);
  const std::string text = base::to_text(expected);
  if (expected > LongRun && !arguments.may_be_long) {
    return base::failure(fmt::format(
        "{} scenarios, {} times each, would take about {} of real time; add --long, or choose by "
        "--only, --version and --seeds",
        tasks.size(), seeds.count, text));
  }
  std::fprintf(stderr, "%zu scenarios, %llu times each: expected to take %s, as in the simulator\n",
               tasks.size(), static_cast<unsigned long long>(seeds.count), text.c_str());
  if (auto entered = lab::enter_user_namespace_if_needed(); !entered.has_value()) return entered;
  // What the system refuses is said before the runs.
  const auto host = lab::make_host_namespace(base::ipv4(10, 0, 0, 1));
  if (!host.has_value()) return std::unexpected(host.error());
  return {};
}

scenarios::Fidelity measure(const FidelityArguments& arguments, const SeedRange& seeds,
                            const std::vector<FidelityTask>& tasks,
                            const scenarios::MemberKind* members) {
  const scenarios::ScriptOptions script = script_options(arguments);
  const bool on_sockets = members != nullptr;
  std::optional<lab::Interrupt> interrupt;
  std::unique_ptr<scenarios::FidelityRunner> runner;
  if (on_sockets) {
    interrupt.emplace();
    runner = std::make_unique<SocketFidelityRunner>(script, *members, *interrupt);
  } else {
    runner = std::make_unique<scenarios::SimFidelityRunner>(script);
  }
  ProgressBar bar("runs");
  return scenarios::measure_fidelity(
      tasks, *runner,
      {.first_seed = seeds.first,
       .seeds = seeds.count,
       .jobs = on_sockets ? 1 : arguments.jobs,
       .progress = [&bar](std::size_t done, std::size_t total) { bar.update(done, total); }});
}

int fidelity(const FidelityArguments& arguments) {
  const bool on_sockets = arguments.world == "sockets";
  if (arguments.world != "sim" && !on_sockets) {
    return usage_error("fidelity", "--world " + arguments.world + ": write sim or sockets");
  }
  const auto seeds = parse_seeds(!arguments.seeds.empty() ? arguments.seeds
                                 : on_sockets             ? SeedsOfSockets
                                                          : SeedsOfSim);
  if (!seeds.has_value()) return usage_error("fidelity", seeds.error().message);
  auto tasks = tasks_of(arguments);
  if (!tasks.has_value()) return usage_error("fidelity", tasks.error().message);
  const auto known = known_misses(arguments);
  if (!known.has_value()) return usage_error("fidelity", known.error().message);
  std::unique_ptr<scenarios::MemberKind> members;
  if (on_sockets) {
    auto opened = open_members({arguments.world, {}});
    if (!opened.has_value()) return usage_error("fidelity", opened.error().message);
    members = std::move(*opened);
    if (auto told = announce_on_sockets(arguments, *seeds, *tasks); !told.has_value()) {
      return usage_error("fidelity", told.error().message);
    }
  }
  FidelityReports reports;
  if (const auto opened = reports.open(arguments); !opened.has_value()) {
    return usage_error("fidelity", opened.error().message);
  }
  const scenarios::Fidelity result = measure(arguments, *seeds, *tasks, members.get());
  if (!result.error.empty()) {
    (void)usage_error("fidelity", result.error);
    return result.is_our_bug ? 70 : 2;
  }
  std::fputs(scenarios::fidelity_table(result, *known, arguments.all, wants_colour()).c_str(),
             stdout);
  if (const auto written = reports.write(result, *known); !written.has_value()) {
    return usage_error("fidelity", written.error().message);
  }
  return scenarios::bars_of(result).are_met() ? 0 : 1;
}

}  // namespace

void add_fidelity(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<FidelityArguments>();
  CLI::App* command =
      app.add_subcommand("fidelity", "Hold predictions against recordings of real clusters");
  command->add_option("--world", arguments->world,
                      "Where the scenarios are played: sim, or sockets (real members)");
  command->add_option("--only", arguments->only, "Scenarios, by name: g_split_2_3,e_kill_master")
      ->delimiter(',');
  command->add_option("--version", arguments->versions, "Versions of Hazelcast: 5.3.8,3.12.13")
      ->delimiter(',');
  command->add_option("--seeds", arguments->seeds,
                      "How many seeds (200; on real sockets 3), or which: 17..23");
  command->add_option("--jobs", arguments->jobs, "Threads; 0 = one a core");
  command->add_option("--recordings", arguments->recordings,
                      "Folder with recorded.csv and the scripts");
  command->add_flag("--long", arguments->may_be_long,
                    "Let real sockets take more than ten minutes");
  command->add_flag("--all", arguments->all, "Print every metric, not only those that miss");
  command->add_option("--json", arguments->json_path, "Write the figures as JSON");
  command->add_option("--html", arguments->html_path, "Write a page to read");
  command->add_option("--markdown", arguments->markdown_path, "Write docs/fidelity.md");
  command->footer(
      "Examples:\n"
      "  splitscope fidelity\n"
      "  splitscope fidelity --only g_split_2_3 --version 5.3.8 --seeds 50 --all\n"
      "  splitscope fidelity --world sockets --only e_kill_member,e_kill_master --all\n"
      "  splitscope fidelity --markdown docs/fidelity.md\n\n"
      "Exit code 1 where a bar is missed; docs/fidelity.md names the bars.");
  command->callback([arguments, &exit_code] { exit_code = fidelity(*arguments); });
}

}  // namespace splitscope::cli
