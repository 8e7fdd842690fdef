#include "scenarios/fidelity/sim_fidelity_runner.hpp"

#include "scenarios/script/play.hpp"
#include "schemes/membership/profile.hpp"

namespace splitscope::scenarios {

bool SimFidelityRunner::can_play(std::string_view version) {
  return version == "3.12.2" || version == "3.12.13" || version == "5.3.8";
}

FidelityRun SimFidelityRunner::run(const FidelityTask& task, std::uint64_t seed) {
  RunSpec spec;
  spec.script_path = task.script_path;
  spec.script = task.script;
  spec.seed = seed;
  spec.parameters["version"] = task.recorded.version;
  FidelityRun result;
  PlayOptions options;
  options.script = script_;
  options.inspect = [&result](SimWorld& world, const RunRecord&) {
    if (world.observation().cluster_count() == 0) return;
    const auto settings = schemes::resolve_settings(world.spec(ClusterId{0}).config);
    if (settings.has_value()) result.heartbeat_interval = settings->heartbeat_interval;
  };
  const Played played = play(spec, options);
  if (played.script.end == ScriptOutcome::End::Error) {
    result.error = played.script.error;
  } else if (!played.record.violations.empty()) {
    result.error = "a bug of ours: " + played.record.violations.front().what;
    result.is_our_bug = true;
  } else if (played.script.end != ScriptOutcome::End::Finished) {
    result.error =
        played.record.reasons.empty() ? "the script ended early" : played.record.reasons.front();
  }
  result.measurements = played.script.measurements;
  return result;
}

}  // namespace splitscope::scenarios
