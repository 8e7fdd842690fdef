#include "scenarios/table/table_text.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace splitscope::scenarios {

namespace {

constexpr std::size_t TableWidthMin = 60;
constexpr std::string_view Preface =
    "# The membership schemes compared\n"
    "\n"
    "WSO2's documentation compares its membership schemes in a table. This is that table with "
    "what\n"
    "Splitscope's scenarios show of each cell: written by `splitscope table --markdown\n"
    "docs/comparison.md`, and held to it by a test. Every cell has the documentation's sentence, "
    "a\n"
    "verdict, and what bears it out or refines it; the numbers lead to the runs below.\n"
    "\n"
    "* **holds**: every run of its evidence ended as said.\n"
    "* **holds, and more**: it does, and reality is finer; the finer sentences are in italics.\n"
    "* **not as written**: every run of a scenario shows otherwise.\n"
    "* **not shown**: some run of its evidence ended otherwise than said.\n"
    "\n"
    "All runs are in the simulator (the world \"sim\"), with its cloud. What they say of real\n"
    "clusters is as good as [the fidelity of the simulator](fidelity.md); the cloud was held "
    "against\n"
    "recordings of clients, not against AWS.\n";

// What a reader sees of a Markdown cell: no line breaks, no column separators.
std::string cell_escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '|') result += '\\';
    result += c == '\n' ? ' ' : c;
  }
  return result;
}

class MarkdownWriter {
 public:
  std::string write(const SchemeTable& table) {
    std::string text(Preface);
    text += "\n| | Multicast | WKA | AWS / AWS ECS |\n|---|---|---|---|\n";
    for (const TableRow& row : table.rows) {
      // One after another: each numbers its runs.
      text += fmt::format("| **{}**", row.title);
      for (const TableCell* cell : {&row.multicast, &row.wka, &row.cloud}) {
        text += " | " + cell_text(*cell);
      }
      text += " |\n";
    }
    text += "\n## The runs behind it\n\n| | scenario | as said | world | outcome | one run |\n";
    text += "|---|---|---|---|---|---|\n";
    return text + runs_;
  }

 private:
  std::string cell_text(const TableCell& cell) {
    if (cell.documented.empty()) return "";
    std::string text =
        fmt::format("{}. **{}**", cell_escaped(cell.documented), to_text(cell.verdict()));
    for (const Evidence& evidence : cell.evidence) {
      const bool is_plain = evidence.spec.bearing == Bearing::Confirms;
      const std::size_t number = add_run(evidence);
      text += fmt::format("<br>{0}{1}{0} [{2}](#run-{2})", is_plain ? "" : "*",
                          cell_escaped(evidence.spec.shows), number);
    }
    return text;
  }

  std::size_t add_run(const Evidence& evidence) {
    const std::size_t number = ++count_;
    runs_ += fmt::format("| <a id=\"run-{0}\"></a>{0} | `{1}` | {2} | sim | {3} | `{4}` |\n",
                         number, evidence.spec.scenario,
                         fmt::format("{} of {}", evidence.as_said, evidence.runs),
                         cell_escaped(evidence.outcome), evidence_command(evidence));
    return number;
  }

  std::size_t count_ = 0;
  std::string runs_;
};

class TerminalWriter {
 public:
  TerminalWriter(std::size_t width, bool colour)
      : width_(std::max(width, TableWidthMin)), has_colour_(colour) {}

  std::string write(const SchemeTable& table) {
    for (const TableRow& row : table.rows) {
      out_ += painted(row.title, "1") + "\n";
      for (const auto& [name, cell] :
           {std::pair("multicast", &row.multicast), std::pair("WKA", &row.wka),
            std::pair("AWS/ECS", &row.cloud)}) {
        if (!cell->documented.empty()) write_cell(name, *cell);
      }
      out_ += "\n";
    }
    return std::move(out_);
  }

 private:
  std::string painted(const std::string& text, const char* code) const {
    return has_colour_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
  }

  void write_cell(const char* name, const TableCell& cell) {
    const CellVerdict verdict = cell.verdict();
    const char* code = verdict == CellVerdict::NotShown    ? "31;1"
                       : verdict == CellVerdict::NotAsSaid ? "33;1"
                                                           : "32;1";
    wrap(fmt::format("  {:<11}", name), cell.documented);
    out_ += std::string(13, ' ') + painted(std::string(to_text(verdict)), code) + "\n";
    for (const Evidence& evidence : cell.evidence) {
      const bool is_plain = evidence.spec.bearing == Bearing::Confirms;
      wrap(std::string(13, ' ') + (is_plain ? "- " : "+ "), evidence.spec.shows);
      wrap(std::string(17, ' '), fmt::format("{}: {}", evidence.spec.scenario, runs_text(evidence)),
           "2");
      if (!evidence.is_shown()) {
        wrap(std::string(17, ' '), evidence.outcome);
        out_ += std::string(17, ' ') + "see it: " + evidence_command(evidence) + "\n";
      }
    }
  }

  // `head` stands before the first line; the others are indented as far.
  void wrap(const std::string& head, std::string_view text, const char* code = "0") {
    std::string line;
    std::string lead = head;
    const auto flush = [&] {
      out_ += lead + (code[0] == '0' ? line : painted(line, code)) + "\n";
      lead.assign(head.size(), ' ');
      line.clear();
    };
    while (!text.empty()) {
      const std::size_t end = std::min(text.find(' '), text.size());
      if (!line.empty() && head.size() + line.size() + 1 + end > width_) flush();
      line += (line.empty() ? "" : " ") + std::string(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (!line.empty()) flush();
  }

  std::size_t width_;
  bool has_colour_;
  std::string out_;
};

}  // namespace

std::string runs_text(const Evidence& evidence) {
  return fmt::format("{} of {} seeds ({} to {}), sim", evidence.as_said, evidence.runs,
                     evidence.first_seed, evidence.first_seed + evidence.runs - 1);
}

std::string table_for_terminal(const SchemeTable& table, std::size_t width, bool colour) {
  return TerminalWriter(width, colour).write(table);
}

std::string table_markdown(const SchemeTable& table) {
  return MarkdownWriter().write(table);
}

}  // namespace splitscope::scenarios
