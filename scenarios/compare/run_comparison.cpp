#include "scenarios/compare/run_comparison.hpp"

#include "scenarios/compare/findings.hpp"
#include "scenarios/compare/plan.hpp"
#include "scenarios/compare/summary.hpp"
#include "scenarios/kit/worker_pool.hpp"

namespace splitscope::scenarios {

CellSpec cell_at(const ComparisonPlan& plan, std::size_t scenario, std::size_t scheme,
                 std::size_t seed) {
  return {.scheme = plan.schemes[scheme],
          .scenario = plan.scenarios[scenario],
          .plan = plan,
          .seed = plan.seeds[seed],
          .window = plan.window,
          .probe_after = probe_instant(plan.window, seed, plan.seeds.size())};
}

Comparison run_comparison(const ComparisonPlan& plan, CellRunner& runner,
                          const RunComparisonOptions& options) {
  Comparison result;
  result.plan = plan;
  const std::size_t seeds = plan.seeds.size();
  const std::size_t schemes = plan.schemes.size();
  const std::vector<std::vector<RunOutcome>> empty(schemes, std::vector<RunOutcome>(seeds));
  result.outcomes.assign(plan.scenarios.size(), empty);

  const auto work = [&](std::size_t index) {
    const std::size_t seed = index % seeds;
    const std::size_t scheme = index / seeds % schemes;
    const std::size_t scenario = index / seeds / schemes;
    result.outcomes[scenario][scheme][seed] = runner.run(cell_at(plan, scenario, scheme, seed));
  };
  run_parallel(plan.scenarios.size() * schemes * seeds, options.jobs, work, options.progress);
  summarize(result);
  result.findings = find_findings(result);
  return result;
}

}  // namespace splitscope::scenarios
