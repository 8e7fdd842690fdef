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

constexpr TextStyle BandLabel{.ink = Ink::Fault, .size = TickSize};
constexpr double BandRow = 16;
constexpr std::size_t BandRowsMax = 3;

// Labels stand above the plot, those that would touch in rows below each other.
class Bands {
 public:
  Bands(const std::vector<StepBand>& bands, const Scale& x) : bands_(bands), x_(x) {
    for (const StepBand& band : bands_) {
      const double left = std::clamp(x_.at(band.begin), x_.pixels().low, x_.pixels().high);
      const double width = text_width(band.label, BandLabel);
      labels_at_.push_back(std::max(x_.pixels().low, std::min(left, x_.pixels().high - width)));
      rows_.push_back(row_from(labels_at_.back(), width));
    }
  }
  double height() const { return static_cast<double>(used_to_.size()) * BandRow; }

  void draw(Canvas& canvas, const Box& area) const {
    for (std::size_t i = 0; i < bands_.size(); ++i) {
      const double left = std::clamp(x_.at(bands_[i].begin), area.x, area.right());
      const double right = std::clamp(x_.at(bands_[i].end), left, area.right());
      const GroupScope group(canvas, bands_[i].label);
      if (right > left) {
        canvas.rect({left, area.y, right - left, area.height}, {Ink::Fault, 0.1});
      }
      canvas.line({left, area.y}, {left, area.bottom()}, {.ink = Ink::Fault});
      const double base =
          area.y - height() + static_cast<double>(rows_[i]) * BandRow + TickSize - 2;
      canvas.text({labels_at_[i], base}, bands_[i].label, BandLabel);
    }
  }

 private:
  std::size_t row_from(double left, double width) {
    std::size_t row = 0;
    while (row < used_to_.size() && used_to_[row] > left && row + 1 < BandRowsMax) ++row;
    if (row == used_to_.size()) used_to_.push_back(0);
    used_to_[row] = left + width + 8;
    return row;
  }

  const std::vector<StepBand>& bands_;
  const Scale& x_;
  std::vector<double> labels_at_;
  std::vector<std::size_t> rows_;
  std::vector<double> used_to_;  // by row: where the last label ends
};

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
  const double title_width = plot.y_title.empty() ? 0 : TickSize + 8;
  const double labels_width =
      left_axis_width(ticks(Scale(ScaleKind::Number, plot.y, {room.bottom(), room.y}), 12));
  const double left = room.x + title_width + labels_width;
  const Scale x(plot.x_kind, plot.x, {left, std::max(left + 1, room.right() - RightMargin)});
  const Bands bands(plot.bands, x);
  const double top = room.y + 6 + bands.height();
  const double height = std::max(1.0, room.bottom() - BottomAxisHeight - top);
  const Scale y(ScaleKind::Number, plot.y, {top + height, top});
  const std::vector<Tick> levels =
      ticks(y, static_cast<std::size_t>(std::clamp(height / RowSpacing, 2.0, 12.0)));
  const Box area{left, top, x.pixels().high - left, height};

  bands.draw(canvas, area);
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
