#include "scenarios/fidelity/fidelity.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "scenarios/kit/worker_pool.hpp"

namespace splitscope::scenarios {
namespace {

using Values = std::map<std::string, std::vector<std::string>>;

// The values of all seeds by metric, in the order of the seeds.
Values values_of(const std::vector<FidelityRun>& runs) {
  Values values;
  for (const FidelityRun& run : runs) {
    for (const Measurement& measurement : run.measurements) {
      values[measurement.name].push_back(measurement.text);
    }
  }
  return values;
}

RecordedMetric mapped(const RecordedMetric& metric, std::string_view suffix,
                      std::string (*map)(std::string_view)) {
  RecordedMetric result{metric.name + std::string(suffix), {}};
  for (const std::string& value : metric.values) result.values.push_back(map(value));
  return result;
}

std::vector<std::string> mapped(const std::vector<std::string>& values,
                                std::string (*map)(std::string_view)) {
  std::vector<std::string> result;
  for (const std::string& value : values) result.push_back(map(value));
  return result;
}

void judge_metric(const RecordedMetric& recorded, const std::vector<std::string>& predicted,
                  ScenarioFidelity& scenario) {
  std::vector<MetricVerdict>& metrics = scenario.metrics;
  switch (kind_of_metric(recorded.name)) {
    case MetricKind::Time:
      metrics.push_back(judge_time(recorded, predicted, scenario.heartbeat_interval));
      return;
    case MetricKind::Count:
      metrics.push_back(judge_count(recorded, predicted));
      return;
    case MetricKind::Outcome:
      break;
  }
  if (!is_views(recorded.name)) {
    // Which of two members that lost each other the master drops is chance.
    const bool is_chance = recorded.name.starts_with("removes.");
    metrics.push_back(judge_outcome(recorded, predicted, is_chance));
    return;
  }
  metrics.push_back(judge_outcome(mapped(recorded, ", members", who_is_with_whom),
                                  mapped(predicted, who_is_with_whom), false));
  metrics.push_back(judge_outcome(mapped(recorded, ", master", who_is_master),
                                  mapped(predicted, who_is_master), true));
}

ScenarioFidelity judge_scenario(const FidelityTask& task, const std::vector<FidelityRun>& runs) {
  ScenarioFidelity scenario;
  scenario.label = task.recorded.label;
  scenario.version = task.recorded.version;
  scenario.script_path = task.script_path;
  scenario.shows = script_summary(task.script);
  scenario.heartbeat_interval = runs.front().heartbeat_interval;
  for (const FidelityRun& run : runs) {
    if (!run.beyond_world.empty()) scenario.beyond_world = run.beyond_world;
  }
  if (!scenario.beyond_world.empty()) return scenario;
  const Values values = values_of(runs);
  const auto predicted = [&values](const std::string& name) {
    const auto found = values.find(name);
    return found == values.end() ? std::vector<std::string>{} : found->second;
  };
  for (const RecordedMetric& metric : task.recorded.metrics) {
    judge_metric(metric, predicted(metric.name), scenario);
  }
  if (!task.recorded.metrics.empty()) return scenario;
  for (const auto& [name, found] : values) judge_metric({name, {}}, found, scenario);
  return scenario;
}

}  // namespace

Fidelity measure_fidelity(const std::vector<FidelityTask>& tasks, FidelityRunner& runner,
                          const FidelityOptions& options) {
  Fidelity fidelity;
  fidelity.first_seed = options.first_seed;
  fidelity.seeds = options.seeds;
  std::vector<std::vector<FidelityRun>> runs(tasks.size(), std::vector<FidelityRun>(options.seeds));
  const auto work = [&](std::size_t index) {
    const std::size_t task = index / options.seeds;
    const std::size_t seed = index % options.seeds;
    runs[task][seed] = runner.run(tasks[task], options.first_seed + seed);
  };
  run_parallel(tasks.size() * options.seeds, options.jobs, work, options.progress);
  for (std::size_t task = 0; task < tasks.size(); ++task) {
    for (std::size_t seed = 0; seed < options.seeds; ++seed) {
      const FidelityRun& run = runs[task][seed];
      if (run.error.empty() || !fidelity.error.empty()) continue;
      fidelity.error =
          fmt::format("{}, Hazelcast {}, seed {}: {}", tasks[task].recorded.label,
                      tasks[task].recorded.version, options.first_seed + seed, run.error);
      fidelity.is_our_bug = run.is_our_bug;
    }
    fidelity.scenarios.push_back(judge_scenario(tasks[task], runs[task]));
  }
  return fidelity;
}

bool FidelityBars::are_met() const {
  return beyond_world == 0 && outcomes_agreeing == outcomes &&
         static_cast<double>(times_agreeing) >= TimeShareMin * static_cast<double>(times);
}

FidelityBars bars_of(const Fidelity& fidelity) {
  FidelityBars bars;
  for (const ScenarioFidelity& scenario : fidelity.scenarios) {
    if (!scenario.beyond_world.empty()) ++bars.beyond_world;
    for (const MetricVerdict& metric : scenario.metrics) {
      if (metric.state == MetricVerdict::State::NotRecorded) {
        ++bars.unrecorded;
        continue;
      }
      const bool agrees = metric.state == MetricVerdict::State::Agrees;
      const bool is_time = metric.kind == MetricKind::Time;
      ++(is_time ? bars.times : bars.outcomes);
      if (agrees) ++(is_time ? bars.times_agreeing : bars.outcomes_agreeing);
    }
  }
  return bars;
}

}  // namespace splitscope::scenarios
