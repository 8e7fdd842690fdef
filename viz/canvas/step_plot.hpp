// Values that hold until they change, over time: availability, number of masters, view sizes.
#pragma once

#include <string>
#include <vector>

#include "viz/canvas/plot_frame.hpp"

namespace splitscope::viz {

struct StepSeries {
  std::string name;
  // Each value holds from its x to the next one's, the last to the end of the axis. In order of x.
  std::vector<Point> points;
};

// A time with a name, drawn behind the lines; a moment if begin and end are equal.
struct StepBand {
  std::string label;
  double begin = 0;
  double end = 0;
};

struct StepPlot {
  std::string title;
  std::string x_title;
  std::string y_title;
  ScaleKind x_kind = ScaleKind::Time;
  Scale::Range x;
  Scale::Range y;
  std::vector<StepBand> bands;     // in order of begin
  std::vector<StepSeries> series;  // drawn with the colours and dashes of their order
};

// Fills the box. With one series there is no legend.
void draw_step_plot(Canvas& canvas, const Box& box, const StepPlot& plot);

}  // namespace splitscope::viz
