#include "viz/report/scheme_table_page.hpp"

#include <fmt/format.h>

#include "scenarios/table/table_text.hpp"
#include "viz/canvas/svg_canvas.hpp"

namespace splitscope::viz {
namespace {

using scenarios::Bearing;
using scenarios::CellVerdict;
using scenarios::Evidence;
using scenarios::TableCell;

constexpr std::string_view SchemeTableStyle = R"css(
:root { color-scheme: light dark; --line: #8884; --bad: #b3261e; --good: #1b6e3c; --note: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --bad: #ff8a80; --good: #7fd8a0; --note: #ffcc66; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 84rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid
  var(--line); }
.good { color: var(--good); } .bad { color: var(--bad); } .note { color: var(--note); }
ul { margin: .3rem 0; padding-left: 1.1rem; } small { opacity: .8; display: block; }
code { overflow-wrap: anywhere; }
)css";

const char* class_of(CellVerdict verdict) {
  if (verdict == CellVerdict::NotShown) return "bad";
  return verdict == CellVerdict::NotAsSaid ? "note" : "good";
}

std::string evidence_item(const Evidence& evidence) {
  const std::string shows = xml_escaped(evidence.spec.shows);
  return fmt::format(
      "<li>{}<small>{}: {}; {}</small><small><code>{}</code></small></li>\n",
      evidence.spec.bearing == Bearing::Confirms ? shows : fmt::format("<em>{}</em>", shows),
      xml_escaped(evidence.spec.scenario), xml_escaped(runs_text(evidence)),
      xml_escaped(evidence.outcome), xml_escaped(evidence_command(evidence)));
}

std::string scheme_cell(const TableCell& cell) {
  if (cell.documented.empty()) return "<td></td>";
  std::string html = fmt::format("<td>{}<br><b class={}>{}</b><ul>\n", xml_escaped(cell.documented),
                                 class_of(cell.verdict()), to_text(cell.verdict()));
  for (const Evidence& evidence : cell.evidence) html += evidence_item(evidence);
  return html + "</ul></td>";
}

}  // namespace

std::string scheme_table_page(const scenarios::SchemeTable& table) {
  std::string html = fmt::format(
      "<!doctype html>\n<html lang=en><meta charset=utf-8>\n"
      "<meta name=viewport content=\"width=device-width\">\n"
      "<title>The membership schemes compared</title>\n<style>{}</style>\n"
      "<h1>The membership schemes compared</h1>\n"
      "<p>The documentation's sentence, what the scenarios show of it, and the runs behind that: "
      "{} seeds each, from {} on, in the simulator.</p>\n"
      "<table><tr><th></th><th>Multicast</th><th>WKA</th><th>AWS / AWS ECS</th></tr>\n",
      SchemeTableStyle, table.seeds, table.first_seed);
  for (const scenarios::TableRow& row : table.rows) {
    html += fmt::format("<tr><th>{}</th>{}{}{}</tr>\n", xml_escaped(row.title),
                        scheme_cell(row.multicast), scheme_cell(row.wka), scheme_cell(row.cloud));
  }
  return html + "</table></html>\n";
}

}  // namespace splitscope::viz
