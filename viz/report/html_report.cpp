#include "viz/report/html_report.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "engine/base/duration_text.hpp"
#include "scenarios/compare/replay.hpp"
#include "scenarios/compare/troubles.hpp"
#include "scenarios/compare/value_text.hpp"
#include "viz/canvas/interval_plot.hpp"
#include "viz/canvas/matrix_plot.hpp"
#include "viz/canvas/svg_canvas.hpp"

namespace splitscope::viz {
namespace {

using scenarios::CellSummary;
using scenarios::Comparison;
using scenarios::Metric;
using scenarios::MetricUnit;

constexpr double PlotWidth = 720;
constexpr double OverviewWidth = 960;

// What is drawn, beside the table: agreement, times, and the split-brain time.
constexpr std::array<Metric, 5> Plotted{Metric::Agreement, Metric::DetectLast, Metric::Elect,
                                        Metric::Merge, Metric::SplitNeedless};

struct Column {
  Metric metric;
  std::string_view title;
};
constexpr std::array<Column, 11> Columns{{{Metric::Agreement, "agreement"},
                                          {Metric::Discovery, "discovery"},
                                          {Metric::SplitNeedless, "needless split"},
                                          {Metric::SplitForced, "forced split"},
                                          {Metric::DetectLast, "detect"},
                                          {Metric::Elect, "elect"},
                                          {Metric::Merge, "merge"},
                                          {Metric::FalseRemovals, "false removals"},
                                          {Metric::Messages, "messages/min"},
                                          {Metric::ApiCalls, "API calls/h"},
                                          {Metric::ApiThrottled, "throttled"}}};
// The last of them are of a cloud.
constexpr std::size_t CloudColumns = 2;

constexpr std::string_view ReportStyle = R"css(
:root { color-scheme: light dark; --line: #8884; --shade: #8881; }
:root { --bad: #b3261e; --warning: #8a5a00; --good: #1b6e3c; --note: #4a5568; }
@media (prefers-color-scheme: dark) {
  :root { --bad: #ff8a80; --warning: #ffcc66; --good: #7fd8a0; --note: #b8c0cc; }
}
body { font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: .2rem; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .2rem; }
p.shows { margin: 0 0 .6rem; opacity: .8; }
div.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .25rem .5rem; border-bottom: 1px solid var(--line); }
th { font-weight: 600; font-size: .85em; vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; }
td small { display: block; opacity: .8; }
td.never { color: var(--bad); font-weight: 600; }
ul.findings { list-style: none; padding: 0; }
ul.findings li { padding: .4rem .7rem; margin: .4rem 0; border-left: 4px solid; }
ul.findings li { background: var(--shade); overflow-wrap: anywhere; }
ul.findings li.bad { border-color: var(--bad); }
ul.findings li.warning { border-color: var(--warning); }
ul.findings li.good { border-color: var(--good); }
ul.findings li.note { border-color: var(--note); }
li.bad b { color: var(--bad); } li.warning b { color: var(--warning); }
li.good b { color: var(--good); } li.note b { color: var(--note); }
svg { display: block; max-width: 100%; height: auto; margin: .8rem 0; }
code { font-size: .9em; overflow-wrap: anywhere; } p.note { opacity: .8; font-size: .9em; }
@media print {
  :root { color-scheme: light; --bad: #b3261e; --warning: #8a5a00; --good: #1b6e3c; }
  :root { --note: #4a5568; }
  body { max-width: none; margin: 0; font-size: 10pt; }
  h2 { break-after: avoid; } svg, table, ul.findings li { break-inside: avoid; }
}
)css";

// Seconds for times, per cent for shares; never is infinity.
double plotted(const scenarios::Sample& sample, MetricUnit unit) {
  if (sample.is_never) return Never;
  return static_cast<double>(sample.value) / (unit == MetricUnit::PartsPerMillion ? 1e4 : 1e9);
}

// The row's own spread is of the median, so the note says the median too.
std::string row_note(const scenarios::Distribution& shape, MetricUnit unit) {
  if (shape.count == 0) return "not measured";
  std::string note = scenarios::sample_text(shape.median, unit);
  const std::string never = scenarios::never_text(shape);
  return never.empty() ? note : note + ", " + never;
}

// Empty where nothing was measured, or there is nothing but noughts to see.
std::string plot(const Comparison& comparison, std::size_t scenario, Metric metric,
                 const std::string& id) {
  const auto& cells = comparison.summaries[scenario];
  const MetricUnit unit = scenarios::info(metric).unit;
  const bool is_share = unit == MetricUnit::PartsPerMillion;
  IntervalPlot picture;
  picture.title = fmt::format("{}: median, 5th to 95th percentile", scenarios::info(metric).title);
  picture.x_title = is_share                          ? "per cent of member time"
                    : metric == Metric::SplitNeedless ? "member time"
                                                      : "time";
  picture.x_kind = is_share ? ScaleKind::Number : ScaleKind::Time;
  double longest = 0;
  bool has_never = false;
  for (std::size_t scheme = 0; scheme < cells.size(); ++scheme) {
    const scenarios::Distribution& shape = cells[scheme].of(metric).distribution;
    IntervalRow row;
    row.label = comparison.plan.schemes[scheme].name;
    row.series = scheme;
    row.note = row_note(shape, unit);
    if (shape.count > 0) {
      row.interval =
          Interval{plotted(shape.p5, unit), plotted(shape.median, unit), plotted(shape.p95, unit)};
      has_never = has_never || shape.never > 0;
      for (const double value : {row.interval->low, row.interval->median, row.interval->high}) {
        if (value != Never) longest = std::max(longest, value);
      }
    }
    picture.rows.push_back(std::move(row));
  }
  if (longest <= 0 && !has_never) return {};
  // Where nothing ever came, the axis is the measured time.
  const double window = static_cast<double>(comparison.plan.window.count()) / 1e9;
  const double top = longest > 0 ? longest * 1.05 : window;
  picture.x = {.low = 0, .high = is_share ? 100 : top};
  const double height = interval_plot_height(picture);
  SvgCanvas canvas(
      {PlotWidth, height},
      {.title = picture.title, .id_prefix = id, .has_own_style = false, .has_background = false});
  draw_interval_plot(canvas, {0, 0, PlotWidth, height}, picture);
  return canvas.finish();
}

// What the columns do not show, below the scheme's name.
std::string scheme_notes(const scenarios::ComparisonPlan& plan, const CellSummary& cell) {
  std::string html;
  const auto add = [&](const std::string& text) {
    html += fmt::format("<small>{}</small>", xml_escaped(text));
  };
  const bool has_run = cell.runs > 0;
  if (has_run && cell.not_exposed == cell.runs) {
    add("not exposed (nothing touched)");
  } else if (cell.not_exposed > 0) {
    add(fmt::format("not exposed in {} of {}", cell.not_exposed, cell.runs));
  }
  if (cell.not_formed > 0) add(fmt::format("not formed in {} of {}", cell.not_formed, cell.runs));
  if (cell.two_masters > 0) {
    add(fmt::format("two masters in {} of {}", cell.two_masters, cell.runs));
  }
  const std::string cost = scenarios::monthly_text(plan, cell);
  if (!cost.empty()) add(cost);
  if (cell.errors > 0) add(fmt::format("{} runs failed: {}", cell.errors, cell.first_error));
  return html;
}

std::string metric_cell(const CellSummary& cell, Metric metric) {
  const scenarios::MetricSummary& summary = cell.of(metric);
  const std::string headline = scenarios::headline_text(cell, metric);
  std::string html =
      fmt::format("<td{}>{}", headline == "never" ? " class=never" : "", xml_escaped(headline));
  const std::string never = scenarios::never_text(summary.distribution);
  if (!never.empty()) html += fmt::format("<small>{}</small>", xml_escaped(never));
  return html + "</td>";
}

// Without those of a cloud where none was asked.
std::span<const Column> columns_of(const Comparison& comparison) {
  for (const auto& schemes : comparison.summaries) {
    for (const CellSummary& cell : schemes) {
      if (cell.of(Metric::ApiCalls).distribution.count > 0) return Columns;
    }
  }
  return std::span(Columns).first(Columns.size() - CloudColumns);
}

std::string table(const Comparison& comparison, std::size_t scenario) {
  const std::span<const Column> columns = columns_of(comparison);
  std::string html = "<div class=wide><table><thead><tr><th>scheme</th>";
  for (const Column& column : columns) html += fmt::format("<th>{}</th>", column.title);
  html += fmt::format("<th>agreement against {}</th></tr></thead><tbody>\n",
                      xml_escaped(comparison.plan.schemes.front().name));
  for (std::size_t scheme = 0; scheme < comparison.plan.schemes.size(); ++scheme) {
    const CellSummary& cell = comparison.summaries[scenario][scheme];
    html += fmt::format("<tr><td>{}{}</td>", xml_escaped(comparison.plan.schemes[scheme].name),
                        scheme_notes(comparison.plan, cell));
    for (const Column& column : columns) html += metric_cell(cell, column.metric);
    html += fmt::format("<td>{}</td></tr>\n",
                        xml_escaped(scenarios::difference_text(cell.of(Metric::Agreement),
                                                               MetricUnit::PartsPerMillion)));
  }
  return html + "</tbody></table></div>\n";
}

std::string scenario_section(const Comparison& comparison, std::size_t scenario) {
  const scenarios::ScenarioText& text = comparison.plan.scenarios[scenario];
  std::string html = fmt::format("<section><h2>{}</h2>\n<p class=shows>{}</p>\n",
                                 xml_escaped(text.name), xml_escaped(text.title));
  html += table(comparison, scenario);
  for (std::size_t index = 0; index < Plotted.size(); ++index) {
    html += plot(comparison, scenario, Plotted[index], fmt::format("s{}m{}-", scenario, index));
  }
  return html + "</section>\n";
}

Tone tone_of(scenarios::Gravity gravity) {
  return gravity == scenarios::Gravity::Bad ? Tone::Bad : Tone::Warning;
}

MatrixCell overview_cell(const Comparison& comparison, std::size_t scenario, std::size_t scheme) {
  const scenarios::MetricSummary& agreement =
      comparison.summaries[scenario][scheme].of(Metric::Agreement);
  MatrixCell cell;
  cell.figure = scenarios::headline_text(comparison.summaries[scenario][scheme], Metric::Agreement);
  cell.share = static_cast<double>(agreement.mean) / 1e6;
  cell.title = fmt::format("{}, {}", comparison.plan.scenarios[scenario].name,
                           comparison.plan.schemes[scheme].name);
  const auto gravest = scenarios::gravest_trouble(comparison.outcomes[scenario][scheme]);
  if (!gravest.has_value()) return cell;
  cell.mark = gravest->trouble->mark;
  cell.tone = tone_of(gravest->gravity);
  cell.title += fmt::format(": {} in {} of {} runs", gravest->trouble->words, gravest->count.part,
                            gravest->count.whole);
  return cell;
}

std::string overview(const Comparison& comparison, const SvgOptions& options) {
  MatrixPlot picture;
  picture.title = "Agreement, and the gravest that went wrong";
  for (const scenarios::SchemeVariant& scheme : comparison.plan.schemes) {
    picture.columns.push_back(scheme.name);
  }
  for (std::size_t i = 0; i < comparison.summaries.size(); ++i) {
    MatrixRow& row = picture.rows.emplace_back();
    row.label = comparison.plan.scenarios[i].name;
    for (std::size_t scheme = 0; scheme < picture.columns.size(); ++scheme) {
      row.cells.push_back(overview_cell(comparison, i, scheme));
    }
  }
  // A picture that stands alone has air around it; within the page it lines up with the text.
  const double margin = options.has_own_style ? 16 : 0;
  const double height = matrix_plot_height(picture) + 2 * margin;
  SvgCanvas canvas({OverviewWidth, height}, options);
  draw_matrix_plot(canvas, {margin, margin, OverviewWidth - 2 * margin, height - 2 * margin},
                   picture);
  return canvas.finish();
}

std::string head(const scenarios::ComparisonPlan& plan) {
  const std::string source = plan.sources.empty() ? "a cluster" : plan.sources.front();
  return fmt::format(
      "<!doctype html>\n<html lang=en><head><meta charset=utf-8>\n"
      "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
      "<title>Splitscope: {0}</title>\n<style>{1}{2}</style></head><body>\n"
      "<h1>Membership schemes compared: {0}</h1>\n"
      "<p class=note>{3} members, {4} seeds for each scheme and scenario, measured for {5} of "
      "simulated time.</p>\n",
      xml_escaped(source), ReportStyle, svg_style(standard_palette()), plan.members,
      plan.seeds.size(), base::to_text(plan.window));
}

// The gravity stands there as a word, so that colour is never needed.
std::string findings_list(const Comparison& comparison) {
  std::string html = "<ul class=findings>\n";
  for (const scenarios::Finding& finding : comparison.findings) {
    const std::string_view gravity = scenarios::to_text(finding.gravity);
    html += fmt::format("<li class={0}><b>{0}</b> {1}", gravity, xml_escaped(finding.text));
    const bool is_grave = finding.gravity == scenarios::Gravity::Bad;
    if (is_grave && !finding.replay.empty()) {
      html +=
          fmt::format("<br><small>see it: <code>{}</code></small>", xml_escaped(finding.replay));
    }
    html += "</li>\n";
  }
  return html + "</ul>\n";
}

std::string objectives_table(const std::vector<scenarios::ObjectiveResult>& objectives) {
  if (objectives.empty()) return {};
  std::string html =
      "<h2>Objectives</h2>\n<div class=wide><table><thead><tr><th>objective</th><th>scenario</th>"
      "<th>scheme</th><th>wanted</th><th>seen</th><th>result</th></tr></thead><tbody>\n";
  for (const scenarios::ObjectiveResult& result : objectives) {
    const bool is_missed = result.state == scenarios::ObjectiveResult::State::Missed;
    html += fmt::format(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td{}>{}</td></tr>\n",
        xml_escaped(result.name), xml_escaped(result.scenario), xml_escaped(result.scheme),
        xml_escaped(result.wants), xml_escaped(result.seen), is_missed ? " class=never" : "",
        scenarios::to_text(result.state));
  }
  return html + "</tbody></table></div>\n";
}

std::string assumptions_list(const scenarios::ComparisonPlan& plan) {
  std::string html =
      "<h2>How to read this</h2>\n<p>Shares are means over seeds, times medians. Needless is "
      "member "
      "time in a split brain that the network does not force. \"Never\" is not within the measured "
      "time. Differences are means of pairs of equal seeds with a 95 % bootstrap interval.</p>\n"
      "<h2>What was assumed</h2>\n<ul>\n";
  for (const std::string& assumption : plan.assumptions) {
    html += fmt::format("<li>{}</li>\n", xml_escaped(assumption));
  }
  return html + "</ul>\n";
}

}  // namespace

std::string overview_picture(const Comparison& comparison) {
  return overview(comparison, {.title = "Membership schemes compared"});
}

std::string html_report(const Comparison& comparison,
                        const std::vector<scenarios::ObjectiveResult>& objectives) {
  std::string html = head(comparison.plan);
  html += overview(
      comparison,
      {.title = "Overview", .id_prefix = "o", .has_own_style = false, .has_background = false});
  html += findings_list(comparison);
  html += objectives_table(objectives);
  for (std::size_t scenario = 0; scenario < comparison.summaries.size(); ++scenario) {
    html += scenario_section(comparison, scenario);
  }
  html += assumptions_list(comparison.plan);
  html += fmt::format("<p>Run it again: <code>{}</code></p>\n</body></html>\n",
                      xml_escaped(scenarios::compare_command(comparison.plan)));
  return html;
}

}  // namespace splitscope::viz
