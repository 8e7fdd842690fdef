#include "scenarios/compare/comparison_table.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "scenarios/compare/summary.hpp"
#include "scenarios/compare/value_text.hpp"

namespace splitscope::scenarios {
namespace {

struct Column {
  Metric metric;
  std::string_view title;
};
constexpr std::array<Column, 8> Columns{{{Metric::Agreement, "agreement"},
                                         {Metric::Discovery, "newcomers"},
                                         {Metric::SplitNeedless, "split"},
                                         {Metric::DetectLast, "detect"},
                                         {Metric::Elect, "elect"},
                                         {Metric::Merge, "merge"},
                                         {Metric::FalseRemovals, "false"},
                                         {Metric::Messages, "messages"}}};
constexpr std::size_t ColumnWidth = 11;
constexpr std::size_t NameWidthMin = 14;

std::string_view escape_of(Gravity gravity) {
  switch (gravity) {
    case Gravity::Bad:
      return "\x1b[31m";
    case Gravity::Warning:
      return "\x1b[33m";
    case Gravity::Good:
      return "\x1b[32m";
    case Gravity::Note:
      return "";
  }
  return "";
}

// Breaks a sentence at blanks; later lines are indented.
std::string wrapped(const std::string& text, std::size_t width) {
  std::string result;
  std::size_t column = 4;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    if (column + (end - begin) + 1 > width && column > 4) {
      result += "\n    ";
      column = 4;
    } else if (!result.empty()) {
      result += ' ';
      ++column;
    }
    result += text.substr(begin, end - begin);
    column += end - begin;
    begin = end + 1;
  }
  return result;
}

std::string header(std::size_t name_width, std::size_t columns) {
  std::string line(name_width, ' ');
  for (std::size_t i = 0; i < columns; ++i) {
    line += fmt::format("{:>{}}", Columns[i].title, ColumnWidth);
  }
  return line + "\n";
}

std::string scheme_row(const CellSummary& cell, const std::string& name, std::size_t name_width,
                       std::size_t columns) {
  std::string line = fmt::format("{:<{}}", name, name_width);
  if (cell.runs == 0) return line + "  " + cell.first_error + "\n";
  for (std::size_t i = 0; i < columns; ++i) {
    line += fmt::format("{:>{}}", headline_text(cell, Columns[i].metric), ColumnWidth);
  }
  if (cell.not_exposed == cell.runs) line += "  not exposed (0 packets)";
  if (cell.not_formed > 0) line += fmt::format("  not formed {}/{}", cell.not_formed, cell.runs);
  return line + "\n";
}

}  // namespace

std::string comparison_table(const Comparison& comparison, std::size_t width, bool colour) {
  const ComparisonPlan& plan = comparison.plan;
  std::size_t name_width = NameWidthMin;
  for (const SchemeVariant& scheme : plan.schemes) {
    name_width = std::max(name_width, scheme.name.size() + 2);
  }
  const std::size_t room = width > name_width ? (width - name_width) / ColumnWidth : 1;
  const std::size_t columns = std::clamp<std::size_t>(room, 3, Columns.size());
  std::string text;
  for (const Finding& finding : comparison.findings) {
    const std::string_view escape = colour ? escape_of(finding.gravity) : "";
    text += fmt::format("  {}* {}{}\n", escape, wrapped(finding.text, width),
                        escape.empty() ? "" : "\x1b[0m");
  }
  for (std::size_t scenario = 0; scenario < plan.scenarios.size(); ++scenario) {
    text += fmt::format("\n{}{}{}: {}\n", colour ? "\x1b[1m" : "", plan.scenarios[scenario].name,
                        colour ? "\x1b[0m" : "", wrapped(plan.scenarios[scenario].title, width));
    text += header(name_width, columns);
    for (std::size_t scheme = 0; scheme < plan.schemes.size(); ++scheme) {
      text += scheme_row(comparison.summaries[scenario][scheme], plan.schemes[scheme].name,
                         name_width, columns);
    }
  }
  return text;
}

}  // namespace splitscope::scenarios
