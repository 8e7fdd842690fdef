// Cells of a comparison in the simulator: the scenario's script on the scheme's cluster, and a
// branch of the same run in which a newcomer starts.
#pragma once

#include <functional>

#include "scenarios/compare/run_comparison.hpp"
#include "scenarios/script/play.hpp"

namespace splitscope::scenarios {

class SimCellRunner final : public CellRunner {
 public:
  // `script` gives what scripts may load; seeds and overrides are set for each cell. It must
  // outlive *this.
  explicit SimCellRunner(const ScriptOptions& script) : script_(script) {}
  RunOutcome run(const CellSpec& cell) override;
  // The same run without its newcomer, for one who listens: `prepare` gets the world before it
  // begins, `inspect` when it is over.
  Played replay(const CellSpec& cell, const std::function<void(SimWorld&)>& prepare,
                const std::function<void(SimWorld&, const RunRecord&)>& inspect) const;

 private:
  PlayOptions options_for(const CellSpec& cell) const;
  void probe(const CellSpec& cell, const RunSpec& parent, RunOutcome& outcome) const;

  const ScriptOptions& script_;
};

}  // namespace splitscope::scenarios
