// A recorded run driven again in any world: the same resolved acts, each after the fact that came
// before it in the recording, and how far the two runs went the same way.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "scenarios/replay/alignment.hpp"
#include "scenarios/replay/anchored_world.hpp"
#include "scenarios/replay/recorded_run.hpp"
#include "scenarios/script/script.hpp"

namespace splitscope::scenarios {

struct ReplayOptions {
  AnchorOptions anchors;
  std::uint64_t seed = 1;
  // profile=hz-3.12, and Hazelcast's own properties by name: instead of the recording's.
  std::map<std::string, std::string> settings;
};

struct ReplayOutcome {
  Alignment alignment;
  std::vector<Placement> placements;
  base::Instant recorded_end;
  base::Instant here_end;
  bool was_cut_short = false;  // the world ended the script before its last line
};

// The run's literal script in the world; `finish` ends the world's run once the script is over, and
// the world still stands then. Errors: a setting that is none, or what the script says is wrong.
base::Result<ReplayOutcome> replay(const RecordedRun& recorded, const std::string& literal_path,
                                   const std::string& literal, const ReplayOptions& options,
                                   World& world, const std::function<void()>& finish);

// "n4 parts ...", for a terminal.
std::string to_plain_text(const ReplayOutcome& outcome);

}  // namespace splitscope::scenarios
