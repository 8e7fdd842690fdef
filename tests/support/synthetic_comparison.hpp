// A made-up comparison, to test what is written of one. Nothing in it was simulated: the numbers
// are round and chosen by hand.
#pragma once

#include <string>

#include "scenarios/compare/comparison.hpp"
#include "scenarios/compare/findings.hpp"
#include "scenarios/compare/summary.hpp"

namespace splitscope::tests {

struct SyntheticRun {
  std::uint64_t agreed_percent = 100;
  std::optional<std::int64_t> merge_seconds = 10;  // nothing: never
  bool discovered = true;
  std::uint32_t masters = 1;
  bool exposed = true;
};

inline scenarios::RunOutcome synthetic_outcome(const SyntheticRun& run) {
  using std::chrono::seconds;
  constexpr std::uint64_t Minute = 60'000'000'000;
  scenarios::RunOutcome outcome;
  outcome.formed = true;
  outcome.exposed = run.exposed;
  outcome.window = seconds{100};
  outcome.metrics.member_ns = 300 * Minute / 60;
  outcome.metrics.agreed_ns = outcome.metrics.member_ns / 100 * run.agreed_percent;
  outcome.metrics.masters_max = run.masters;
  outcome.metrics.form.value = seconds{4};
  outcome.metrics.merge.pending = true;
  if (run.merge_seconds.has_value()) {
    outcome.metrics.merge = {.value = seconds{*run.merge_seconds}, .pending = false};
  }
  outcome.metrics.split_needless_ns = run.masters > 1 ? 2'000'000'000 : 0;
  outcome.newcomer_discovered = run.discovered;
  outcome.newcomer_in_largest = run.discovered;
  // 300 member seconds are 5 member minutes: 100 messages and 5,000 bytes a minute.
  outcome.member_ns = outcome.metrics.member_ns;
  outcome.messages["Heartbeat"] = {.messages = 500, .bytes = 25'000};
  outcome.events = 1234;
  outcome.digest = 0xfeed'0000'0000'0001;
  return outcome;
}

inline scenarios::ComparisonPlan synthetic_plan() {
  scenarios::ComparisonPlan plan;
  plan.sources = {"synthetic & made up.toml"};
  const auto add = [&](const std::string& name, schemes::SchemeKind kind,
                       std::vector<schemes::WellKnownEntry> list) {
    scenarios::SchemeVariant variant;
    variant.name = name;
    variant.cluster.config.scheme = kind;
    variant.cluster.config.wka.members = std::move(list);
    plan.schemes.push_back(std::move(variant));
  };
  add("your list", schemes::SchemeKind::Wka, {{"192.0.2.1"}});
  add("n1 and n2", schemes::SchemeKind::Wka, {{"192.0.2.1"}, {"192.0.2.2"}});
  add("multicast", schemes::SchemeKind::Multicast, {});
  plan.scenarios.push_back({"made_up_quiet", "Synthetic: nothing happens.", "q.lua", ""});
  plan.scenarios.push_back({"made_up_restart", "Synthetic: <n1> restarts.", "r.lua", ""});
  for (std::uint64_t seed = 1; seed <= 20; ++seed) plan.seeds.push_back(seed);
  plan.window = std::chrono::seconds{100};
  plan.assumptions = {"Everything here is synthetic.", "No run was made."};
  return plan;
}

// Quiet: all is well everywhere, and multicast is not exposed. Restart: with "your list" the
// cluster never merges but in the first seed, has two masters, half the newcomers fail and
// agreement is 50 %; with "n1 and n2" it merges after 10 to 29 s with agreement 90 %; multicast in
// 20 s with 90 %.
inline scenarios::Comparison synthetic_comparison() {
  scenarios::Comparison result;
  result.plan = synthetic_plan();
  for (std::size_t scenario = 0; scenario < 2; ++scenario) {
    auto& row = result.outcomes.emplace_back();
    for (std::size_t scheme = 0; scheme < 3; ++scheme) {
      auto& runs = row.emplace_back();
      for (std::size_t seed = 0; seed < result.plan.seeds.size(); ++seed) {
        SyntheticRun run;
        if (scenario == 0) {
          run.exposed = scheme != 2;
        } else if (scheme == 0) {
          run = {
              .agreed_percent = 50, .merge_seconds = {}, .discovered = seed % 2 == 0, .masters = 2};
          if (seed == 0) run.merge_seconds = 40;
        } else {
          run.agreed_percent = 90;
          run.merge_seconds = scheme == 1 ? 10 + static_cast<std::int64_t>(seed) : 20;
        }
        runs.push_back(synthetic_outcome(run));
      }
    }
  }
  scenarios::summarize(result);
  result.findings = scenarios::find_findings(result);
  return result;
}

}  // namespace splitscope::tests
