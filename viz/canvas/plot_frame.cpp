#include "viz/canvas/plot_frame.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace splitscope::viz {
namespace {

constexpr double MarkerRadius = 4.5;
constexpr double LegendRow = 18;
constexpr double LegendSample = 20;
constexpr double LegendGap = 18;
constexpr double AxisGap = 6;

Stroke grid() {
  return {.ink = Ink::Grid};
}

double item_width(const LegendItem& item) {
  return LegendSample + 6 + text_width(item.name, {.size = TickSize});
}

void draw_sample(Canvas& canvas, const LegendItem& item, Point left) {
  const double middle = left.y;
  switch (item.sample) {
    case LegendItem::Sample::Line:
      canvas.line(left, {left.x + LegendSample, middle},
                  {.ink = item.ink, .width = 2, .dash = item.dash});
      return;
    case LegendItem::Sample::Marker:
      draw_marker(canvas, {left.x + LegendSample / 2, middle}, item.marker, item.ink);
      return;
    case LegendItem::Sample::Patch: {
      const double height = 10 * item.height;
      const Box patch{left.x, middle + 5 - height, LegendSample, height};
      if (item.is_filled) canvas.rect(patch, {.ink = item.ink, .is_hatched = item.is_hatched});
      canvas.outline(patch, {.ink = Ink::Outline, .width = 0.75});
      return;
    }
  }
}

// Where each item goes, from the top left; answers the number of rows.
template <typename Place>
std::size_t lay_out(double width, std::span<const LegendItem> items, Place place) {
  std::size_t row = 0;
  double x = 0;
  for (const LegendItem& item : items) {
    const double needed = item_width(item);
    if (x > 0 && x + needed > width) {
      ++row;
      x = 0;
    }
    place(item, Point{x, static_cast<double>(row) * LegendRow});
    x += needed + LegendGap;
  }
  return items.empty() ? 0 : row + 1;
}

}  // namespace

Marker series_marker(std::size_t index) {
  return static_cast<Marker>(index % 4);
}

Dash series_dash(std::size_t index) {
  return static_cast<Dash>(index % 4);
}

void draw_marker(Canvas& canvas, Point centre, Marker marker, Ink ink) {
  const auto [x, y] = centre;
  const double r = MarkerRadius;
  const Fill fill{.ink = ink};
  switch (marker) {
    case Marker::Circle:
      return canvas.circle(centre, r, fill);
    case Marker::Square:
      return canvas.rect({x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8}, fill);
    case Marker::Diamond:
      return canvas.polygon(std::array{Point{x, y - r * 1.3}, Point{x + r * 1.3, y},
                                       Point{x, y + r * 1.3}, Point{x - r * 1.3, y}},
                            fill);
    case Marker::Triangle:
      return canvas.polygon(
          std::array{Point{x, y - r * 1.2}, Point{x + r * 1.2, y + r}, Point{x - r * 1.2, y + r}},
          fill);
  }
}

Box draw_title(Canvas& canvas, const Box& room, std::string_view title) {
  if (title.empty()) return room;
  const TextStyle style{.size = TitleSize, .is_bold = true};
  canvas.text({room.x, room.y + TitleSize}, fitted(title, style, room.width), style);
  const double taken = TitleSize + 12;
  return {room.x, room.y + taken, room.width, room.height - taken};
}

void draw_bottom_axis(Canvas& canvas, const Box& plot, const Scale& scale, std::string_view title) {
  const TextStyle label{.ink = Ink::TextMuted, .size = TickSize, .anchor = Anchor::Middle};
  for (const Tick& tick : ticks_along(scale, TickSize)) {
    const double x = scale.at(tick.value);
    canvas.line({x, plot.y}, {x, plot.bottom()}, grid());
    // A label at the very end must not leave the picture.
    const double half = text_width(tick.label, label) / 2;
    const double inside = std::clamp(x, half, std::max(half, canvas.size().width - half));
    canvas.text({inside, plot.bottom() + TickSize + 4}, tick.label, label);
  }
  canvas.line({plot.x, plot.bottom()}, {plot.right(), plot.bottom()}, {.ink = Ink::Axis});
  const TextStyle style{.size = TickSize, .anchor = Anchor::Middle};
  canvas.text({plot.x + plot.width / 2, plot.bottom() + BottomAxisHeight - 6},
              fitted(title, style, plot.width), style);
}

void draw_left_axis(Canvas& canvas, const Box& plot, const Scale& scale,
                    std::span<const Tick> all) {
  const TextStyle label{.ink = Ink::TextMuted, .size = TickSize, .anchor = Anchor::End};
  for (const Tick& tick : all) {
    const double y = scale.at(tick.value);
    canvas.line({plot.x, y}, {plot.right(), y}, grid());
    canvas.text({plot.x - AxisGap, y + TickSize * HalfCapital}, tick.label, label);
  }
}

double left_axis_width(std::span<const Tick> all) {
  double widest = 0;
  for (const Tick& tick : all) {
    widest = std::max(widest, text_width(tick.label, {.size = TickSize}));
  }
  return widest + AxisGap;
}

Box draw_legend(Canvas& canvas, const Box& room, std::span<const LegendItem> items) {
  lay_out(room.width, items, [&](const LegendItem& item, Point at) {
    const double middle = room.y + at.y + LegendRow / 2 - 2;
    draw_sample(canvas, item, {room.x + at.x, middle});
    const TextStyle style{.size = TickSize};
    canvas.text({room.x + at.x + LegendSample + 6, middle + TickSize * HalfCapital},
                fitted(item.name, style, room.width - LegendSample - 6), style);
  });
  const double taken = legend_height(room.width, items);
  return {room.x, room.y + taken, room.width, room.height - taken};
}

double legend_height(double width, std::span<const LegendItem> items) {
  const std::size_t rows = lay_out(width, items, [](const LegendItem&, Point) {});
  return rows == 0 ? 0 : static_cast<double>(rows) * LegendRow + 4;
}

}  // namespace splitscope::viz
