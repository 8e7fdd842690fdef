#include "scenarios/script/play.hpp"

#include <fmt/format.h>

#include "engine/base/assert.hpp"
#include "engine/base/duration_text.hpp"

namespace splitscope::scenarios {
namespace {

// Where a run stands, for the message of a failed assertion.
class PlayContext final : public base::RunContext {
 public:
  PlayContext(const RunSpec& spec, const SimWorld& world) : spec_(spec), world_(world) {}
  std::string describe() const override {
    return fmt::format("seed {}, at {}; replay: {}", spec_.seed, base::to_text(world_.now()),
                       replay_command(spec_));
  }

 private:
  const RunSpec& spec_;
  const SimWorld& world_;
};

// As a shell reads it back.
std::string shell_word(const std::string& text) {
  constexpr std::string_view Plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,=+@%";
  if (!text.empty() && text.find_first_not_of(Plain) == std::string::npos) return text;
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace

std::string replay_command(const RunSpec& spec) {
  std::string command =
      fmt::format("splitscope run {} --seed {}", shell_word(spec.script_path), spec.seed);
  if (spec.world != "sim") command += fmt::format(" --world {}", spec.world);
  if (!spec.release.empty()) command += fmt::format(" --hazelcast {}", spec.release);
  for (const auto& [name, value] : spec.parameters) {
    command += fmt::format(" --set {}", shell_word(fmt::format("{}={}", name, value)));
  }
  return command;
}

Played play(const RunSpec& spec, const PlayOptions& options) {
  ScriptOptions script_options = options.script;
  script_options.seed = spec.seed;
  script_options.parameters = spec.parameters;
  SimWorld world(SimWorldOptions{.seed = spec.seed,
                                 .interventions = spec.interventions,
                                 .run_limit = options.run_limit,
                                 .planted_bugs = options.planted_bugs,
                                 .check_invariants = options.check_invariants});
  const PlayContext context(spec, world);
  const base::AssertScope scope(context);
  if (options.window.has_value()) world.set_window(*options.window);
  if (options.prepare) options.prepare(world);
  ScriptRun script(spec.script_path, spec.script, script_options, world);
  script.run();
  Played played;
  played.record = world.finish();
  played.script = script.outcome();
  played.notes = world.notes();
  played.members = world.observation().members();
  played.literal = script.literal(replay_command(spec));
  if (options.inspect) options.inspect(world, played.record);
  return played;
}

}  // namespace splitscope::scenarios
