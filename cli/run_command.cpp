// splitscope run: one scenario script, for one seed or many.
#include <cstdio>
#include <filesystem>
#include <memory>
#include <mutex>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/recordings.hpp"
#include "cli/run_json.hpp"
#include "cli/run_on_sockets.hpp"
#include "cli/run_report.hpp"
#include "cli/terminal.hpp"
#include "cli/usage_error.hpp"
#include "cli/worlds.hpp"
#include "scenarios/import/source_file.hpp"
#include "scenarios/kit/worker_pool.hpp"

namespace splitscope::cli {
namespace {

namespace fs = std::filesystem;
using scenarios::Played;
using scenarios::RunSpec;
using scenarios::Verdict;

struct RunArguments {
  std::string script;
  std::uint64_t seed = 1;
  std::string seeds;  // "1..1000"
  std::vector<std::string> settings;
  std::uint32_t jobs = 0;
  std::string trace_path;
  std::string pcap_path;
  WorldName world;
  bool json = false;
  bool may_be_long = false;
};

scenarios::ScriptOptions script_options(const std::string& script_path) {
  scenarios::ScriptOptions options;
  const fs::path folder = fs::path(script_path).parent_path();
  options.load_module = [folder](std::string_view name) -> base::Result<std::string> {
    const fs::path path = folder / (std::string(name) + ".lua");
    auto file = scenarios::read_source_file(path.string());
    if (!file.has_value()) return std::unexpected(file.error());
    return file->text;
  };
  options.load_cluster = [folder](std::string_view path) {
    return load_cluster_spec((folder / path).string());
  };
  return options;
}

int run_one(const RunSpec& spec, const RunArguments& arguments) {
  scenarios::PlayOptions options;
  options.script = script_options(spec.script_path);
  Recordings recordings;
  const auto opened = recordings.open(arguments.trace_path, arguments.pcap_path, spec,
                                      scenarios::replay_command(spec));
  if (!opened.has_value()) return usage_error("run", opened.error().message);
  options.prepare = [&recordings](scenarios::SimWorld& world) { recordings.attach(world); };
  options.inspect = [&recordings](scenarios::SimWorld& world, const scenarios::RunRecord&) {
    recordings.detach(world);
  };
  const Played played = scenarios::play(spec, options);
  if (played.script.end == scenarios::ScriptOutcome::End::Error) {
    return usage_error("run", played.script.error);
  }
  const auto saved = recordings.save(played);
  if (!saved.has_value()) return usage_error("run", saved.error().message);
  if (arguments.json) {
    std::printf("%s\n", boost::json::serialize(run_to_json(spec, played)).c_str());
  } else {
    print_report(spec, played);
    if (!recordings.literal_path().empty()) {
      std::printf("  with every role and draw resolved: %s\n", recordings.literal_path().c_str());
    }
  }
  return exit_code_of(played);
}

// --- many seeds ---

struct SeedOutcome {
  std::uint64_t seed = 0;
  Verdict verdict = Verdict::Pass;
  int exit_code = 0;
  std::string error;
  std::vector<std::string> reasons;
  std::vector<std::pair<std::string, bool>> sometimes;  // words, met
  std::string json;
};

SeedOutcome run_seed(RunSpec spec, std::uint64_t seed, bool json) {
  spec.seed = seed;
  scenarios::PlayOptions options;
  options.script = script_options(spec.script_path);
  const Played played = scenarios::play(spec, options);
  SeedOutcome outcome;
  outcome.seed = seed;
  outcome.verdict = played.record.verdict;
  outcome.exit_code = exit_code_of(played);
  outcome.error = played.script.error;
  outcome.reasons = played.record.reasons;
  for (const scenarios::Expectation& expectation : played.record.expectations) {
    if (!expectation.across_seeds) continue;
    outcome.sometimes.emplace_back(expectation.words,
                                   expectation.outcome == scenarios::Expectation::Outcome::Met);
  }
  if (json) outcome.json = boost::json::serialize(run_to_json(spec, played));
  return outcome;
}

// What was to be seen sometimes and never was, in any seed.
std::vector<std::string> never_seen(const std::vector<SeedOutcome>& outcomes) {
  std::map<std::string, bool> seen;
  for (const SeedOutcome& outcome : outcomes) {
    for (const auto& [words, met] : outcome.sometimes) seen[words] = seen[words] || met;
  }
  std::vector<std::string> missing;
  for (const auto& [words, met] : seen) {
    if (!met) missing.push_back(words);
  }
  return missing;
}

int run_many(const RunSpec& spec, const RunArguments& arguments, const SeedRange& seeds) {
  std::vector<SeedOutcome> outcomes(seeds.count);
  ProgressBar bar("seeds");
  scenarios::run_parallel(
      outcomes.size(), arguments.jobs,
      [&](std::size_t index) {
        outcomes[index] = run_seed(spec, seeds.first + index, arguments.json);
      },
      [&](std::size_t done, std::size_t total) { bar.update(done, total); });
  int code = 0;
  std::map<Verdict, std::uint64_t> counts;
  std::uint64_t shown = 0;
  for (const SeedOutcome& outcome : outcomes) {
    if (!outcome.error.empty()) return usage_error("run", outcome.error);
    ++counts[outcome.verdict];
    code = scenarios::graver_exit_code(code, outcome.exit_code);
    if (arguments.json) std::printf("%s\n", outcome.json.c_str());
    if (arguments.json || outcome.verdict == Verdict::Pass || ++shown > 20) continue;
    RunSpec failed = spec;
    failed.seed = outcome.seed;
    std::printf("%s  seed %llu: %s\n  replay: %s\n",
                std::string(scenarios::to_text(outcome.verdict)).c_str(),
                static_cast<unsigned long long>(outcome.seed),
                outcome.reasons.empty() ? "" : outcome.reasons.front().c_str(),
                scenarios::replay_command(failed).c_str());
  }
  for (const std::string& words : never_seen(outcomes)) {
    std::printf("never seen in %zu seeds: %s\n", outcomes.size(), words.c_str());
    code = scenarios::graver_exit_code(code, 1);
  }
  if (!arguments.json) {
    if (shown > 20) std::printf("... and %llu more\n", static_cast<unsigned long long>(shown - 20));
    std::printf("%zu seeds: %llu pass, %llu fail, %llu inconclusive\n", outcomes.size(),
                static_cast<unsigned long long>(counts[Verdict::Pass]),
                static_cast<unsigned long long>(counts[Verdict::Fail]),
                static_cast<unsigned long long>(counts[Verdict::Inconclusive]));
  }
  return code;
}

int run_sockets(const RunSpec& spec, const RunArguments& arguments) {
  if (!arguments.seeds.empty()) {
    return usage_error("run", "--seeds is for --world sim: on real sockets runs take real time");
  }
  return run_on_sockets(spec, {.script = script_options(spec.script_path),
                               .trace_path = arguments.trace_path,
                               .pcap_path = arguments.pcap_path,
                               .json = arguments.json,
                               .may_be_long = arguments.may_be_long});
}

int run(const RunArguments& arguments) {
  if (auto checked = check_world(arguments.world); !checked.has_value()) {
    return usage_error("run", checked.error().message);
  }
  const auto script = scenarios::read_source_file(arguments.script);
  if (!script.has_value()) return usage_error("run", script.error().message);
  const auto settings = parse_settings(arguments.settings);
  if (!settings.has_value()) return usage_error("run", settings.error().message);
  RunSpec spec;
  spec.script_path = arguments.script;
  spec.script = script->text;
  spec.seed = arguments.seed;
  spec.world = arguments.world.name;
  spec.release = arguments.world.release;
  spec.parameters = *settings;
  if (arguments.world.is_real()) return run_sockets(spec, arguments);
  if (arguments.seeds.empty()) return run_one(spec, arguments);
  const auto range = parse_seeds(arguments.seeds);
  if (!range.has_value()) return usage_error("run", range.error().message);
  return run_many(spec, arguments, *range);
}

}  // namespace

void add_run(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<RunArguments>();
  CLI::App* command = app.add_subcommand("run", "Run a scenario script");
  command->add_option("script", arguments->script, "A .lua file; see scenarios/library")
      ->required();
  command->add_option("--seed", arguments->seed, "Seed of all randomness")
      ->check(CLI::PositiveNumber);
  command->add_option("--seeds", arguments->seeds, "Run a range of seeds: 1..1000");
  command->add_option("--set", arguments->settings, "A parameter of the script: members=7");
  command->add_option("--jobs", arguments->jobs, "Threads for --seeds; 0 = one a core");
  command->add_option("--trace", arguments->trace_path, "Write the trace of the run (one seed)");
  command->add_option("--pcap", arguments->pcap_path, "Write the packets as pcapng (one seed)");
  add_world_options(*command, arguments->world);
  command->add_flag("--long", arguments->may_be_long,
                    "Let a run on real sockets last more than ten minutes");
  command->add_flag("--json", arguments->json,
                    "Print one JSON object a run (docs/run.schema.json)");
  command->footer(
      "Examples:\n"
      "  splitscope run scenarios/library/wka_sole_member_restarts.lua --seed 7\n"
      "  splitscope run scenarios/library/master_killed.lua --seeds 1..1000 --jobs 2\n"
      "  splitscope run my.lua --set members=5 --trace run.trace --pcap run.pcapng\n"
      "  splitscope run scenarios/library/master_killed.lua --world sockets\n"
      "  splitscope run scenarios/library/master_killed.lua --world hazelcast --hazelcast 5.3.8");
  command->callback([arguments, &exit_code] { exit_code = run(*arguments); });
}

}  // namespace splitscope::cli
