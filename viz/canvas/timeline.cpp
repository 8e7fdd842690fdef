#include "viz/canvas/timeline.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace splitscope::viz {
namespace {

constexpr double TimelineRowHeight = 22;
constexpr double TimelineBarHeight = 15;
constexpr double LaneHeight = 19;
constexpr double TimelineGap = 10;
constexpr double TimelineRightMargin = 14;
constexpr double TimelineLabelShare = 0.25;

struct Look {
  NodeState state;
  std::string_view name;
  Ink ink;
  double height;
  bool is_hatched;
};
constexpr std::array<Look, 8> Looks{{
    {NodeState::Up, "up", Ink::Up, 1.0, false},
    {NodeState::Suspect, "suspected", Ink::Suspect, 0.7, false},
    {NodeState::Down, "down", Ink::Down, 0.3, false},
    {NodeState::Partitioned, "partitioned", Ink::Partitioned, 0.7, true},
    {NodeState::Joining, "joining", Ink::Joining, 0.5, false},
    {NodeState::Unknown, "unknown", Ink::Unknown, 0.5, false},
    {NodeState::Paused, "paused", Ink::Unknown, 0.7, true},
    {NodeState::Master, "master", Ink::Series1, 1.0, false},
}};

const Look& look(NodeState state) {
  return Looks[static_cast<std::size_t>(state)];
}

std::vector<LegendItem> legend(const Timeline& timeline) {
  std::array<bool, Looks.size()> is_used{};
  for (const TimelineRow& row : timeline.rows) {
    for (const TimelineBar& bar : row.bars) is_used[static_cast<std::size_t>(bar.state)] = true;
  }
  std::vector<LegendItem> items;
  for (const Look& each : Looks) {
    if (!is_used[static_cast<std::size_t>(each.state)]) continue;
    items.push_back({.name = std::string(each.name),
                     .ink = each.ink,
                     .height = each.height,
                     .is_filled = each.state != NodeState::Unknown,
                     .is_hatched = each.is_hatched});
  }
  return items;
}

// Faults with the lane of each and where its label goes.
struct PlacedFault {
  const TimelineFault* fault;
  std::size_t lane = 0;
  double left = 0;
  double right = 0;
  double label_at = 0;
};

constexpr TextStyle FaultLabel{.ink = Ink::Fault, .size = TickSize};

double label_start(const PlacedFault& placed, double width, const Scale& x) {
  // Inside the bar where it fits, else right of it, else left of it.
  if (placed.right - placed.left >= width + 12) return placed.left + 6;
  if (placed.right + 6 + width <= x.pixels().high) return placed.right + 6;
  return std::max(x.pixels().low, placed.left - 6 - width);
}

std::vector<PlacedFault> place(const Timeline& timeline, const Scale& x) {
  std::vector<PlacedFault> result;
  std::array<double, FaultLanesMax> used_to{};
  used_to.fill(-1e9);
  for (const TimelineFault& fault : timeline.faults) {
    PlacedFault placed{.fault = &fault};
    placed.left = std::clamp(x.at(fault.begin), x.pixels().low, x.pixels().high);
    placed.right = std::clamp(x.at(fault.end), placed.left, x.pixels().high);
    const double width = text_width(fault.label, FaultLabel);
    placed.label_at = label_start(placed, width, x);
    const double from = std::min(placed.left, placed.label_at);
    while (placed.lane + 1 < FaultLanesMax && used_to[placed.lane] > from) ++placed.lane;
    used_to[placed.lane] = std::max(placed.right, placed.label_at + width) + 8;
    result.push_back(placed);
  }
  return result;
}

double lanes_height(const std::vector<PlacedFault>& placed) {
  std::size_t lanes = 0;
  for (const PlacedFault& each : placed) lanes = std::max(lanes, each.lane + 1);
  return lanes == 0 ? 0 : static_cast<double>(lanes) * LaneHeight + 4;
}

double label_width(double width, const Timeline& timeline) {
  double widest = timeline.faults.empty() ? 0 : text_width("faults", {.size = LabelSize});
  for (const TimelineRow& row : timeline.rows) {
    widest = std::max(widest, text_width(row.label, {.size = LabelSize}));
  }
  return std::min(widest, TimelineLabelShare * width);
}

Scale scale_of(const Box& box, const Timeline& timeline) {
  const double left = box.x + label_width(box.width, timeline) + TimelineGap;
  return Scale(ScaleKind::Time, timeline.x,
               {left, std::max(left + 1, box.right() - TimelineRightMargin)});
}

void draw_label(Canvas& canvas, double right, double middle, double width, std::string_view label) {
  const TextStyle style{.size = LabelSize, .anchor = Anchor::End};
  canvas.text({right - TimelineGap, middle + LabelSize * HalfCapital}, fitted(label, style, width),
              style);
}

// The band goes through all rows, so that one sees who was touched.
void draw_fault(Canvas& canvas, const PlacedFault& placed, double top, double bottom) {
  const double y = top + static_cast<double>(placed.lane) * LaneHeight;
  const GroupScope group(
      canvas, fmt::format("{}: {} to {}", placed.fault->label, time_label(placed.fault->begin),
                          time_label(placed.fault->end)));
  const double width = placed.right - placed.left;
  if (width > 0) canvas.rect({placed.left, y, width, bottom - y}, {Ink::Fault, 0.08});
  const Box head{placed.left, y, std::max(2.0, width), LaneHeight - 4};
  canvas.rect(head, {Ink::Fault, 0.18});
  canvas.line({placed.left, y}, {placed.left, bottom}, {.ink = Ink::Fault});
  if (width > 0) {
    canvas.line({placed.right, y}, {placed.right, bottom},
                {.ink = Ink::Fault, .dash = Dash::Dotted});
  }
}

// After all bands, on a ground of its own: a band of another lane may run behind it.
void draw_fault_label(Canvas& canvas, const PlacedFault& placed, double top) {
  const double middle = top + static_cast<double>(placed.lane) * LaneHeight + (LaneHeight - 4) / 2;
  const double width = text_width(placed.fault->label, FaultLabel);
  const bool is_inside = placed.label_at >= placed.left && placed.label_at + width < placed.right;
  if (!is_inside) {
    canvas.rect({placed.label_at - 2, middle - TickSize / 2 - 1, width + 4, TickSize + 3},
                {Ink::Background, 0.85});
  }
  canvas.text({placed.label_at, middle + TickSize * HalfCapital}, placed.fault->label, FaultLabel);
}

void draw_bar(Canvas& canvas, const TimelineBar& bar, const Scale& x, double base) {
  const double left = std::max(x.at(bar.begin), x.pixels().low);
  const double right = std::min(x.at(bar.end), x.pixels().high);
  if (right < x.pixels().low || left > x.pixels().high || right < left) return;
  const Look& shown = look(bar.state);
  const double height = TimelineBarHeight * shown.height;
  // Even the shortest state is one pixel wide.
  const Box box{left, base - height, std::max(1.0, right - left), height};
  const GroupScope group(canvas, bar.title);
  if (bar.state != NodeState::Unknown) {
    canvas.rect(box, {.ink = shown.ink, .is_hatched = shown.is_hatched});
  }
  canvas.outline(box, {.ink = Ink::Outline, .width = 0.75});
  const TextStyle style{.ink = Ink::Background, .size = TickSize, .anchor = Anchor::Middle};
  if (bar.label.empty() || text_width(bar.label, style) + 6 > box.width) return;
  canvas.text({left + box.width / 2, base - height / 2 + TickSize * HalfCapital}, bar.label, style);
}

}  // namespace

double timeline_height(double width, const Timeline& timeline) {
  const double title = timeline.title.empty() ? 0 : TitleSize + 12;
  const Scale x = scale_of({0, 0, width, 0}, timeline);
  return title + legend_height(width, legend(timeline)) + lanes_height(place(timeline, x)) +
         TimelineRowHeight * static_cast<double>(timeline.rows.size()) + BottomAxisHeight;
}

void draw_timeline(Canvas& canvas, const Box& box, const Timeline& timeline) {
  Box room = draw_title(canvas, box, timeline.title);
  room = draw_legend(canvas, room, legend(timeline));
  const Scale x = scale_of(box, timeline);
  const double left = x.pixels().low;
  const std::vector<PlacedFault> faults = place(timeline, x);
  const double rows_top = room.y + lanes_height(faults);
  const double height = TimelineRowHeight * static_cast<double>(timeline.rows.size());
  const Box area{left, rows_top, x.pixels().high - left, height};
  const double labels = label_width(box.width, timeline);

  draw_bottom_axis(canvas, area, x, "time since the start of the run");
  if (!faults.empty()) {
    draw_label(canvas, left, room.y + (LaneHeight - 4) / 2, labels, "faults");
  }
  for (const PlacedFault& placed : faults) draw_fault(canvas, placed, room.y, area.bottom());
  for (const PlacedFault& placed : faults) draw_fault_label(canvas, placed, room.y);
  double base = rows_top + (TimelineRowHeight + TimelineBarHeight) / 2;
  for (const TimelineRow& row : timeline.rows) {
    draw_label(canvas, left, base - TimelineBarHeight / 2, labels, row.label);
    for (const TimelineBar& bar : row.bars) draw_bar(canvas, bar, x, base);
    base += TimelineRowHeight;
  }
}

}  // namespace splitscope::viz
