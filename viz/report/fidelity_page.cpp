#include "viz/report/fidelity_page.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "viz/canvas/svg_canvas.hpp"

namespace splitscope::viz {
namespace {

using scenarios::MetricKind;
using scenarios::MetricVerdict;
using scenarios::ScenarioFidelity;
using State = MetricVerdict::State;

constexpr double RangeWidth = 220;

constexpr std::string_view FidelityStyle = R"css(
:root { color-scheme: light dark; --line: #8884; --bad: #b3261e; --good: #1b6e3c; --note: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --bad: #ff8a80; --good: #7fd8a0; --note: #ffcc66; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 78rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .2rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid var(--line); }
th { font-size: .85em; } td { vertical-align: top; } div.wide { overflow-x: auto; }
.agrees { color: var(--good); } .misses { color: var(--bad); } .open { color: var(--note); }
svg { color: inherit; } small { opacity: .8; }
)css";

const char* class_of(State state) {
  return state == State::Agrees ? "agrees" : state == State::Misses ? "misses" : "open";
}

// The recorded range above the predicted one, each with its median.
std::string ranges(const MetricVerdict& metric) {
  const scenarios::Spread& recorded = metric.recorded;
  const scenarios::Spread& predicted = metric.predicted;
  if (recorded.count == 0 || predicted.count == 0) return "";
  const double low = std::min(recorded.low, predicted.low);
  const double span = std::max(recorded.high, predicted.high) - low;
  const auto x = [&](double value) {
    return span <= 0 ? RangeWidth / 2 : 4 + (value - low) / span * (RangeWidth - 8);
  };
  const auto bar = [&](const scenarios::Spread& spread, double y, double opacity) {
    return fmt::format(
        "<rect x=\"{:.1f}\" y=\"{}\" width=\"{:.1f}\" height=\"7\" fill=\"currentColor\" "
        "opacity=\"{}\"/><circle cx=\"{:.1f}\" cy=\"{}\" r=\"3.5\" fill=\"currentColor\"/>",
        x(spread.low), y, std::max(1.0, x(spread.high) - x(spread.low)), opacity, x(spread.median),
        y + 3.5);
  };
  return fmt::format(
      "<svg width=\"{}\" height=\"22\" role=\"img\" aria-label=\"recorded above predicted\">{}{}"
      "</svg>",
      RangeWidth, bar(recorded, 2, 0.55), bar(predicted, 13, 0.25));
}

std::string row(const ScenarioFidelity& scenario, const MetricVerdict& metric,
                const std::vector<scenarios::KnownMiss>& known) {
  const scenarios::MetricCells cells = scenarios::cells_of(metric);
  std::string verdict = xml_escaped(cells.verdict);
  const std::string reason = scenarios::reason_for(known, scenario, metric);
  if (metric.state == State::Misses && !reason.empty()) {
    verdict += "<br><small>" + xml_escaped(reason) + "</small>";
  }
  return fmt::format(
      "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td class=\"{}\">{}</td></tr>\n",
      xml_escaped(scenario.version), xml_escaped(metric.metric), xml_escaped(cells.recorded),
      xml_escaped(cells.predicted), ranges(metric), class_of(metric.state), verdict);
}

constexpr std::string_view TableHead =
    "<div class=\"wide\"><table><tr><th>version</th><th>metric</th>"
    "<th>recorded min / median / max (n)</th><th>predicted 5 / 50 / 95 %</th>"
    "<th>recorded above predicted</th><th>verdict</th></tr>\n";

std::string misses(const scenarios::Fidelity& fidelity,
                   const std::vector<scenarios::KnownMiss>& known) {
  std::string rows;
  for (const ScenarioFidelity& scenario : fidelity.scenarios) {
    std::string of_scenario;
    for (const MetricVerdict& metric : scenario.metrics) {
      if (metric.state == State::Misses) of_scenario += row(scenario, metric, known);
    }
    if (of_scenario.empty()) continue;
    rows += fmt::format("<tr><th colspan=\"6\">{}</th></tr>\n{}", xml_escaped(scenario.label),
                        of_scenario);
  }
  if (rows.empty()) return "<p>Nothing misses.</p>\n";
  return std::string(TableHead) + rows + "</table></div>\n";
}

}  // namespace

std::string fidelity_page(const scenarios::Fidelity& fidelity,
                          const std::vector<scenarios::KnownMiss>& known) {
  std::string page = fmt::format(
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Fidelity</title>"
      "<style>{}</style></head><body><h1>Predictions against recordings of real clusters</h1>\n"
      "<p>Seeds {} to {} of each scenario. Times in seconds.</p><ul>\n",
      FidelityStyle, fidelity.first_seed, fidelity.first_seed + fidelity.seeds - 1);
  for (const std::string& line : scenarios::summary_lines(fidelity)) {
    page += fmt::format("<li>{}</li>\n", xml_escaped(line));
  }
  page += "</ul>\n<h2>What misses</h2>\n" + misses(fidelity, known);
  std::string last;
  for (const ScenarioFidelity& scenario : fidelity.scenarios) {
    if (scenario.label != last) {
      if (!last.empty()) page += "</table></div>\n";
      page += fmt::format("<h2 id=\"{0}\">{0}</h2><p>{1}</p>\n{2}", xml_escaped(scenario.label),
                          xml_escaped(scenario.shows), TableHead);
      last = scenario.label;
    }
    for (const MetricVerdict& metric : scenario.metrics) page += row(scenario, metric, known);
  }
  if (!last.empty()) page += "</table></div>\n";
  return page + "</body></html>\n";
}

}  // namespace splitscope::viz
