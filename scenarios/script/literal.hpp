// Writes a run down literally: the same acts at the same moments, members by name, in the script's
// own language. That text is what is shrunk, shared and committed. It has the run's faults, starts
// and statements; what the simulation draws (start offsets, delays) comes from the same seed. Acts
// of interventions are not in it, since they are the RunSpec's. Private to scenarios/script; the
// text comes out of ScriptRun::literal().
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "scenarios/kit/world.hpp"

namespace splitscope::scenarios {

// What happened, in the order of the run.
class LiteralRecorder {
 public:
  void network(const NetworkSpec& network);
  void cluster(ClusterId id, const ClusterSpec& spec);
  void start(base::Instant at, ClusterId id, const StartOptions& options);
  void fault(base::Instant at, FaultId id, const Fault& fault);
  void heal(base::Instant at, FaultId id);
  // A registered monitor, as Lua ("always(c1:agreed())"), and the words it gets later.
  void monitor(base::Instant at, std::uint32_t index, std::string lua);
  void name_monitor(std::uint32_t index, std::string words);
  // Any other line.
  void statement(base::Instant at, std::string lua);
  // The script ended here; later acts came from triggers.
  void end(base::Instant at);

  // The whole script. `heading` becomes its first comment.
  std::string text(std::string_view heading, std::string_view title) const;

 private:
  struct Act {
    base::Instant at;
    std::string lua;
    std::optional<FaultId> fault;          // applied here
    std::optional<std::uint32_t> monitor;  // registered here
  };
  std::string line_of(const Act& act) const;

  std::vector<Act> acts_;
  std::set<std::uint32_t> healed_;  // faults that need a name
  std::map<std::uint32_t, std::string> words_;
};

}  // namespace splitscope::scenarios
