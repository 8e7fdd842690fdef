#include "scenarios/sockets/play_sockets.hpp"

namespace splitscope::scenarios {

base::Result<Played> play_on_sockets(const RunSpec& spec, const SocketPlayOptions& options) {
  if (!spec.interventions.empty()) {
    return base::failure("not in this world: interventions, since nothing repeats exactly");
  }
  ScriptOptions script_options = options.script;
  script_options.seed = spec.seed;
  script_options.parameters = spec.parameters;
  lab::LabOptions lab_options = options.lab;
  lab_options.seed = spec.seed;
  auto lab = lab::Lab::open(lab_options);
  if (!lab.has_value()) return std::unexpected(lab.error());
  SocketWorld world(**lab,
                    {.seed = spec.seed, .kind = options.kind, .interrupt = options.interrupt});
  if (options.prepare) options.prepare(world, **lab);
  ScriptRun script(spec.script_path, spec.script, script_options, world);
  script.run();
  Played played;
  played.record = world.finish();
  played.script = script.outcome();
  played.notes = world.notes();
  played.members = world.observation().members();
  played.literal = script.literal(replay_command(spec));
  if (options.inspect) options.inspect(world, **lab);
  return played;
}

base::Result<base::Duration> expected_duration(const RunSpec& spec, const ScriptOptions& script) {
  PlayOptions options;
  options.script = script;
  const Played played = play(spec, options);
  if (played.script.end == ScriptOutcome::End::Error) return base::failure(played.script.error);
  return played.record.ended_at - base::RunStart;
}

}  // namespace splitscope::scenarios
