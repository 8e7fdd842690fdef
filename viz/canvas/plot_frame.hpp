// What the plots have in common: title, axes, grid, legend. Each piece draws into the room it is
// given and says how much it took.
#pragma once

#include <span>
#include <string>

#include "viz/canvas/canvas.hpp"
#include "viz/canvas/scale.hpp"

namespace splitscope::viz {

inline constexpr double TitleSize = 14;
inline constexpr double LabelSize = 12;
inline constexpr double TickSize = 11;
// From a baseline to the optical middle of digits and capitals, as a share of the size.
inline constexpr double HalfCapital = 0.36;

// One shape for each series, so that they differ without colour.
enum class Marker : std::uint8_t { Circle, Square, Diamond, Triangle };
// They repeat after four; with the colours, 28 combinations.
Marker series_marker(std::size_t index);
Dash series_dash(std::size_t index);
void draw_marker(Canvas& canvas, Point centre, Marker marker, Ink ink);

// Draws the title at the top of the room, cut to its width; answers the room left below it.
Box draw_title(Canvas& canvas, const Box& room, std::string_view title);

// Draws grid lines in the plot, tick labels below it, and the title of the axis below these.
inline constexpr double BottomAxisHeight = 38;
void draw_bottom_axis(Canvas& canvas, const Box& plot, const Scale& scale, std::string_view title);

// Draws grid lines in the plot and tick labels left of it.
void draw_left_axis(Canvas& canvas, const Box& plot, const Scale& scale,
                    std::span<const Tick> ticks);
// The width of the widest label, and the gap to the plot.
double left_axis_width(std::span<const Tick> ticks);

// A key to what is drawn: a sample and a name.
struct LegendItem {
  enum class Sample : std::uint8_t { Line, Patch, Marker };
  Sample sample = Sample::Patch;
  std::string name;
  Ink ink = Ink::Text;
  Dash dash = Dash::Solid;         // of a Line
  Marker marker = Marker::Circle;  // of a Marker
  double height = 1;               // of a Patch, a share of the full height
  bool is_filled = true;           // of a Patch; false: the outline alone
  bool is_hatched = false;         // of a Patch
};
// Draws the items in rows from the top of the room; answers the room left below them.
Box draw_legend(Canvas& canvas, const Box& room, std::span<const LegendItem> items);
// The height that draw_legend takes.
double legend_height(double width, std::span<const LegendItem> items);

}  // namespace splitscope::viz
