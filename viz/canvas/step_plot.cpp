#include "viz/canvas/step_plot.hpp"

#include <algorithm>

namespace splitscope::viz {
namespace {

constexpr double RightMargin = 12;
constexpr double RowSpacing = 28;  // between ticks of the left axis

std::vector<LegendItem> legend(const StepPlot& plot) {
  std::vector<LegendItem> items;
  if (plot.series.size() < 2) return items;
  for (std::size_t i = 0; i < plot.series.size(); ++i) {
    items.push_back({.sample = LegendItem::Sample::Line,
                     .name = plot.series[i].name,
                     .ink = series_ink(i),
                     .dash = series_dash(i)});
  }
  return items;
}

std::vector<Point> outline(const StepSeries& series, const Scale& x, const Scale& y) {
  std::vector<Point> line;
  for (const Point& point : series.points) {
    const double at = x.at(point.x);
    if (!line.empty()) line.push_back({at, line.back().y});
    line.push_back({at, y.at(point.y)});
  }
  if (!line.empty()) line.push_back({std::max(line.back().x, x.pixels().high), line.back().y});
  return line;
}

}  // namespace

void draw_step_plot(Canvas& canvas, const Box& box, const StepPlot& plot) {
  Box room = draw_title(canvas, box, plot.title);
  room = draw_legend(canvas, room, legend(plot));
  const double top = room.y + 6;
  const double height = std::max(1.0, room.bottom() - BottomAxisHeight - top);
  const Scale y(ScaleKind::Number, plot.y, {top + height, top});
  const std::vector<Tick> levels =
      ticks(y, static_cast<std::size_t>(std::clamp(height / RowSpacing, 2.0, 12.0)));
  const double title_width = plot.y_title.empty() ? 0 : TickSize + 8;
  const double left = room.x + title_width + left_axis_width(levels);
  const Box area{left, top, std::max(1.0, room.right() - RightMargin - left), height};
  const Scale x(plot.x_kind, plot.x, {area.x, area.right()});

  draw_left_axis(canvas, area, y, levels);
  draw_bottom_axis(canvas, area, x, plot.x_title);
  if (!plot.y_title.empty()) {
    canvas.text({room.x + TickSize, area.y + area.height / 2}, plot.y_title,
                {.size = TickSize, .anchor = Anchor::Middle, .is_turned = true});
  }
  // A line along the edge keeps its full width.
  const ClipScope clip(canvas, {area.x, area.y - 2, area.width + 1, area.height + 4});
  for (std::size_t i = 0; i < plot.series.size(); ++i) {
    const GroupScope group(canvas, plot.series[i].name);
    canvas.polyline(outline(plot.series[i], x, y),
                    {.ink = series_ink(i), .width = 2, .dash = series_dash(i)});
  }
}

}  // namespace splitscope::viz
