// Distributions side by side: a dot at the median and a line from the 5th to the 95th percentile,
// one row each.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "viz/canvas/plot_frame.hpp"

namespace splitscope::viz {

// For a percentile that was not reached within what was observed: drawn as an arrow at the edge.
inline constexpr double Never = std::numeric_limits<double>::infinity();

struct Interval {
  double low = 0;  // the 5th percentile
  double median = 0;
  double high = 0;  // the 95th
};

struct IntervalRow {
  std::string label;
  std::optional<Interval> interval;  // nothing: the note alone
  std::string note;                  // right of the plot: "41.2s", "3 of 200 never"
  std::size_t series = 0;            // which colour and marker
};

struct IntervalPlot {
  std::string title;
  std::string x_title;
  ScaleKind x_kind = ScaleKind::Time;
  Scale::Range x;
  std::optional<double> limit;  // a vertical line: a bound or an objective
  std::string limit_label;
  std::vector<IntervalRow> rows;
};

// The height that shows all rows at their normal distance.
double interval_plot_height(const IntervalPlot& plot);
// Fills the box's width; the rows begin at its top.
void draw_interval_plot(Canvas& canvas, const Box& box, const IntervalPlot& plot);

}  // namespace splitscope::viz
