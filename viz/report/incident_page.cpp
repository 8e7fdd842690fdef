#include "viz/report/incident_page.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scenarios/incident/incident_text.hpp"
#include "viz/canvas/svg_canvas.hpp"

namespace splitscope::viz {
namespace {

namespace incident = scenarios::incident;
using base::Duration;
using incident::Happening;
using incident::HappeningKind;
using incident::Incident;
using incident::MemberIndex;
using incident::Phase;

constexpr double PictureWidth = 960;
constexpr double Margin = 16;
// A page holds so many lines of who saw what; the rest is in the text and the JSON.
constexpr std::size_t SightsShown = 2'000;

constexpr std::string_view IncidentStyle = R"css(
:root { color-scheme: light dark; --line: #8884; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: .2rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .2rem; }
div.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid var(--line); }
th { font-weight: 600; font-size: .85em; }
td.at { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.line { font-size: .85em; opacity: .8; overflow-wrap: anywhere; }
svg { display: block; max-width: 100%; height: auto; margin: .8rem 0; }
p.note { opacity: .8; font-size: .9em; }
@media print { :root { color-scheme: light; } body { max-width: none; margin: 0; } }
)css";

double seconds(Duration duration) {
  return static_cast<double>(duration.count()) / 1e9;
}

bool holds(const incident::ViewGroup& group, MemberIndex member) {
  return std::find(group.holders.begin(), group.holders.end(), member) != group.holders.end();
}

// The group that most follow: that of the others who left it is the split.
std::size_t largest_group(const Phase& phase) {
  std::size_t largest = 0;
  for (std::size_t i = 1; i < phase.groups.size(); ++i) {
    if (phase.groups[i].list.size() > phase.groups[largest].list.size()) largest = i;
  }
  return largest;
}

void add_views(const Incident& story, MemberIndex member, TimelineRow& row) {
  for (std::size_t i = 0; i < story.phases.size(); ++i) {
    const Phase& phase = story.phases[i];
    // What passed between two lasting phases is drawn with the first.
    const Duration until = i + 1 < story.phases.size() ? story.phases[i + 1].from : phase.until;
    for (std::size_t g = 0; g < phase.groups.size(); ++g) {
      if (!holds(phase.groups[g], member)) continue;
      TimelineBar bar;
      bar.state = g == largest_group(phase) ? NodeState::Up : NodeState::Partitioned;
      bar.begin = seconds(phase.from);
      bar.end = seconds(until);
      bar.title = fmt::format("{} sees {}", story.members[member].name,
                              incident::names_of(story, phase.groups[g].list));
      row.bars.push_back(std::move(bar));
    }
  }
}

bool is_of(const Happening& happening, MemberIndex member) {
  const auto& who = happening.sides.front();
  return who.size() == 1 && who.front() == member && happening.sides.size() == 1;
}

// From its start to its first view, and from its end to its next start.
void add_absences(const Incident& story, MemberIndex member, TimelineRow& row) {
  bool is_down = false;
  Duration down_from{};
  for (const Happening& happening : story.happenings) {
    if (!is_of(happening, member)) continue;
    const bool is_start =
        happening.kind == HappeningKind::Start || happening.kind == HappeningKind::Resume;
    const auto next = std::find_if(
        story.phases.begin(), story.phases.end(), [member, &happening](const Phase& phase) {
          return phase.from >= happening.at &&
                 std::any_of(phase.groups.begin(), phase.groups.end(),
                             [member](const auto& group) { return holds(group, member); });
        });
    if (is_start) {
      if (is_down) {
        row.bars.push_back(
            {NodeState::Down, seconds(down_from), seconds(happening.at), "not running", ""});
      }
      is_down = false;
      const Duration joined = next == story.phases.end() ? story.length : next->from;
      row.bars.push_back(
          {NodeState::Joining, seconds(happening.at), seconds(joined), "joining", ""});
    } else if (happening.kind != HappeningKind::AlreadyRunning && !is_down) {
      is_down = true;
      down_from = happening.at;
    }
  }
  if (is_down) {
    row.bars.push_back(
        {NodeState::Down, seconds(down_from), seconds(story.length), "not running", ""});
  }
}

// What ended a thing that lasted, or the story's end.
Duration end_of(const Incident& story, const Happening& begin, HappeningKind end_kind) {
  for (const Happening& happening : story.happenings) {
    if (happening.at >= begin.at && happening.kind == end_kind && happening.sides == begin.sides) {
      return happening.at;
    }
  }
  return story.length;
}

void add_faults(const Incident& story, Timeline& timeline) {
  for (const Happening& happening : story.happenings) {
    TimelineFault fault;
    fault.label = incident::happening_text(story, happening);
    fault.begin = seconds(happening.at);
    fault.end = fault.begin;
    switch (happening.kind) {
      case HappeningKind::Kill:
      case HappeningKind::Stop:
      case HappeningKind::PowerOff:
      case HappeningKind::Merge:
        break;
      case HappeningKind::Pause:
        fault.end = seconds(end_of(story, happening, HappeningKind::Resume));
        break;
      case HappeningKind::Partition:
        fault.end = seconds(end_of(story, happening, HappeningKind::Heal));
        break;
      default:
        continue;
    }
    timeline.faults.push_back(std::move(fault));
  }
}

std::string drawn(const Incident& story, const SvgOptions& options) {
  const Timeline timeline = incident_timeline(story);
  const double margin = options.has_own_style ? Margin : 0;
  const double width = PictureWidth - 2 * margin;
  const double height = timeline_height(width, timeline);
  SvgCanvas canvas({PictureWidth, height + 2 * margin}, options);
  draw_timeline(canvas, {margin, margin, width, height}, timeline);
  return canvas.finish();
}

std::string row(std::initializer_list<std::pair<std::string_view, std::string>> cells) {
  std::string html = "<tr>";
  for (const auto& [style, text] : cells) {
    html +=
        fmt::format("<td{}{}>{}</td>", style.empty() ? "" : " class=", style, xml_escaped(text));
  }
  return html + "</tr>\n";
}

std::string table(std::string_view title, std::string_view heads, const std::string& rows) {
  return fmt::format(
      "<h2>{}</h2>\n<div class=wide><table><thead><tr>{}</tr></thead><tbody>\n{}</tbody></table>"
      "</div>\n",
      title, heads, rows);
}

std::string members_table(const Incident& story) {
  std::string rows;
  for (const incident::IncidentMember& member : story.members) {
    std::string logs;
    std::string clock;
    for (const std::size_t i : member.logs) {
      logs += (logs.empty() ? "" : ", ") + story.logs[i].file;
      const incident::MemberClock& own = story.clocks[i];
      clock = own.aligned_by == i ? (own.is_aligned ? "the story's" : "not aligned")
                                  : fmt::format("{} ± {} ms", incident::offset_text(own.ahead),
                                                own.uncertainty.count() / 1'000'000);
    }
    rows += row({{"", member.name}, {"", to_text(member.address)}, {"line", logs}, {"", clock}});
  }
  return table("Members", "<th>member</th><th>address</th><th>log</th><th>clock</th>", rows);
}

std::string happenings_table(const Incident& story) {
  std::string rows;
  for (const Happening& happening : story.happenings) {
    rows += row({{"at", incident::clock_text(happening.at, story.length)},
                 {"", incident::happening_text(story, happening)},
                 {"", happening.is_inferred ? "inferred" : "told"},
                 {"line", incident::places_text(story, happening.places)}});
  }
  return table("What happened", "<th>at</th><th>what</th><th>how known</th><th>lines</th>", rows);
}

std::string phases_table(const Incident& story) {
  std::string rows;
  for (const Phase& phase : story.phases) {
    rows += row({{"at", incident::clock_text(phase.from, story.length)},
                 {"", incident::phase_text(story, phase)},
                 {"line", incident::places_text(story, phase.places)}});
  }
  return table("Which views were held", "<th>from</th><th>views</th><th>lines</th>", rows);
}

std::string sights_table(const Incident& story) {
  std::string rows;
  std::size_t count = 0;
  for (const incident::Sight& sight : story.sights) {
    const std::string words = incident::sight_text(story, sight);
    if (words.empty()) continue;
    if (++count > SightsShown) break;
    rows += row({{"at", incident::clock_text(sight.at, story.length)},
                 {"", story.members[sight.by].name},
                 {"", words},
                 {"line", incident::to_text(story, sight.place)}});
  }
  std::string html =
      table("Who saw what", "<th>at</th><th>who</th><th>what</th><th>line</th>", rows);
  if (count > SightsShown) {
    html +=
        fmt::format("<p class=note>The first {}; all are in --all and --json.</p>\n", SightsShown);
  }
  return html;
}

std::string cautions_list(const Incident& story) {
  const auto cautions = incident::cautions(story);
  if (cautions.empty()) return {};
  std::string html = "<h2>To bear in mind</h2>\n<ul>\n";
  for (const std::string& caution : cautions) {
    html += fmt::format("<li>{}</li>\n", xml_escaped(caution));
  }
  return html + "</ul>\n";
}

}  // namespace

Timeline incident_timeline(const Incident& story) {
  Timeline timeline;
  timeline.title = fmt::format("Incident of {}", incident::wall_text(story.began, story.has_dates));
  timeline.x = {.low = 0, .high = std::max(1.0, seconds(story.length))};
  for (MemberIndex member = 0; member < story.members.size(); ++member) {
    TimelineRow row{.label = story.members[member].name, .bars = {}};
    add_absences(story, member, row);
    add_views(story, member, row);
    if (!story.members[member].has_log()) {
      row.bars.push_back({NodeState::Unknown, 0, seconds(story.length), "no log"});
    }
    timeline.rows.push_back(std::move(row));
  }
  add_faults(story, timeline);
  return timeline;
}

std::string incident_picture(const Incident& story) {
  return drawn(story, {.title = "Timeline of an incident"});
}

std::string incident_page(const Incident& story) {
  std::string html = fmt::format(
      "<!doctype html>\n<html lang=en><head><meta charset=utf-8>\n"
      "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
      "<title>Splitscope: incident</title>\n<style>{}{}</style></head><body>\n"
      "<h1>Incident of {}</h1>\n<p class=note>{} members, {} logs, {} on the clock of {}.</p>\n",
      IncidentStyle, svg_style(standard_palette()),
      incident::wall_text(story.began, story.has_dates), story.members.size(), story.logs.size(),
      incident::clock_text(story.length, story.length), xml_escaped(story.logs.front().file));
  html += drawn(story, {.title = "Timeline", .has_own_style = false, .has_background = false});
  html += members_table(story) + happenings_table(story) + phases_table(story);
  html += sights_table(story) + cautions_list(story);
  return html + "</body></html>\n";
}

}  // namespace splitscope::viz
