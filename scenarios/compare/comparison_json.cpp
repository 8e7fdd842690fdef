#include "scenarios/compare/comparison_json.hpp"

#include <boost/json.hpp>

#include "scenarios/compare/summary.hpp"
#include "scenarios/compare/value_text.hpp"

namespace splitscope::scenarios {
namespace {

namespace json = boost::json;

double in_unit(std::int64_t value, MetricUnit unit) {
  const auto number = static_cast<double>(value);
  switch (unit) {
    case MetricUnit::PartsPerMillion:
      return number / 1e6;
    case MetricUnit::Nanoseconds:
      return number / 1e9;
    case MetricUnit::Thousandths:
      return number / 1e3;
    case MetricUnit::Count:
    case MetricUnit::Bytes:
      return number;
  }
  return number;
}

json::value sample(const Sample& value, MetricUnit unit) {
  if (value.is_never) return "never";
  return in_unit(value.value, unit);
}

json::value metric_object(const MetricSummary& summary, const MetricInfo& metric) {
  if (summary.distribution.count == 0) return nullptr;
  json::object object;
  object["count"] = summary.distribution.count;
  object["never"] = summary.distribution.never;
  object["mean"] = in_unit(summary.mean, metric.unit);
  object["p5"] = sample(summary.distribution.p5, metric.unit);
  object["median"] = sample(summary.distribution.median, metric.unit);
  object["p95"] = sample(summary.distribution.p95, metric.unit);
  if (summary.difference.has_value()) {
    object["difference"] = json::object{{"mean", in_unit(summary.difference->mean, metric.unit)},
                                        {"low", in_unit(summary.difference->low, metric.unit)},
                                        {"high", in_unit(summary.difference->high, metric.unit)},
                                        {"none", summary.difference->is_no_difference()}};
  }
  return object;
}

json::object cell_object(const CellSummary& cell, const std::string& scheme) {
  json::object object{{"scheme", scheme},
                      {"runs", cell.runs},
                      {"errors", cell.errors},
                      {"not_formed", cell.not_formed},
                      {"not_exposed", cell.not_exposed}};
  json::object metrics;
  for (const MetricInfo& metric : metric_table()) {
    metrics[metric.key] = metric_object(cell.of(metric.metric), metric);
  }
  object["metrics"] = std::move(metrics);
  return object;
}

}  // namespace

std::string comparison_json(const Comparison& comparison) {
  const ComparisonPlan& plan = comparison.plan;
  json::object root;
  root["sources"] = json::value_from(plan.sources);
  root["members"] = plan.members;
  root["seeds"] = plan.seeds.size();
  root["window_seconds"] = static_cast<double>(plan.window.count()) / 1e9;
  root["command"] = compare_command(plan);
  root["assumptions"] = json::value_from(plan.assumptions);
  json::array findings;
  for (const Finding& finding : comparison.findings) {
    findings.push_back(json::object{{"gravity", std::string(to_text(finding.gravity))},
                                    {"text", finding.text},
                                    {"scenario", finding.scenario},
                                    {"scheme", finding.scheme}});
  }
  root["findings"] = std::move(findings);
  json::array scenarios;
  for (std::size_t index = 0; index < plan.scenarios.size(); ++index) {
    json::array cells;
    for (std::size_t scheme = 0; scheme < plan.schemes.size(); ++scheme) {
      cells.push_back(cell_object(comparison.summaries[index][scheme], plan.schemes[scheme].name));
    }
    scenarios.push_back(json::object{{"name", plan.scenarios[index].name},
                                     {"title", plan.scenarios[index].title},
                                     {"schemes", std::move(cells)}});
  }
  root["scenarios"] = std::move(scenarios);
  return json::serialize(root) + "\n";
}

}  // namespace splitscope::scenarios
