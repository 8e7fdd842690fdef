// One run of a script in the simulator, from a RunSpec to its record: what `splitscope run`,
// campaigns and comparisons are made of. A pure function of its arguments.
#pragma once

#include "scenarios/kit/run_spec.hpp"
#include "scenarios/kit/sim_world.hpp"
#include "scenarios/script/script.hpp"

namespace splitscope::scenarios {

struct PlayOptions {
  ScriptOptions script;               // its seed and parameters are taken from the RunSpec
  schemes::PlantedBugs planted_bugs;  // tests only
  bool check_invariants = true;
  base::Duration run_limit = std::chrono::hours{24};  // of simulated time
  std::optional<base::Duration> window;               // see SimWorld::set_window
  // Called with the world before the script starts: to listen, to capture, to declare spares.
  std::function<void(SimWorld&)> prepare;
  // Called when all is over, while the world still stands.
  std::function<void(SimWorld&, const RunRecord&)> inspect;
};

struct Played {
  RunRecord record;
  ScriptOutcome script;
  std::vector<std::string> notes;
  std::vector<MemberState> members;  // as they were at the end
  std::string literal;               // the run as a literal script
};

Played play(const RunSpec& spec, const PlayOptions& options);

// The command that runs it again: "splitscope run FILE.lua --seed 7 --set members=5".
std::string replay_command(const RunSpec& spec);

}  // namespace splitscope::scenarios
