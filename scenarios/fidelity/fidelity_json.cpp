#include "scenarios/fidelity/fidelity_json.hpp"

#include <boost/json.hpp>

namespace splitscope::scenarios {
namespace {

namespace json = boost::json;

json::object spread_object(const Spread& spread, const char* low, const char* high) {
  json::object object{{"count", spread.count}, {"never", spread.never}};
  if (spread.count == 0) return object;
  object[low] = spread.low;
  object["median"] = spread.median;
  object[high] = spread.high;
  return object;
}

const char* kind_text(MetricKind kind) {
  switch (kind) {
    case MetricKind::Time:
      return "time";
    case MetricKind::Count:
      return "count";
    case MetricKind::Outcome:
      return "outcome";
  }
  return "";
}

const char* state_text(MetricVerdict::State state) {
  switch (state) {
    case MetricVerdict::State::Agrees:
      return "agrees";
    case MetricVerdict::State::Misses:
      return "misses";
    case MetricVerdict::State::NotRecorded:
      return "not recorded";
  }
  return "";
}

json::object metric_object(const MetricVerdict& metric) {
  json::object object{{"metric", metric.metric},
                      {"kind", kind_text(metric.kind)},
                      {"verdict", state_text(metric.state)}};
  if (!metric.reason.empty()) object["reason"] = metric.reason;
  if (metric.kind != MetricKind::Outcome) {
    object["recorded"] = spread_object(metric.recorded, "min", "max");
    object["predicted"] = spread_object(metric.predicted, "p5", "p95");
    return object;
  }
  json::array outcomes;
  for (const OutcomeShare& outcome : metric.outcomes) {
    outcomes.push_back(json::object{{"outcome", outcome.text},
                                    {"recorded", outcome.recorded},
                                    {"predicted", outcome.predicted}});
  }
  object["outcomes"] = std::move(outcomes);
  return object;
}

}  // namespace

std::string fidelity_json(const Fidelity& fidelity) {
  const FidelityBars bars = bars_of(fidelity);
  json::array scenarios;
  for (const ScenarioFidelity& scenario : fidelity.scenarios) {
    json::array metrics;
    for (const MetricVerdict& metric : scenario.metrics) metrics.push_back(metric_object(metric));
    json::object object{{"scenario", scenario.label},
                        {"version", scenario.version},
                        {"heartbeat_interval_ms", scenario.heartbeat_interval.count() / 1'000'000},
                        {"metrics", std::move(metrics)}};
    if (!scenario.beyond_world.empty()) object["beyond_world"] = scenario.beyond_world;
    scenarios.push_back(std::move(object));
  }
  json::object object{{"first_seed", fidelity.first_seed},
                      {"seeds", fidelity.seeds},
                      {"bars", json::object{{"met", bars.are_met()},
                                            {"times", bars.times},
                                            {"times_agreeing", bars.times_agreeing},
                                            {"outcomes", bars.outcomes},
                                            {"outcomes_agreeing", bars.outcomes_agreeing},
                                            {"unrecorded", bars.unrecorded}}},
                      {"scenarios", std::move(scenarios)}};
  return json::serialize(object) + "\n";
}

}  // namespace splitscope::scenarios
