#include "scenarios/compare/comparison_table.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "engine/base/duration_text.hpp"
#include "scenarios/compare/cloud_variants.hpp"
#include "scenarios/compare/troubles.hpp"
#include "scenarios/compare/value_text.hpp"

namespace splitscope::scenarios {

namespace {

constexpr std::size_t WidthMin = 60;
constexpr std::string_view Legend =
    "Shares are means over seeds, times medians. needless: member time in a split brain that the "
    "network does not force. never: not within the measured time.";

// "100.00 % newcomer lost".
constexpr std::size_t OverviewWidth = 21;
constexpr std::size_t OverviewWidthNarrow = 9;

struct Column {
  const char* title;
  Metric metric;
  std::size_t width;
};
// In order of importance: those that do not fit are left out from the end.
constexpr std::array<Column, 9> Columns{{{"agreement", Metric::Agreement, 9},
                                         {"discovery", Metric::Discovery, 9},
                                         {"merge", Metric::Merge, 8},
                                         {"needless", Metric::SplitNeedless, 9},
                                         {"detect", Metric::DetectLast, 8},
                                         {"elect", Metric::Elect, 8},
                                         {"msg/min", Metric::Messages, 8},
                                         {"calls/h", Metric::ApiCalls, 8},
                                         {"throttled", Metric::ApiThrottled, 9}}};
// The last of them are of a cloud.
constexpr std::size_t CloudColumns = 2;

// Columns that text takes: code points, since names may not be ASCII.
std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string padded(std::string text, std::size_t width, bool right) {
  const std::size_t taken = display_width(text);
  const std::string blank(taken < width ? width - taken : 0, ' ');
  return right ? blank + text : text + blank;
}

class Writer {
 public:
  Writer(const Comparison& comparison, std::size_t width, bool colour)
      : comparison_(comparison), width_(std::max(width, WidthMin)), has_colour_(colour) {
    for (const SchemeVariant& scheme : comparison.plan.schemes) {
      name_width_ = std::max(name_width_, display_width(scheme.name));
    }
    name_width_ = std::min<std::size_t>(name_width_, 24);
    choose_columns();
  }

  std::string write() {
    for (std::size_t i = 0; i < comparison_.summaries.size(); ++i) write_scenario(i);
    write_wrapped("", Legend);
    out_ += '\n';
    out_ += painted("Assumptions", "1") + '\n';
    for (const std::string& sentence : comparison_.plan.assumptions) {
      write_wrapped("  - ", sentence);
    }
    if (comparison_.summaries.empty()) return std::move(out_);
    write_overview();
    out_ += '\n' + painted("Verdict", "1") + '\n';
    for (const Finding& finding : comparison_.findings) write_finding(finding);
    return std::move(out_);
  }

 private:
  // Those of a cloud have their room first, where one is asked.
  void choose_columns() {
    const auto asks_cloud = [](const SchemeVariant& scheme) {
      return is_cloud_scheme(scheme.cluster.config.scheme);
    };
    const auto first_of_cloud = Columns.end() - CloudColumns;
    const auto end =
        std::ranges::any_of(comparison_.plan.schemes, asks_cloud) ? Columns.end() : first_of_cloud;
    std::size_t room = width_ - (name_width_ + 2);
    for (auto column = first_of_cloud; column != end; ++column) room -= column->width + 2;
    for (auto column = Columns.begin(); column != first_of_cloud; ++column) {
      if (room < column->width + 2) break;
      room -= column->width + 2;
      columns_.push_back(*column);
    }
    columns_.insert(columns_.end(), first_of_cloud, end);
  }

  std::string painted(const std::string& text, const char* code) const {
    return has_colour_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
  }

  // `prefix` stands before the first line; the others are indented as far.
  void write_wrapped(const std::string& prefix, std::string_view text, const char* code = nullptr) {
    const std::size_t indent = display_width(prefix);
    out_ += code != nullptr ? painted(prefix, code) : prefix;
    std::size_t column = indent;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find(' '), text.size());
      const std::string_view word = text.substr(0, end);
      const std::size_t size = display_width(word);
      if (column > indent && column + 1 + size > width_) {
        out_ += '\n' + std::string(indent, ' ');
        column = indent;
      } else if (column > indent) {
        out_ += ' ';
        ++column;
      }
      out_ += word;
      column += size;
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    out_ += '\n';
  }

  static const char* colour_of(Gravity gravity) {
    switch (gravity) {
      case Gravity::Bad:
        return "31;1";
      case Gravity::Warning:
        return "33;1";
      case Gravity::Good:
        return "32;1";
      case Gravity::Note:
        return "36";
    }
    return "0";
  }

  void write_finding(const Finding& finding) {
    std::string word(to_text(finding.gravity));
    std::ranges::transform(word, word.begin(), [](char c) {
      return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    });
    write_wrapped(padded(word, 9, false), finding.text, colour_of(finding.gravity));
    // A command is copied whole: it is not wrapped.
    if (finding.gravity == Gravity::Bad && !finding.replay.empty()) {
      out_ += std::string(9, ' ') + painted("see it: " + finding.replay, "2") + '\n';
    }
  }

  // Scenarios down, schemes across: agreement, and the gravest trouble where there is one.
  void write_overview() {
    const ComparisonPlan& plan = comparison_.plan;
    std::size_t first = 0;
    for (const ScenarioText& scenario : plan.scenarios) {
      first = std::max(first, display_width(scenario.name));
    }
    const bool has_room = 2 + first + plan.schemes.size() * (2 + OverviewWidth) <= width_;
    const std::size_t width = has_room ? OverviewWidth : OverviewWidthNarrow;
    out_ += '\n' + painted("Agreement, and what went wrong", "1") + '\n';
    std::string head = padded("", first + 2, false);
    for (const SchemeVariant& scheme : plan.schemes)
      head += "  " + padded(scheme.name, width, false);
    out_ += painted(without_end_blanks(std::move(head)), "2") + '\n';
    for (std::size_t i = 0; i < plan.scenarios.size(); ++i) {
      std::string line = "  " + padded(plan.scenarios[i].name, first, false);
      for (std::size_t scheme = 0; scheme < plan.schemes.size(); ++scheme) {
        line += "  " + overview_cell(i, scheme, width);
      }
      out_ += without_end_blanks(std::move(line)) + '\n';
    }
  }

  std::string overview_cell(std::size_t scenario, std::size_t scheme, std::size_t width) const {
    const CellSummary& cell = comparison_.summaries[scenario][scheme];
    const std::string share = padded(headline_text(cell, Metric::Agreement), 7, true);
    const auto gravest = gravest_trouble(comparison_.outcomes[scenario][scheme]);
    if (!gravest.has_value()) return padded(share, width, false);
    const std::string_view mark = width == OverviewWidth ? gravest->trouble->mark : "!";
    return painted(padded(fmt::format("{} {}", share, mark), width, false),
                   colour_of(gravest->gravity));
  }

  static std::string without_end_blanks(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
  }

  void write_scenario(std::size_t index) {
    const ScenarioText& scenario = comparison_.plan.scenarios[index];
    out_ += painted(scenario.name, "1") + '\n';
    if (!scenario.title.empty()) write_wrapped("  ", scenario.title);
    std::string head = padded("", name_width_ + 2, false);
    for (const Column& column : columns_) head += "  " + padded(column.title, column.width, true);
    out_ += painted(head, "2") + '\n';
    for (std::size_t scheme = 0; scheme < comparison_.plan.schemes.size(); ++scheme) {
      write_row(index, scheme);
    }
    out_ += '\n';
  }

  void write_row(std::size_t scenario, std::size_t scheme) {
    const CellSummary& cell = comparison_.summaries[scenario][scheme];
    out_ += "  " + padded(comparison_.plan.schemes[scheme].name, name_width_, false);
    for (const Column& column : columns_) {
      const std::string text = padded(headline_text(cell, column.metric), column.width, true);
      const bool is_never = text.ends_with("never");
      out_ += "  " + (is_never ? painted(text, "31;1") : text);
    }
    out_ += '\n';
    for (const std::string& note : notes_of(cell)) write_wrapped("    ", note);
    const std::string cost = monthly_text(comparison_.plan, cell);
    if (!cost.empty()) write_wrapped("    ", cost);
  }

  // What the columns do not show, for this scheme.
  static std::vector<std::string> notes_of(const CellSummary& cell) {
    std::vector<std::string> notes;
    const auto count = [&](std::size_t part, const char* words) {
      if (part > 0) notes.push_back(fmt::format("{} in {} of {} runs", words, part, cell.runs));
    };
    count(cell.not_formed, "not formed");
    if (cell.not_exposed > 0) count(cell.not_exposed, "not exposed (nothing touched)");
    const std::string never = never_text(cell.of(Metric::Merge).distribution);
    if (!never.empty()) notes.push_back("merge: " + never);
    const MetricSummary& agreement = cell.of(Metric::Agreement);
    const std::string difference = difference_text(agreement, MetricUnit::PartsPerMillion);
    if (!difference.empty()) notes.push_back("agreement against the first: " + difference);
    if (cell.errors > 0) {
      notes.push_back(fmt::format("{} runs failed: {}", cell.errors, cell.first_error));
    }
    return notes;
  }

  const Comparison& comparison_;
  std::size_t width_;
  bool has_colour_;
  std::size_t name_width_ = 8;
  std::vector<Column> columns_;
  std::string out_;
};

}  // namespace

std::string comparison_table(const Comparison& comparison, std::size_t width, bool colour) {
  return Writer(comparison, width, colour).write();
}

}  // namespace splitscope::scenarios
