// Runs every cell of a plan on a few threads. The result depends on the plan alone, whatever the
// number of threads. What a cell is made of is left to a CellRunner.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "scenarios/compare/comparison.hpp"

namespace splitscope::scenarios {

// One scheme in one scenario with one seed. References live as long as the plan.
struct CellSpec {
  const SchemeVariant& scheme;
  const ScenarioText& scenario;
  const ComparisonPlan& plan;
  std::uint64_t seed = 1;
  base::Duration window{};
  // When this seed's newcomer starts in a branch of the run, from the begin of the window.
  base::Duration probe_after{};
};

// By the plan's order. Precondition: each index is within it.
CellSpec cell_at(const ComparisonPlan& plan, std::size_t scenario, std::size_t scheme,
                 std::size_t seed);

class CellRunner {
 public:
  virtual ~CellRunner() = default;
  // Called from several threads at once, for different cells. A run that cannot be is an outcome
  // with an error, which names what to change.
  virtual RunOutcome run(const CellSpec& cell) = 0;
};

struct RunComparisonOptions {
  std::uint32_t jobs = 0;  // threads; 0 = one a core
  // Called with the number of cells done, one call at a time.
  std::function<void(std::size_t done, std::size_t total)> progress;
};

// All outcomes, then the summaries and findings they amount to. The runner outlives the call.
Comparison run_comparison(const ComparisonPlan& plan, CellRunner& runner,
                          const RunComparisonOptions& options);

}  // namespace splitscope::scenarios
