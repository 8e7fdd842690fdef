#include "scenarios/compare/slo.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "engine/base/utf8.hpp"
#include "scenarios/compare/value_text.hpp"
#include "scenarios/import/source_file.hpp"

namespace splitscope::scenarios {

namespace {

constexpr std::string_view Any = "*";
constexpr std::string_view Own = "your list";

bool names(std::string_view wanted, std::string_view name) {
  return wanted == Any || wanted == name;
}
// The user's own scheme is the first, whatever it is called.
bool names_scheme(const Objective& objective, const ComparisonPlan& plan, std::size_t index) {
  return names(objective.scheme, plan.schemes[index].name) ||
         (objective.scheme == Own && index == 0);
}

MetricUnit unit_of(const Objective& objective) {
  const bool is_of_runs = objective.statistic == Statistic::NeverShare ||
                          objective.statistic == Statistic::NotFormedShare;
  return is_of_runs ? MetricUnit::PartsPerMillion : info(objective.metric).unit;
}

std::optional<Sample> share(std::size_t part, std::size_t whole) {
  if (whole == 0) return std::nullopt;
  return Sample{.value = static_cast<std::int64_t>(part * 1'000'000 / whole)};
}

std::optional<Sample> value_of(const Objective& objective, const CellSummary& cell) {
  if (objective.statistic == Statistic::NotFormedShare) return share(cell.not_formed, cell.runs);
  const MetricSummary& summary = cell.of(objective.metric);
  const Distribution& shape = summary.distribution;
  if (shape.count == 0) return std::nullopt;
  switch (objective.statistic) {
    case Statistic::Mean:
      return shape.never == shape.count ? never_sample() : Sample{.value = summary.mean};
    case Statistic::P5:
      return shape.p5;
    case Statistic::Median:
      return shape.median;
    case Statistic::P95:
      return shape.p95;
    case Statistic::NeverShare:
      return share(shape.never, shape.count);
    case Statistic::NotFormedShare:
      break;
  }
  return std::nullopt;
}

bool is_met(const Objective& objective, const Sample& value) {
  if (value.is_never) return objective.is_minimum;
  return objective.is_minimum ? value.value >= objective.bound : value.value <= objective.bound;
}

ObjectiveResult evaluate(const Objective& objective, const CellSummary& cell) {
  const MetricUnit unit = unit_of(objective);
  ObjectiveResult result;
  result.name = objective.name;
  result.wants = fmt::format("{} {}", objective.is_minimum ? "at least" : "at most",
                             value_text(objective.bound, unit));
  if (cell.errors > 0) {
    result.state = ObjectiveResult::State::Missed;
    result.seen = fmt::format("{} runs failed: {}", cell.errors, cell.first_error);
    return result;
  }
  const auto value = value_of(objective, cell);
  if (!value.has_value()) {
    result.seen = fmt::format("{}: not measured", info(objective.metric).title);
    return result;
  }
  result.state =
      is_met(objective, *value) ? ObjectiveResult::State::Met : ObjectiveResult::State::Missed;
  result.seen = fmt::format("{}: {} is {}", info(objective.metric).title,
                            to_text(objective.statistic), sample_text(*value, unit));
  return result;
}

// What XML 1.0 may hold in content and attributes.
std::string xml_text(std::string_view text) {
  std::string result;
  for (const char c : base::well_formed_utf8(text)) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return result;
}

}  // namespace

std::string_view to_text(Statistic statistic) {
  switch (statistic) {
    case Statistic::Mean:
      return "mean";
    case Statistic::P5:
      return "p5";
    case Statistic::Median:
      return "median";
    case Statistic::P95:
      return "p95";
    case Statistic::NeverShare:
      return "never";
    case Statistic::NotFormedShare:
      return "not_formed";
  }
  return "mean";
}

std::string_view to_text(ObjectiveResult::State state) {
  switch (state) {
    case ObjectiveResult::State::Met:
      return "met";
    case ObjectiveResult::State::Missed:
      return "missed";
    case ObjectiveResult::State::NotMeasured:
      return "not measured";
  }
  return "not measured";
}

base::Result<void> check_slo(const SloFile& slo, const ComparisonPlan& plan) {
  std::string scheme_names;
  for (const SchemeVariant& scheme : plan.schemes) scheme_names += " \"" + scheme.name + "\"";
  std::string scenario_names;
  for (const ScenarioText& scenario : plan.scenarios) scenario_names += " " + scenario.name;
  for (const Objective& objective : slo.objectives) {
    bool has_scheme = false;
    for (std::size_t i = 0; i < plan.schemes.size(); ++i) {
      has_scheme = has_scheme || names_scheme(objective, plan, i);
    }
    if (!has_scheme) {
      return std::unexpected(error_at({slo.path, objective.line}, "scheme",
                                      fmt::format("\"{}\" is not compared", objective.scheme),
                                      "write \"*\" or one of" + scheme_names));
    }
    const bool has_scenario = std::ranges::any_of(
        plan.scenarios, [&](const ScenarioText& s) { return names(objective.scenario, s.name); });
    if (!has_scenario) {
      return std::unexpected(error_at({slo.path, objective.line}, "scenario",
                                      fmt::format("\"{}\" is not run", objective.scenario),
                                      "write \"*\" or one of" + scenario_names));
    }
  }
  return {};
}

std::vector<ObjectiveResult> evaluate_slo(const SloFile& slo, const Comparison& comparison) {
  std::vector<ObjectiveResult> results;
  const ComparisonPlan& plan = comparison.plan;
  for (const Objective& objective : slo.objectives) {
    for (std::size_t i = 0; i < plan.scenarios.size(); ++i) {
      if (!names(objective.scenario, plan.scenarios[i].name)) continue;
      for (std::size_t scheme = 0; scheme < plan.schemes.size(); ++scheme) {
        if (!names_scheme(objective, plan, scheme)) continue;
        ObjectiveResult result = evaluate(objective, comparison.summaries[i][scheme]);
        result.scenario = plan.scenarios[i].name;
        result.scheme = plan.schemes[scheme].name;
        results.push_back(std::move(result));
      }
    }
  }
  return results;
}

bool is_missed(const std::vector<ObjectiveResult>& results) {
  using State = ObjectiveResult::State;
  const bool any_missed =
      std::ranges::any_of(results, [](const auto& r) { return r.state == State::Missed; });
  const bool none_measured =
      std::ranges::all_of(results, [](const auto& r) { return r.state == State::NotMeasured; });
  return any_missed || none_measured;
}

std::string write_junit(const std::vector<ObjectiveResult>& results) {
  using State = ObjectiveResult::State;
  const auto count = [&](State state) {
    return std::ranges::count_if(results, [&](const auto& r) { return r.state == state; });
  };
  std::string out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuite name=\"splitscope compare\" tests=\"{}\" failures=\"{}\" errors=\"0\" "
      "skipped=\"{}\">\n",
      results.size(), count(State::Missed), count(State::NotMeasured));
  for (const ObjectiveResult& result : results) {
    out += fmt::format("  <testcase classname=\"{}\" name=\"{} ({})\"", xml_text(result.scenario),
                       xml_text(result.name), xml_text(result.scheme));
    const std::string words = xml_text(fmt::format("{}; wanted {}", result.seen, result.wants));
    if (result.state == State::Met) {
      out += "/>\n";
    } else if (result.state == State::Missed) {
      out += fmt::format(">\n    <failure message=\"{0}\">{0}</failure>\n  </testcase>\n", words);
    } else {
      out += fmt::format(">\n    <skipped message=\"{}\"/>\n  </testcase>\n", words);
    }
  }
  return out + "</testsuite>\n";
}

}  // namespace splitscope::scenarios
