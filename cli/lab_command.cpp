// splitscope lab: what labs run, and what earlier ones have left.
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "cli/commands.hpp"
#include "cli/lab_folders.hpp"

namespace splitscope::cli {
namespace {

std::string described(const lab::FoundRun& run) {
  return fmt::format("{}  {}  started by process {}, {} of its {} processes alive\n",
                     run.is_running ? "running " : "leftover", run.record.folder.string(),
                     run.record.runner.pid, run.still_alive.size(), run.record.processes.size());
}

int status() {
  const LabFolders folders = lab_folders();
  const std::vector<lab::FoundRun> runs = lab::find_runs(folders.records);
  for (const lab::FoundRun& run : runs) std::fputs(described(run).c_str(), stdout);
  if (runs.empty()) std::puts("no lab runs, and none has left anything");
  return 0;
}

int clean() {
  const lab::Cleaned cleaned = lab::clean_leftovers(lab_folders().records);
  std::fputs(fmt::format("removed what {} had left; {} ended\n",
                         cleaned.runs == 1 ? "1 run" : fmt::format("{} runs", cleaned.runs),
                         cleaned.processes == 1 ? "1 process"
                                                : fmt::format("{} processes", cleaned.processes))
                 .c_str(),
             stdout);
  return 0;
}

}  // namespace

LabFolders lab_folders() {
  const std::filesystem::path runs = std::filesystem::temp_directory_path();
  if (::geteuid() == 0) return {"/run/splitscope", runs};
  const char* own = std::getenv("XDG_RUNTIME_DIR");
  if (own != nullptr && own[0] == '/') return {std::filesystem::path(own) / "splitscope", runs};
  return {runs / fmt::format("splitscope-{}", ::geteuid()), runs};
}

void add_lab(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("lab", "Labs of namespaces that run, or left something");
  command->require_subcommand(1);
  command->add_subcommand("status", "List them")->callback([&exit_code] { exit_code = status(); });
  command->add_subcommand("clean", "Remove what labs that are over have left; the next run does so")
      ->callback([&exit_code] { exit_code = clean(); });
  command->footer(
      "A lab's record names its processes by number, start time and boot, so nothing else is\n"
      "touched. Root's records are in /run/splitscope, others' in $XDG_RUNTIME_DIR/splitscope.\n"
      "Examples:\n"
      "  splitscope lab status\n"
      "  splitscope lab clean");
}

}  // namespace splitscope::cli
