#include "scenarios/fidelity/fidelity_text.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace splitscope::scenarios {
namespace {

using State = MetricVerdict::State;

constexpr std::size_t OutcomesShown = 4;
constexpr std::size_t OutcomeWidth = 90;
constexpr double MsPerSecond = 1000;

std::string number_text(double value, MetricKind kind) {
  if (kind == MetricKind::Count) return fmt::format("{:.4g}", value);
  return fmt::format("{:.2f}", value / MsPerSecond);
}

std::string spread_text(const Spread& spread, MetricKind kind, bool with_count) {
  if (spread.count == 0) return spread.never == 0 ? "" : "never";
  std::string text = fmt::format("{} / {} / {}", number_text(spread.low, kind),
                                 number_text(spread.median, kind), number_text(spread.high, kind));
  if (with_count) text += fmt::format(" ({})", spread.count);
  if (spread.never == 0) return text;
  if (with_count) return text + fmt::format(", never {}", spread.never);
  const double share =
      static_cast<double>(spread.never) / static_cast<double>(spread.never + spread.count);
  return text + fmt::format(", never {:.0f} %", 100 * share);
}

std::string shortened(const std::string& text) {
  return text.size() <= OutcomeWidth ? text : text.substr(0, OutcomeWidth) + "...";
}

// The outcomes that were recorded, and the commonest predictions.
MetricCells outcome_cells(const MetricVerdict& metric) {
  std::size_t recorded = 0;
  std::size_t predicted = 0;
  for (const OutcomeShare& outcome : metric.outcomes) {
    recorded += outcome.recorded;
    predicted += outcome.predicted;
  }
  std::vector<std::string> seen;
  std::vector<std::string> said;
  for (const OutcomeShare& outcome : metric.outcomes) {
    if (outcome.recorded > 0 && seen.size() < OutcomesShown) {
      seen.push_back(
          fmt::format("{} of {}: {}", outcome.recorded, recorded, shortened(outcome.text)));
    }
    if (outcome.predicted > 0 && said.size() < OutcomesShown) {
      const double share = 100 * static_cast<double>(outcome.predicted) /
                           static_cast<double>(std::max<std::size_t>(predicted, 1));
      said.push_back(outcome.recorded > 0 && share > 99.999
                         ? "the same"
                         : fmt::format("{:.1f} %: {}", share, shortened(outcome.text)));
    }
  }
  return {fmt::format("{}", fmt::join(seen, "; ")), fmt::format("{}", fmt::join(said, "; ")), ""};
}

std::string verdict_text(const MetricVerdict& metric) {
  switch (metric.state) {
    case State::Agrees:
      return "agrees";
    case State::Misses:
      return "misses: " + shortened(metric.reason);
    case State::NotRecorded:
      return "not recorded";
  }
  return "";
}

std::string_view colour_of(State state) {
  return state == State::Agrees ? "\x1b[32m" : state == State::Misses ? "\x1b[31m" : "\x1b[33m";
}

// A cell of a Markdown table.
std::string cell(std::string text) {
  for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) {
    text.replace(at, 1, "\\|");
  }
  return text;
}

bool matches(const std::string& pattern, const std::string& text) {
  return pattern == "*" || pattern == text;
}

std::string markdown_rows(const Fidelity& fidelity, const std::string& label) {
  std::string text;
  for (const ScenarioFidelity& scenario : fidelity.scenarios) {
    if (scenario.label != label) continue;
    for (const MetricVerdict& metric : scenario.metrics) {
      const MetricCells cells = cells_of(metric);
      text += fmt::format("| {} | {} | {} | {} | {} |\n", scenario.version, metric.metric,
                          cell(cells.recorded), cell(cells.predicted), cell(cells.verdict));
    }
  }
  return text;
}

std::string markdown_misses(const Fidelity& fidelity, const std::vector<KnownMiss>& known) {
  std::string text;
  for (const ScenarioFidelity& scenario : fidelity.scenarios) {
    for (const MetricVerdict& metric : scenario.metrics) {
      if (metric.state != State::Misses) continue;
      const std::string reason = reason_for(known, scenario, metric);
      text += fmt::format("| {} | {} | {} | {} | {} |\n", scenario.label, scenario.version,
                          metric.metric, cell(metric.reason),
                          cell(reason.empty() ? "not known" : reason));
    }
  }
  if (text.empty()) return "Nothing misses.\n";
  return "| scenario | version | metric | how | why |\n|---|---|---|---|---|\n" + text;
}

}  // namespace

base::Result<std::vector<KnownMiss>> read_known_misses(std::string_view csv) {
  std::vector<KnownMiss> known;
  std::size_t number = 0;
  while (!csv.empty()) {
    const std::size_t end = csv.find('\n');
    std::string_view line = csv.substr(0, end);
    csv.remove_prefix(end == std::string_view::npos ? csv.size() : end + 1);
    if (++number == 1 || line.empty()) continue;
    std::vector<std::string> fields;
    for (int field = 0; field < 3; ++field) {
      const std::size_t comma = line.find(',');
      if (comma == std::string_view::npos) {
        return base::failure(
            fmt::format("line {}: expected scenario,version,metric,reason", number));
      }
      fields.emplace_back(line.substr(0, comma));
      line.remove_prefix(comma + 1);
    }
    known.push_back({fields[0], fields[1], fields[2], std::string(line)});
  }
  return known;
}

std::string reason_for(const std::vector<KnownMiss>& known, const ScenarioFidelity& scenario,
                       const MetricVerdict& metric) {
  const auto found = std::find_if(known.begin(), known.end(), [&](const KnownMiss& miss) {
    return matches(miss.label, scenario.label) && matches(miss.version, scenario.version) &&
           matches(miss.metric, metric.metric);
  });
  return found == known.end() ? std::string() : found->reason;
}

MetricCells cells_of(const MetricVerdict& metric) {
  MetricCells cells;
  if (metric.kind == MetricKind::Outcome) {
    cells = outcome_cells(metric);
  } else {
    cells.recorded = spread_text(metric.recorded, metric.kind, true);
    cells.predicted = spread_text(metric.predicted, metric.kind, false);
  }
  cells.verdict = verdict_text(metric);
  return cells;
}

std::vector<std::string> summary_lines(const Fidelity& fidelity) {
  const FidelityBars bars = bars_of(fidelity);
  const double share = bars.times == 0 ? 100
                                       : 100 * static_cast<double>(bars.times_agreeing) /
                                             static_cast<double>(bars.times);
  std::vector<std::string> lines;
  lines.push_back(fmt::format("times: {} of {} agree ({:.1f} %; at least {:.0f} %)",
                              bars.times_agreeing, bars.times, share, 100 * TimeShareMin));
  lines.push_back(fmt::format("outcomes and counts: {} of {} agree (all must)",
                              bars.outcomes_agreeing, bars.outcomes));
  if (bars.unrecorded > 0) {
    lines.push_back(fmt::format("{} metrics have no recording", bars.unrecorded));
  }
  if (bars.beyond_world > 0) {
    lines.push_back(fmt::format("{} scenarios cannot be shown in this world", bars.beyond_world));
  }
  return lines;
}

std::string fidelity_table(const Fidelity& fidelity, const std::vector<KnownMiss>& known, bool all,
                           bool colour) {
  std::string text;
  for (const ScenarioFidelity& scenario : fidelity.scenarios) {
    std::string rows;
    for (const MetricVerdict& metric : scenario.metrics) {
      if (!all && metric.state == State::Agrees) continue;
      const MetricCells cells = cells_of(metric);
      rows += fmt::format("  {:<26} {:<36} {:<36} {}{}{}\n", metric.metric, cells.recorded,
                          cells.predicted, colour ? colour_of(metric.state) : "", cells.verdict,
                          colour ? "\x1b[0m" : "");
      const std::string reason = reason_for(known, scenario, metric);
      if (metric.state == State::Misses && !reason.empty()) rows += "    known: " + reason + "\n";
    }
    if (!scenario.beyond_world.empty()) rows = "  " + scenario.beyond_world + "\n";
    if (rows.empty()) continue;
    text += fmt::format("{}  Hazelcast {}: {}\n", scenario.label, scenario.version, scenario.shows);
    text += rows;
  }
  if (!text.empty()) {
    text = fmt::format("  {:<26} {:<36} {:<36} {}\n", "metric (times in seconds)",
                       "recorded min / median / max (n)", "predicted 5 / 50 / 95 %", "verdict") +
           text;
  }
  for (const std::string& line : summary_lines(fidelity)) text += line + "\n";
  return text;
}

std::string fidelity_markdown(const Fidelity& fidelity, const std::vector<KnownMiss>& known,
                              std::string_view preface) {
  std::string text(preface);
  text += fmt::format("\n## What was measured\n\nSeeds {} to {} of each scenario.\n\n",
                      fidelity.first_seed, fidelity.first_seed + fidelity.seeds - 1);
  for (const std::string& line : summary_lines(fidelity)) text += "* " + line + "\n";
  text += "\n## What misses\n\n" + markdown_misses(fidelity, known);
  text += "\n## Every metric\n\nTimes in seconds.\n";
  std::string last;
  for (const ScenarioFidelity& scenario : fidelity.scenarios) {
    if (scenario.label == last) continue;
    last = scenario.label;
    text += fmt::format("\n### {}\n\n{}\n\n", scenario.label, scenario.shows);
    text +=
        "| version | metric | recorded min / median / max (n) | predicted 5 / 50 / 95 % | verdict "
        "|\n|---|---|---|---|---|\n";
    text += markdown_rows(fidelity, scenario.label);
  }
  return text;
}

}  // namespace splitscope::scenarios
