#include "scenarios/compare/summary.hpp"

#include <algorithm>
#include <atomic>

#include <catch2/catch.hpp>

#include "scenarios/compare/replay.hpp"
#include "scenarios/compare/run_comparison.hpp"
#include "scenarios/compare/troubles.hpp"
#include "scenarios/compare/value_text.hpp"
#include "tests/support/synthetic_comparison.hpp"

using namespace splitscope;
using namespace splitscope::scenarios;

namespace {

bool says(const Comparison& comparison, Gravity gravity, const std::string& words) {
  return std::ranges::any_of(comparison.findings, [&](const Finding& finding) {
    return finding.gravity == gravity && finding.text.find(words) != std::string::npos;
  });
}

// Answers with what the cell is, so that a misplaced outcome shows.
class EchoRunner final : public CellRunner {
 public:
  RunOutcome run(const CellSpec& cell) override {
    ++calls;
    RunOutcome outcome = tests::synthetic_outcome({});
    outcome.digest = base::derive_seed(cell.seed, cell.scheme.name + cell.scenario.name);
    outcome.window = cell.probe_after;
    return outcome;
  }
  std::atomic<int> calls{0};
};

}  // namespace

TEST_CASE("a summary counts what never came and averages what did", "[scenarios][compare]") {
  const Comparison comparison = tests::synthetic_comparison();
  const CellSummary& own = comparison.summaries[1][0];
  CHECK(own.runs == 20);
  CHECK(own.two_masters == 20);
  CHECK(own.of(Metric::Merge).distribution.never == 19);
  CHECK(own.of(Metric::Merge).distribution.p5.value == 40'000'000'000);
  CHECK(own.of(Metric::Merge).distribution.median.is_never);
  CHECK(own.of(Metric::Agreement).mean == 500'000);
  CHECK(own.of(Metric::Discovery).mean == 500'000);
  CHECK(own.of(Metric::Messages).mean == 100'000);
  CHECK(own.of(Metric::Bytes).mean == 5'000);
  CHECK(own.of(Metric::DetectFirst).distribution.count == 0);
  CHECK_FALSE(own.of(Metric::Agreement).difference.has_value());
}

TEST_CASE("differences are to the first scheme, seed by seed", "[scenarios][compare]") {
  const Comparison comparison = tests::synthetic_comparison();
  const MetricSummary& agreement = comparison.summaries[1][1].of(Metric::Agreement);
  REQUIRE(agreement.difference.has_value());
  CHECK(agreement.difference->mean == 400'000);
  CHECK(agreement.difference->low == 400'000);
  CHECK(difference_text(agreement, MetricUnit::PartsPerMillion) ==
        "+40.00 points (+40.00 to +40.00)");
  const MetricSummary& merge = comparison.summaries[1][1].of(Metric::Merge);
  CHECK(merge.never_only_first == 19);
  REQUIRE(merge.difference.has_value());
  CHECK(merge.difference->pairs == 1);
  CHECK(comparison.summaries[0][1].of(Metric::Agreement).difference->is_no_difference());
}

TEST_CASE("a run with an error counts nowhere but as an error", "[scenarios][compare]") {
  RunOutcome broken = tests::synthetic_outcome({});
  broken.error = "r.lua:3: no such member";
  const std::vector<RunOutcome> runs{broken, tests::synthetic_outcome({})};
  const CellSummary cell = summarize_cell(runs, {});
  CHECK(cell.errors == 1);
  CHECK(cell.runs == 1);
  CHECK(cell.first_error == "r.lua:3: no such member");
  CHECK(cell.of(Metric::Agreement).distribution.count == 1);
}

TEST_CASE("the verdict names the sole well-known member and what mends it",
          "[scenarios][compare]") {
  const Comparison comparison = tests::synthetic_comparison();
  CHECK(says(comparison, Gravity::Bad,
             "In your file 192.0.2.1 is the only well-known member: in made_up_restart the members "
             "never came back to one list in 19 of 20 runs; with n2 listed too, in 0 of 20"));
  CHECK(says(comparison, Gravity::Bad, "a newcomer did not find the cluster"));
  CHECK(says(comparison, Gravity::Note, "multicast: not exposed to made_up_quiet"));
  CHECK(says(comparison, Gravity::Note, "Members agree more with n1 and n2 than with your list"));
  CHECK(std::ranges::is_sorted(comparison.findings, {}, &Finding::gravity));
}

TEST_CASE("where nothing goes wrong the verdict says so", "[scenarios][compare]") {
  Comparison comparison = tests::synthetic_comparison();
  comparison.plan.scenarios.pop_back();
  comparison.outcomes.pop_back();
  summarize(comparison);
  const auto findings = find_findings(comparison);
  REQUIRE_FALSE(findings.empty());
  CHECK(findings.front().gravity == Gravity::Good);
}

TEST_CASE("trouble in less than one run of twenty is not worth a sentence",
          "[scenarios][compare]") {
  Comparison comparison = tests::synthetic_comparison();
  for (auto& row : comparison.outcomes) {
    for (auto& runs : row) {
      std::ranges::fill(runs, tests::synthetic_outcome({}));
      for (int i = 0; i < 4; ++i) runs.insert(runs.end(), runs.begin(), runs.begin() + 5);
    }
  }
  comparison.outcomes[0][0][0].formed = false;  // 1 of 40
  summarize(comparison);
  CHECK(find_findings(comparison).front().gravity == Gravity::Good);
  comparison.outcomes[0][0][1].formed = false;  // 2 of 40
  summarize(comparison);
  CHECK(find_findings(comparison).front().gravity == Gravity::Warning);
}

TEST_CASE("faults that touch nothing under any scheme say nothing", "[scenarios][compare]") {
  Comparison comparison = tests::synthetic_comparison();
  for (auto& runs : comparison.outcomes[0]) {
    for (RunOutcome& run : runs) run.exposed = false;
  }
  summarize(comparison);
  comparison.findings = find_findings(comparison);
  CHECK(says(comparison, Gravity::Warning, "touched nothing under any scheme"));
}

TEST_CASE("outcomes lie in their place whatever the number of threads", "[scenarios][compare]") {
  const ComparisonPlan plan = tests::synthetic_plan();
  EchoRunner one;
  EchoRunner many;
  std::size_t last = 0;
  const Comparison alone = run_comparison(plan, one, {.jobs = 1, .progress = {}});
  const Comparison together =
      run_comparison(plan, many, {.jobs = 4, .progress = [&](std::size_t done, std::size_t total) {
                                    CHECK(done == last + 1);
                                    CHECK(total == 120);
                                    last = done;
                                  }});
  CHECK(one.calls == 120);
  CHECK(last == 120);
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t scheme = 0; scheme < 3; ++scheme) {
      for (std::size_t seed = 0; seed < 20; ++seed) {
        const RunOutcome& outcome = together.outcomes[i][scheme][seed];
        const std::string name = plan.schemes[scheme].name + plan.scenarios[i].name;
        REQUIRE(outcome.digest == base::derive_seed(plan.seeds[seed], name));
        REQUIRE(outcome.digest == alone.outcomes[i][scheme][seed].digest);
      }
    }
  }
}

TEST_CASE("two masters until a merge are a warning, never the gravest", "[scenarios][compare]") {
  const Comparison comparison = tests::synthetic_comparison();
  CHECK(says(comparison, Gravity::Warning, "two members were master at once"));
  CHECK_FALSE(says(comparison, Gravity::Bad, "two members were master at once"));
}

TEST_CASE("a difference too small to show has no sign", "[scenarios][compare]") {
  MetricSummary summary;
  summary.difference = PairedDifference{.pairs = 9, .mean = -40, .low = -99, .high = -10};
  CHECK(difference_text(summary, MetricUnit::PartsPerMillion) == "less than 0.01 points");
  summary.difference->low = -6'800;
  CHECK(difference_text(summary, MetricUnit::PartsPerMillion) == "0.00 points (-0.68 to 0.00)");
}

TEST_CASE("values read as people write them", "[scenarios][compare]") {
  CHECK(value_text(1'000'000, MetricUnit::PartsPerMillion) == "100 %");
  CHECK(value_text(999'999, MetricUnit::PartsPerMillion) == "99.99 %");
  CHECK(value_text(90'400'000'000, MetricUnit::Nanoseconds) == "1m30s");
  CHECK(value_text(400, MetricUnit::Nanoseconds) == "<1ms");
  CHECK(value_text(0, MetricUnit::Nanoseconds) == "0s");
  CHECK(value_text(1'260'000'000, MetricUnit::Nanoseconds) == "1.3s");
  CHECK(sample_text(never_sample(), MetricUnit::Nanoseconds) == "never");
}

TEST_CASE("a comparison and each of its runs have a command that carries them out again",
          "[scenarios][compare]") {
  ComparisonPlan plan = tests::synthetic_plan();
  plan.placeholders = {"GROUP"};
  CHECK(compare_command(plan) ==
        "splitscope compare 'synthetic & made up.toml' --set GROUP=\"$GROUP\" --members 3 "
        "--profile hz-5.3 --seeds 20 --scenarios made_up_quiet,made_up_restart");
  plan.scenarios[1].is_of_library = false;
  CHECK(cell_command(plan, 1, 0, 4) ==
        "splitscope compare 'synthetic & made up.toml' --set GROUP=\"$GROUP\" --members 3 "
        "--profile hz-5.3 --scenarios r.lua --schemes 'your list' --seeds 5..5 --trace run.trace");
  plan.seeds = {7, 8};
  plan.is_of_some_schemes = true;
  plan.site = "routed";
  CHECK(
      compare_command(plan).ends_with("--site routed --seeds 7..8 --schemes "
                                      "'your list,n1 and n2,multicast' --scenarios "
                                      "made_up_quiet,r.lua"));
}

TEST_CASE("the gravest trouble of a cell counts the runs that could show it",
          "[scenarios][compare]") {
  const Comparison comparison = tests::synthetic_comparison();
  const auto worst = gravest_trouble(comparison.outcomes[1][0]);
  REQUIRE(worst.has_value());
  CHECK(worst->trouble->mark == "never merged");
  CHECK(worst->gravity == Gravity::Bad);
  CHECK(worst->count.part == 19);
  CHECK(worst->count.whole == 20);
  CHECK(worst->count.first == 1);
  CHECK_FALSE(gravest_trouble(comparison.outcomes[1][1]).has_value());
  RunOutcome quiet = tests::synthetic_outcome({});
  quiet.metrics.merge = {};
  quiet.newcomer_discovered.reset();
  for (const Trouble& trouble : trouble_table()) {
    const bool needs_more = trouble.mark == "never merged" || trouble.mark == "newcomer lost" ||
                            trouble.mark == "no master";
    CHECK(trouble.happened(quiet).has_value() != needs_more);
  }
}

TEST_CASE("a trouble says with which schemes it never happened, and which run shows it",
          "[scenarios][compare]") {
  const Comparison comparison = tests::synthetic_comparison();
  CHECK(says(comparison, Gravity::Bad,
             "With your list, a newcomer did not find the cluster in made_up_restart (10 of 20 "
             "runs). It never happened there with n1 and n2 or multicast."));
  for (const Finding& finding : comparison.findings) {
    if (finding.gravity != Gravity::Bad) continue;
    CHECK(finding.replay.find("--scenarios made_up_restart --schemes 'your list' --seeds 2..2") !=
          std::string::npos);
  }
}
