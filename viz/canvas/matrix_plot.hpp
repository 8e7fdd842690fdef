// Figures of many cases under a few alternatives, as a table that is read at a glance: each cell
// has its figure, a bar as long as its share, and a word on what went wrong. What is grave is told
// by the word as well as by colour.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "viz/canvas/plot_frame.hpp"

namespace splitscope::viz {

enum class Tone : std::uint8_t { Plain, Warning, Bad };

struct MatrixCell {
  std::string figure;  // "98.83 %"
  double share = 0;    // 0 to 1
  std::string mark;    // "newcomer lost"; empty where nothing went wrong
  Tone tone = Tone::Plain;
  std::string title;  // shows when pointed at
};

struct MatrixRow {
  std::string label;
  std::vector<MatrixCell> cells;  // as many as columns
};

struct MatrixPlot {
  std::string title;
  std::vector<std::string> columns;
  std::vector<MatrixRow> rows;
};

double matrix_plot_height(const MatrixPlot& plot);
// Fills the box's width; the rows begin at its top.
void draw_matrix_plot(Canvas& canvas, const Box& box, const MatrixPlot& plot);

}  // namespace splitscope::viz
