#include "cli/fidelity_on_sockets.hpp"

#include <fmt/format.h>

#include "cli/lab_folders.hpp"
#include "engine/base/duration_text.hpp"
#include "scenarios/sockets/play_sockets.hpp"
#include "schemes/membership/profile.hpp"

namespace splitscope::cli {
namespace {

scenarios::RunSpec spec_of(const scenarios::FidelityTask& task, std::uint64_t seed) {
  scenarios::RunSpec spec;
  spec.script_path = task.script_path;
  spec.script = task.script;
  spec.seed = seed;
  spec.parameters["version"] = task.recorded.version;
  return spec;
}

std::string name_of(const scenarios::FidelityTask& task) {
  return task.recorded.label + ", Hazelcast " + task.recorded.version;
}

}  // namespace

scenarios::FidelityRun SocketFidelityRunner::run(const scenarios::FidelityTask& task,
                                                 std::uint64_t seed) {
  scenarios::FidelityRun result;
  if (interrupt_.has_come()) {
    result.error = "interrupted";
    return result;
  }
  const LabFolders folders = lab_folders();
  scenarios::SocketPlayOptions options;
  options.script = script_;
  options.lab.records = folders.records;
  options.lab.runs = folders.runs;
  options.kind = &members_;
  options.interrupt = &interrupt_;
  options.inspect = [&result](scenarios::SocketWorld& world, lab::Lab&) {
    if (world.observation().cluster_count() == 0) return;
    const auto settings = schemes::resolve_settings(world.spec(scenarios::ClusterId{0}).config);
    if (settings.has_value()) result.heartbeat_interval = settings->heartbeat_interval;
  };
  const auto played = scenarios::play_on_sockets(spec_of(task, seed), options);
  if (!played.has_value()) {
    result.error = played.error().message;
    return result;
  }
  const std::vector<std::string>& reasons = played->record.reasons;
  for (const std::string& reason : reasons) {
    if (reason.find("not in this world") != std::string::npos) result.beyond_world = reason;
  }
  if (!result.beyond_world.empty()) return result;
  if (played->script.end == scenarios::ScriptOutcome::End::Error) {
    result.error = played->script.error;
  } else if (!played->record.violations.empty()) {
    result.error = "a bug of ours: " + played->record.violations.front().what;
    result.is_our_bug = true;
  } else if (played->script.end != scenarios::ScriptOutcome::End::Finished) {
    result.error = reasons.empty() ? "the script ended early" : reasons.front();
  }
  result.measurements = played->script.measurements;
  return result;
}

base::Result<base::Duration> keep_short_tasks(std::vector<scenarios::FidelityTask>& tasks,
                                              const scenarios::ScriptOptions& script,
                                              std::uint64_t seed,
                                              std::vector<std::string>& too_long) {
  base::Duration sum{};
  std::vector<scenarios::FidelityTask> kept;
  for (scenarios::FidelityTask& task : tasks) {
    const auto expected = scenarios::expected_duration(spec_of(task, seed), script);
    if (!expected.has_value()) return std::unexpected(expected.error());
    if (*expected > FidelityRunMax) {
      too_long.push_back(fmt::format("{}: {}", name_of(task), base::to_text(*expected)));
      continue;
    }
    sum += *expected;
    kept.push_back(std::move(task));
  }
  tasks = std::move(kept);
  return sum;
}

}  // namespace splitscope::cli
