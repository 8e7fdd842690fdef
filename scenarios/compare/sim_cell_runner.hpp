// Cells of a comparison in the simulator: the scenario's script on the scheme's cluster, and a
// branch of the same run in which a newcomer starts.
#pragma once

#include "scenarios/compare/run_comparison.hpp"
#include "scenarios/script/play.hpp"

namespace splitscope::scenarios {

class SimCellRunner final : public CellRunner {
 public:
  // `script` gives what scripts may load; seeds and overrides are set for each cell. It must
  // outlive *this.
  explicit SimCellRunner(const ScriptOptions& script) : script_(script) {}
  RunOutcome run(const CellSpec& cell) override;

 private:
  PlayOptions options_for(const CellSpec& cell) const;
  void probe(const CellSpec& cell, const RunSpec& parent, RunOutcome& outcome) const;

  const ScriptOptions& script_;
};

}  // namespace splitscope::scenarios
