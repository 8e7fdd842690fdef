#include "viz/report/html_report.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "scenarios/compare/summary.hpp"
#include "scenarios/compare/value_text.hpp"
#include "viz/canvas/interval_plot.hpp"
#include "viz/canvas/svg_canvas.hpp"

namespace splitscope::viz {
namespace {

using scenarios::CellSummary;
using scenarios::Comparison;
using scenarios::Metric;

constexpr double PlotWidth = 720;

// What is drawn, beside the table: times, and the split-brain time.
constexpr std::array<Metric, 4> Plotted{Metric::DetectLast, Metric::Elect, Metric::Merge,
                                        Metric::SplitNeedless};

constexpr std::string_view Style = R"css(
:root { color-scheme: light dark; --line: #8884; }
:root { --bad: #b3261e; --warning: #8a5a00; --good: #1b6e3c; }
@media (prefers-color-scheme: dark) {
  :root { --bad: #ff8a80; --warning: #ffcc66; --good: #7fd8a0; }
}
body { font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 2.5rem 0 .2rem; }
p.shows { margin: 0 0 .6rem; opacity: .8; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .25rem .5rem; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; }
ul.findings { padding-left: 1.2rem; }
li.bad { color: var(--bad); } li.warning { color: var(--warning); }
li.good { color: var(--good); }
svg { display: block; max-width: 100%; height: auto; margin: .8rem 0; }
code { font-size: .9em; } .note { opacity: .75; font-size: .9em; }
@media print { body { max-width: none; margin: 0; } h2, svg, table { break-inside: avoid; } }
)css";

std::string escaped(std::string_view text) {
  return xml_escaped(text);
}

// Seconds for times, the number itself otherwise; never is infinity.
double plotted(const scenarios::Sample& sample) {
  return sample.is_never ? Never : static_cast<double>(sample.value) / 1e9;
}

std::string plot(const Comparison& comparison, std::size_t scenario, Metric metric,
                 const std::string& id) {
  const auto& cells = comparison.summaries[scenario];
  IntervalPlot picture;
  picture.title = std::string(scenarios::info(metric).title);
  picture.x_title = metric == Metric::SplitNeedless ? "seconds of members" : "time";
  picture.x.low = 0;
  double longest = 0;
  bool any = false;
  for (std::size_t scheme = 0; scheme < cells.size(); ++scheme) {
    const scenarios::Distribution& shape = cells[scheme].of(metric).distribution;
    IntervalRow row;
    row.label = comparison.plan.schemes[scheme].name;
    row.series = scheme;
    row.note = scenarios::headline_text(cells[scheme], metric);
    if (shape.count > 0) {
      any = true;
      row.interval = Interval{plotted(shape.p5), plotted(shape.median), plotted(shape.p95)};
      for (const double value : {row.interval->low, row.interval->median, row.interval->high}) {
        if (value != Never) longest = std::max(longest, value);
      }
      const std::string never = scenarios::never_text(shape);
      if (!never.empty()) row.note += ", " + never;
    }
    picture.rows.push_back(std::move(row));
  }
  if (!any || longest <= 0) return {};
  picture.x.high = longest * 1.05;
  const double height = interval_plot_height(picture);
  SvgCanvas canvas(
      {PlotWidth, height},
      {.title = picture.title, .id_prefix = id, .has_own_style = false, .has_background = false});
  draw_interval_plot(canvas, {0, 0, PlotWidth, height}, picture);
  return canvas.finish();
}

std::string table(const Comparison& comparison, std::size_t scenario) {
  std::string html = "<table><thead><tr><th>scheme</th>";
  for (const scenarios::MetricInfo& metric : scenarios::metric_table()) {
    if (metric.metric == Metric::Bytes || metric.metric == Metric::DetectFirst) continue;
    html += fmt::format("<th>{}</th>", escaped(metric.title));
  }
  html += "</tr></thead><tbody>";
  for (std::size_t scheme = 0; scheme < comparison.plan.schemes.size(); ++scheme) {
    const CellSummary& cell = comparison.summaries[scenario][scheme];
    html += fmt::format("<tr><td>{}", escaped(comparison.plan.schemes[scheme].name));
    if (cell.not_exposed == cell.runs) html += " <span class=note>not exposed</span>";
    if (cell.not_formed > 0) {
      html += fmt::format(" <span class=note>not formed {}/{}</span>", cell.not_formed, cell.runs);
    }
    html += "</td>";
    for (const scenarios::MetricInfo& metric : scenarios::metric_table()) {
      if (metric.metric == Metric::Bytes || metric.metric == Metric::DetectFirst) continue;
      html += fmt::format("<td>{}</td>", escaped(scenarios::headline_text(cell, metric.metric)));
    }
    html += "</tr>";
  }
  return html + "</tbody></table>\n";
}

std::string scenario_section(const Comparison& comparison, std::size_t scenario) {
  const scenarios::ScenarioText& text = comparison.plan.scenarios[scenario];
  std::string html =
      fmt::format("<h2>{}</h2>\n<p class=shows>{}</p>\n", escaped(text.name), escaped(text.title));
  html += table(comparison, scenario);
  for (std::size_t index = 0; index < Plotted.size(); ++index) {
    html += plot(comparison, scenario, Plotted[index], fmt::format("s{}m{}-", scenario, index));
  }
  return html;
}

}  // namespace

std::string html_report(const Comparison& comparison) {
  const scenarios::ComparisonPlan& plan = comparison.plan;
  const std::string source = plan.sources.empty() ? "a cluster" : plan.sources.front();
  std::string html = fmt::format(
      "<!doctype html>\n<html lang=en><head><meta charset=utf-8>\n"
      "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
      "<title>Splitscope: {0}</title>\n<style>{1}{2}</style></head><body>\n"
      "<h1>Membership schemes compared: {0}</h1>\n"
      "<p class=note>{3} members, {4} seeds a cell, measured for {5:.0f} s of simulated time from "
      "the "
      "first fault.</p>\n<ul class=findings>\n",
      escaped(source), Style, svg_style(standard_palette()), plan.members, plan.seeds.size(),
      static_cast<double>(plan.window.count()) / 1e9);
  for (const scenarios::Finding& finding : comparison.findings) {
    html += fmt::format("<li class={}>{}</li>\n", to_text(finding.gravity), escaped(finding.text));
  }
  html += "</ul>\n";
  for (std::size_t scenario = 0; scenario < plan.scenarios.size(); ++scenario) {
    html += scenario_section(comparison, scenario);
  }
  html += "<h2>What was assumed</h2>\n<ul>\n";
  for (const std::string& assumption : plan.assumptions) {
    html += fmt::format("<li>{}</li>\n", escaped(assumption));
  }
  html += fmt::format("</ul>\n<p>Again: <code>{}</code></p>\n</body></html>\n",
                      escaped(scenarios::compare_command(plan)));
  return html;
}

}  // namespace splitscope::viz
