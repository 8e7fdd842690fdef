// One run in random phases, all of it drawn from its seed: a cluster warms up, suffers drawn
// faults, rests a moment, is healed and repaired, and gets time to come together. The protocol
// invariants watch all of it; what the cluster has come to at the end is judged apart.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/kit/sim_world.hpp"

namespace splitscope::tests {

struct RandomOutcome {
  // "view versions never fall: n2 went from version 9 to 4 at 41.2 s on n2"; the first one ends a
  // run. Empty: none is broken.
  std::string broken_invariant;
  std::string broken_words;
  std::string missed_at_rest;  // a goal that the healed cluster misses: its name, or empty
  std::string rest;            // what each member sees at the end
  std::uint64_t digest = 0;

  // What caught the run: the invariant, else the goal; empty if nothing did.
  const std::string& caught_by() const {
    return broken_invariant.empty() ? missed_at_rest : broken_invariant;
  }
};

// `listener` gets every fact if there is one.
RandomOutcome run_random(std::uint64_t seed, const schemes::PlantedBugs& bugs,
                         sim::FactListener* listener = nullptr);

struct RandomCampaign {
  std::uint64_t first_seed = 1;
  std::uint64_t count = 1;
  schemes::PlantedBugs bugs;
  std::uint32_t jobs = 2;
};
struct CaughtRun {
  std::uint64_t seed = 0;  // 0 = none was caught
  RandomOutcome outcome;
};
// The run of the lowest seed that is caught; the same for any number of jobs.
CaughtRun first_caught(const RandomCampaign& campaign);

}  // namespace splitscope::tests
