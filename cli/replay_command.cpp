// splitscope replay: a recorded run driven again, in this or another world, and where they part.
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"
#include "cli/usage_error.hpp"
#include "cli/worlds.hpp"
#include "engine/base/duration_text.hpp"
#include "engine/trace/trace_reader.hpp"
#include "scenarios/import/source_file.hpp"
#include "scenarios/replay/replay.hpp"

namespace splitscope::cli {
namespace {

namespace fs = std::filesystem;

struct ReplayArguments {
  std::string trace_path;
  std::string literal_path;
  WorldName world;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> settings;
  std::string settle = "1s";
  std::string wait = "2m";
  bool may_be_long = false;
};

base::Result<scenarios::ReplayOptions> replay_options(const ReplayArguments& arguments,
                                                      const scenarios::RecordedRun& recorded) {
  scenarios::ReplayOptions options;
  options.seed = arguments.seed.value_or(recorded.seed);
  const auto settings = parse_settings(arguments.settings);
  if (!settings.has_value()) return std::unexpected(settings.error());
  options.settings = *settings;
  const auto settle = base::parse_duration(arguments.settle);
  if (!settle.has_value()) return base::failure("--settle: " + settle.error().message);
  options.anchors.settle = *settle;
  const auto wait = base::parse_duration(arguments.wait);
  if (!wait.has_value()) return base::failure("--wait: " + wait.error().message);
  options.anchors.wait_max = *wait;
  return options;
}

// What a replay in real time will take, said before it starts.
base::Result<void> announce_replay(const ReplayArguments& arguments,
                                   const scenarios::RecordedRun& recorded) {
  if (!arguments.world.is_real()) return {};
  const base::Duration expected = recorded.end - base::RunStart;
  const std::string text = base::to_text(expected);
  if (expected > LongRun && !arguments.may_be_long) {
    return base::failure("it would take about " + text + " of real time; add --long");
  }
  std::fprintf(stderr, "expected to take about %s, as recorded\n", text.c_str());
  return {};
}

// The exit code.
int report(const scenarios::ReplayOutcome& outcome, const scenarios::RunRecord& record) {
  const bool is_inconclusive = record.verdict == scenarios::Verdict::Inconclusive;
  std::printf("%s", scenarios::to_plain_text(outcome).c_str());
  if (is_inconclusive) {
    for (const std::string& reason : record.reasons) {
      std::printf("inconclusive: %s\n", reason.c_str());
    }
  }
  // A world that did not go to the end of the script has not parted from the recording.
  if (is_inconclusive && outcome.was_cut_short) return 3;
  if (!outcome.alignment.partings.empty()) return 1;
  return is_inconclusive ? 3 : 0;
}

int run_replay(const ReplayArguments& arguments) {
  auto reader = trace::TraceReader::open(arguments.trace_path);
  if (!reader.has_value()) return usage_error("replay", reader.error().message);
  const auto recorded = scenarios::read_recorded_run(*reader);
  if (!recorded.has_value()) return usage_error("replay", recorded.error().message);
  const std::string literal_path =
      arguments.literal_path.empty()
          ? fs::path(arguments.trace_path).replace_extension(".literal.lua").string()
          : arguments.literal_path;
  const auto literal = scenarios::read_source_file(literal_path);
  if (!literal.has_value()) {
    return usage_error("replay",
                       literal.error().message +
                           "; splitscope run --trace leaves the literal script beside the trace");
  }
  const auto options = replay_options(arguments, *recorded);
  if (!options.has_value()) return usage_error("replay", options.error().message);
  if (auto checked = check_world(arguments.world); !checked.has_value()) {
    return usage_error("replay", checked.error().message);
  }
  if (auto told = announce_replay(arguments, *recorded); !told.has_value()) {
    return usage_error("replay", told.error().message);
  }
  auto opened = open_world(arguments.world, options->seed);
  if (!opened.has_value()) return usage_error("replay", opened.error().message);
  scenarios::RunRecord record;
  const auto outcome =
      scenarios::replay(*recorded, literal_path, literal->text, *options, *opened->world,
                        [&opened, &record] { record = opened->finish(); });
  if (!outcome.has_value()) return usage_error("replay", outcome.error().message);
  std::printf("%s, seed %llu, again in the world \"%s\" with seed %llu: %s\n\n",
              recorded->scenario.c_str(), static_cast<unsigned long long>(recorded->seed),
              arguments.world.name.c_str(), static_cast<unsigned long long>(options->seed),
              std::string(scenarios::to_text(record.verdict)).c_str());
  return report(*outcome, record);
}

}  // namespace

void add_replay(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<ReplayArguments>();
  CLI::App* command = app.add_subcommand(
      "replay", "Drive a recorded run again in a world, and show where the two part");
  command->add_option("trace", arguments->trace_path, "Written by splitscope run --trace")
      ->required();
  command->add_option("--literal", arguments->literal_path,
                      "Its literal script; else the one beside the trace");
  add_world_options(*command, arguments->world);
  command->add_flag("--long", arguments->may_be_long,
                    "Let a replay on real sockets last more than ten minutes");
  command->add_option("--seed", arguments->seed, "Another seed than the recorded one")
      ->check(CLI::PositiveNumber);
  command->add_option("--set", arguments->settings,
                      "Another profile, or a property: profile=hz-3.12");
  command->add_option("--settle", arguments->settle, "Views held for less are passed over");
  command->add_option("--wait", arguments->wait,
                      "How long to wait for a fact that an act comes after");
  command->footer(
      "Examples:\n"
      "  splitscope run scenarios/library/split_two_three.lua --seed 7 --trace run.trace\n"
      "  splitscope replay run.trace --seed 8\n"
      "  splitscope replay run.trace --set profile=hz-3.12\n"
      "  splitscope replay run.trace --world sockets\n"
      "  splitscope replay run.trace --world hazelcast\n\n"
      "Exit codes: 0 the worlds never part, 1 they part, 2 usage, 3 an act touched nothing or is "
      "not in this world.");
  command->callback([arguments, &exit_code] { exit_code = run_replay(*arguments); });
}

}  // namespace splitscope::cli
