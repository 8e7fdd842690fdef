#include "scenarios/compare/comparison_json.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/base/utf8.hpp"
#include "scenarios/compare/replay.hpp"

namespace splitscope::scenarios {

namespace {

namespace json = boost::json;

constexpr int FormatVersion = 1;

json::string text_value(std::string_view text) {
  return json::string(base::well_formed_utf8(text));
}

double seconds(base::Duration duration) {
  return static_cast<double>(duration.count()) / 1e9;
}

json::array texts(const std::vector<std::string>& list) {
  json::array array;
  for (const std::string& text : list) array.push_back(text_value(text));
  return array;
}

std::string_view unit_name(MetricUnit unit) {
  switch (unit) {
    case MetricUnit::PartsPerMillion:
      return "share";
    case MetricUnit::Nanoseconds:
      return "seconds";
    case MetricUnit::Count:
      return "count";
    case MetricUnit::Thousandths:
      return "per_member_minute";
    case MetricUnit::Bytes:
      return "bytes_per_member_minute";
  }
  return "count";
}

// In the unit that unit_name() tells.
json::value number(std::int64_t value, MetricUnit unit) {
  switch (unit) {
    case MetricUnit::PartsPerMillion:
      return static_cast<double>(value) / 1e6;
    case MetricUnit::Nanoseconds:
      return static_cast<double>(value) / 1e9;
    case MetricUnit::Thousandths:
      return static_cast<double>(value) / 1e3;
    case MetricUnit::Count:
    case MetricUnit::Bytes:
      break;
  }
  return value;
}

json::value sample_value(const Sample& sample, MetricUnit unit) {
  return sample.is_never ? json::value("never") : number(sample.value, unit);
}

json::value difference_value(const MetricSummary& summary, MetricUnit unit) {
  if (!summary.difference.has_value()) return nullptr;
  const PairedDifference& difference = *summary.difference;
  return json::object{{"pairs", difference.pairs},
                      {"mean", number(difference.mean, unit)},
                      {"low", number(difference.low, unit)},
                      {"high", number(difference.high, unit)},
                      {"no_difference", difference.is_no_difference()},
                      {"never_only_here", summary.never_only_here},
                      {"never_only_first", summary.never_only_first}};
}

json::object metric_object(const MetricSummary& summary, const MetricInfo& row) {
  const Distribution& shape = summary.distribution;
  json::object object;
  object["unit"] = unit_name(row.unit);
  object["count"] = shape.count;
  object["never"] = shape.never;
  const bool is_empty = shape.count == 0;
  const auto or_null = [&](json::value value) { return is_empty ? json::value(nullptr) : value; };
  object["mean"] =
      or_null(shape.never == shape.count ? json::value("never") : number(summary.mean, row.unit));
  object["p5"] = or_null(sample_value(shape.p5, row.unit));
  object["median"] = or_null(sample_value(shape.median, row.unit));
  object["p95"] = or_null(sample_value(shape.p95, row.unit));
  object["difference"] = difference_value(summary, row.unit);
  return object;
}

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text_value(text));
}

json::object cost_object(const ComparisonPlan& plan, const CellSummary& cell) {
  const MonthlyCost cost = monthly_cost(plan.prices, cell, plan.members);
  const auto amount = [](const std::optional<std::int64_t>& millionths) {
    return millionths.has_value() ? json::value(static_cast<double>(*millionths) / 1e6)
                                  : json::value(nullptr);
  };
  return json::object{{"currency", text_or_null(plan.prices.currency)},
                      {"calls", amount(cost.calls)},
                      {"instances", amount(cost.instances)}};
}

json::object cell_object(const ComparisonPlan& plan, const CellSummary& cell,
                         const std::vector<RunOutcome>& runs, const std::string& scheme) {
  json::object object;
  object["scheme"] = text_value(scheme);
  object["runs"] = cell.runs;
  object["errors"] = cell.errors;
  object["first_error"] =
      cell.errors > 0 ? json::value(text_value(cell.first_error)) : json::value(nullptr);
  object["not_formed"] = cell.not_formed;
  object["not_exposed"] = cell.not_exposed;
  object["two_masters"] = cell.two_masters;
  object["masters_max"] = cell.masters_max;
  json::object metrics;
  for (const MetricInfo& row : metric_table()) {
    metrics[row.key] = metric_object(cell.of(row.metric), row);
  }
  object["metrics"] = std::move(metrics);
  object["monthly_cost"] = cost_object(plan, cell);
  json::array digests;
  for (const RunOutcome& run : runs)
    digests.push_back(text_value(fmt::format("{:016x}", run.digest)));
  object["digests"] = std::move(digests);
  return object;
}

json::array scenarios_array(const Comparison& comparison) {
  json::array array;
  for (std::size_t i = 0; i < comparison.summaries.size(); ++i) {
    const ScenarioText& scenario = comparison.plan.scenarios[i];
    json::array cells;
    for (std::size_t scheme = 0; scheme < comparison.plan.schemes.size(); ++scheme) {
      cells.push_back(cell_object(comparison.plan, comparison.summaries[i][scheme],
                                  comparison.outcomes[i][scheme],
                                  comparison.plan.schemes[scheme].name));
    }
    array.push_back(json::object{{"name", text_value(scenario.name)},
                                 {"title", text_value(scenario.title)},
                                 {"schemes", std::move(cells)}});
  }
  return array;
}

json::object plan_object(const ComparisonPlan& plan) {
  json::array schemes;
  for (const SchemeVariant& scheme : plan.schemes) {
    json::array list;
    for (const auto& entry : scheme.cluster.config.wka.members) {
      list.push_back(text_value(entry.text));
    }
    schemes.push_back(json::object{{"name", text_value(scheme.name)},
                                   {"kind", schemes::to_text(scheme.cluster.config.scheme)},
                                   {"engine", schemes::to_text(scheme.cluster.config.engine)},
                                   {"well_known", std::move(list)}});
  }
  return json::object{
      {"sources", texts(plan.sources)}, {"command", text_value(compare_command(plan))},
      {"members", plan.members},        {"site", text_value(plan.site)},
      {"seeds", plan.seeds.size()},     {"window_seconds", seconds(plan.window)},
      {"schemes", std::move(schemes)},  {"assumptions", texts(plan.assumptions)}};
}

json::array findings_array(const std::vector<Finding>& findings) {
  json::array array;
  for (const Finding& finding : findings) {
    array.push_back(json::object{{"gravity", to_text(finding.gravity)},
                                 {"text", text_value(finding.text)},
                                 {"scenario", text_or_null(finding.scenario)},
                                 {"scheme", text_or_null(finding.scheme)},
                                 {"replay", text_or_null(finding.replay)}});
  }
  return array;
}

json::array objectives_array(const std::vector<ObjectiveResult>& results) {
  json::array array;
  for (const ObjectiveResult& result : results) {
    array.push_back(json::object{{"name", text_value(result.name)},
                                 {"scenario", text_value(result.scenario)},
                                 {"scheme", text_value(result.scheme)},
                                 {"state", to_text(result.state)},
                                 {"seen", text_value(result.seen)},
                                 {"wants", text_value(result.wants)}});
  }
  return array;
}

}  // namespace

std::string comparison_json(const Comparison& comparison,
                            const std::vector<ObjectiveResult>& objectives) {
  const json::object object{
      {"format", "splitscope comparison"},        {"version", FormatVersion},
      {"plan", plan_object(comparison.plan)},     {"findings", findings_array(comparison.findings)},
      {"scenarios", scenarios_array(comparison)}, {"objectives", objectives_array(objectives)}};
  return json::serialize(object) + "\n";
}

}  // namespace splitscope::scenarios
