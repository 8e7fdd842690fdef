#include "cli/run_on_sockets.hpp"

#include <cstdio>

#include <boost/json.hpp>

#include "cli/lab_folders.hpp"
#include "cli/recordings.hpp"
#include "cli/run_json.hpp"
#include "cli/run_report.hpp"
#include "cli/usage_error.hpp"
#include "cli/worlds.hpp"
#include "engine/base/duration_text.hpp"

namespace splitscope::cli {
namespace {

// What the run will take, said before it starts. The error is the script's, or that it is long.
base::Result<void> announce(const scenarios::RunSpec& spec, const SocketsRun& run) {
  const auto expected = scenarios::expected_duration(spec, run.script);
  if (!expected.has_value()) return std::unexpected(expected.error());
  const std::string text = base::to_text(*expected);
  if (*expected > LongRun && !run.may_be_long) {
    return base::failure("it would take about " + text +
                         " of real time; add --long, or shorten it by the script's parameters");
  }
  std::fprintf(stderr, "expected to take %s at most, as in the simulator\n", text.c_str());
  return {};
}

}  // namespace

int run_on_sockets(const scenarios::RunSpec& spec, const SocketsRun& run) {
  if (auto told = announce(spec, run); !told.has_value()) {
    return usage_error("run", told.error().message);
  }
  const auto members = open_members({spec.world, spec.release});
  if (!members.has_value()) return usage_error("run", members.error().message);
  const LabFolders folders = lab_folders();
  if (auto entered = lab::enter_user_namespace_if_needed(); !entered.has_value()) {
    return usage_error("run", entered.error().message);
  }
  // One host for a moment: what the system refuses is said before the run, not by each host in it.
  if (auto made = lab::make_host_namespace(base::ipv4(10, 0, 0, 1)); !made.has_value()) {
    return usage_error("run", made.error().message);
  }
  lab::Interrupt interrupt;
  Recordings recordings;
  const auto opened =
      recordings.open(run.trace_path, run.pcap_path, spec, scenarios::replay_command(spec));
  if (!opened.has_value()) return usage_error("run", opened.error().message);
  scenarios::SocketPlayOptions options;
  options.script = run.script;
  options.lab.records = folders.records;
  options.lab.runs = folders.runs;
  options.kind = members->get();
  options.interrupt = &interrupt;
  options.prepare = [&recordings, &interrupt](scenarios::SocketWorld& world, lab::Lab& lab) {
    recordings.attach(world, lab, interrupt);
  };
  options.inspect = [&recordings](scenarios::SocketWorld&, lab::Lab& lab) {
    recordings.detach(lab);
  };
  const auto played = scenarios::play_on_sockets(spec, options);
  if (!played.has_value()) return usage_error("run", played.error().message);
  if (played->script.end == scenarios::ScriptOutcome::End::Error) {
    return usage_error("run", played->script.error);
  }
  const auto saved = recordings.save(*played);
  if (!saved.has_value()) return usage_error("run", saved.error().message);
  if (run.json) {
    std::printf("%s\n", boost::json::serialize(run_to_json(spec, *played)).c_str());
  } else {
    print_report(spec, *played);
  }
  return exit_code_of(*played);
}

}  // namespace splitscope::cli
