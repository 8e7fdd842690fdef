#include "viz/canvas/interval_plot.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace splitscope::viz {
namespace {

constexpr double IntervalRowHeight = 24;
constexpr double IntervalTitleHeight = TitleSize + 12;
constexpr double LimitHeight = 16;
constexpr double IntervalGap = 10;
// Labels and notes never take more than this share of the width each.
constexpr double SideShare = 0.34;

double widest(const IntervalPlot& plot, std::string IntervalRow::* text, double size) {
  double width = 0;
  for (const IntervalRow& row : plot.rows) {
    width = std::max(width, text_width(row.*text, {.size = size}));
  }
  return width;
}

std::string value_text(const IntervalPlot& plot, double value) {
  if (std::isinf(value)) return "never";
  return plot.x_kind == ScaleKind::Number ? fmt::format("{:g}", value) : time_label(value);
}

// An arrow head that points on, beyond the edge.
void draw_beyond(Canvas& canvas, Point tip, Ink ink) {
  canvas.polygon(std::array{tip, Point{tip.x - 8, tip.y - 4.5}, Point{tip.x - 8, tip.y + 4.5}},
                 {.ink = ink});
}

void draw_interval(Canvas& canvas, const Scale& x, double y, const IntervalRow& row) {
  const auto [left, right] = x.pixels();
  const auto at = [&](double value) { return std::clamp(x.at(value), left, right); };
  const bool is_open = x.at(row.interval->high) > right;
  const Ink ink = series_ink(row.series);
  const double low = at(row.interval->low);
  const double high = at(row.interval->high);
  canvas.line({low, y}, {high, y}, {.ink = ink, .width = 2});
  canvas.line({low, y - 4}, {low, y + 4}, {.ink = ink, .width = 2});
  if (is_open) {
    draw_beyond(canvas, {right + 6, y}, ink);
  } else {
    canvas.line({high, y - 4}, {high, y + 4}, {.ink = ink, .width = 2});
  }
  // A median that was never reached has no dot: the arrow alone.
  if (x.at(row.interval->median) <= right) {
    draw_marker(canvas, {at(row.interval->median), y}, series_marker(row.series), ink);
  }
}

void draw_limit(Canvas& canvas, const Box& area, const Scale& x, const IntervalPlot& plot) {
  const double at = x.at(*plot.limit);
  if (at < area.x || at > area.right()) return;
  canvas.line({at, area.y - 3}, {at, area.bottom()}, {.ink = Ink::Fault, .dash = Dash::Dashed});
  TextStyle style{.ink = Ink::Fault, .size = TickSize, .anchor = Anchor::Middle};
  const std::string label = fitted(plot.limit_label, style, area.width);
  const double half = text_width(label, style) / 2;
  canvas.text(
      {std::clamp(at, area.x + half, std::max(area.x + half, area.right() - half)), area.y - 6},
      label, style);
}

}  // namespace

double interval_plot_height(const IntervalPlot& plot) {
  return (plot.title.empty() ? 0 : IntervalTitleHeight) + (plot.limit ? LimitHeight : 0) +
         IntervalRowHeight * static_cast<double>(plot.rows.size()) + BottomAxisHeight;
}

void draw_interval_plot(Canvas& canvas, const Box& box, const IntervalPlot& plot) {
  const Box room = draw_title(canvas, box, plot.title);
  const double label_width =
      std::min(widest(plot, &IntervalRow::label, LabelSize), SideShare * box.width);
  const double note_width =
      std::min(widest(plot, &IntervalRow::note, TickSize), SideShare * box.width);
  const double left = room.x + label_width + IntervalGap;
  const double top = room.y + (plot.limit ? LimitHeight : 0);
  const Box area{left, top, std::max(1.0, room.right() - note_width - 2 * IntervalGap - left),
                 IntervalRowHeight * static_cast<double>(plot.rows.size())};
  const Scale x(plot.x_kind, plot.x, {area.x, area.right()});
  draw_bottom_axis(canvas, area, x, plot.x_title);
  if (plot.limit) draw_limit(canvas, area, x, plot);

  double y = area.y + IntervalRowHeight / 2;
  for (const IntervalRow& row : plot.rows) {
    const Interval& shown = row.interval.value_or(Interval{});
    const GroupScope group(
        canvas, row.interval
                    ? fmt::format("{}: median {}, 5 % {}, 95 % {}", row.label,
                                  value_text(plot, shown.median), value_text(plot, shown.low),
                                  value_text(plot, shown.high))
                    : row.label);
    const TextStyle label{.size = LabelSize, .anchor = Anchor::End};
    canvas.text({area.x - IntervalGap, y + LabelSize * HalfCapital},
                fitted(row.label, label, label_width), label);
    if (row.interval) draw_interval(canvas, x, y, row);
    const TextStyle note{.ink = Ink::TextMuted, .size = TickSize};
    canvas.text({area.right() + 2 * IntervalGap, y + TickSize * HalfCapital},
                fitted(row.note, note, note_width), note);
    y += IntervalRowHeight;
  }
}

}  // namespace splitscope::viz
