#include "viz/canvas/matrix_plot.hpp"

#include <algorithm>

namespace splitscope::viz {
namespace {

constexpr double HeadHeight = 24;
constexpr double MatrixRowHeight = 34;
constexpr double MatrixGap = 12;
constexpr double Inset = 8;
constexpr double MatrixBarHeight = 4;
constexpr double MatrixTitleHeight = TitleSize + 12;
// Labels take no more of the width than this.
constexpr double MatrixLabelShare = 0.34;
// A mark that has less room than this is left to the tint and the title.
constexpr double MarkWidthMin = 40;
constexpr double TintOpacity = 0.16;

Ink bar_ink(Tone tone) {
  switch (tone) {
    case Tone::Plain:
      return Ink::Up;
    case Tone::Warning:
      return Ink::Series6;
    case Tone::Bad:
      return Ink::Down;
  }
  return Ink::Unknown;
}

void draw_cell(Canvas& canvas, const Box& box, const MatrixCell& cell) {
  const GroupScope group(canvas, cell.title);
  const Ink ink = bar_ink(cell.tone);
  if (cell.tone != Tone::Plain) canvas.rect(box, {.ink = ink, .opacity = TintOpacity});
  const double left = box.x + Inset;
  const double width = std::max(1.0, box.width - 2 * Inset);
  const double baseline = box.y + 17;
  const TextStyle figure{.size = LabelSize, .is_bold = cell.tone == Tone::Bad};
  canvas.text({left, baseline}, fitted(cell.figure, figure, width), figure);
  const double taken = text_width(cell.figure, figure) + Inset;
  if (!cell.mark.empty() && width - taken >= MarkWidthMin) {
    const TextStyle mark{.ink = cell.tone == Tone::Bad ? Ink::Fault : Ink::TextMuted,
                         .size = TickSize,
                         .anchor = Anchor::End};
    canvas.text({left + width, baseline}, fitted(cell.mark, mark, width - taken), mark);
  }
  const Box track{left, box.bottom() - MatrixBarHeight - 5, width, MatrixBarHeight};
  canvas.rect(track, {.ink = Ink::Grid});
  const double filled = width * std::clamp(cell.share, 0.0, 1.0);
  if (filled > 0) canvas.rect({track.x, track.y, filled, track.height}, {.ink = ink});
}

}  // namespace

double matrix_plot_height(const MatrixPlot& plot) {
  return (plot.title.empty() ? 0 : MatrixTitleHeight) + HeadHeight +
         MatrixRowHeight * static_cast<double>(plot.rows.size()) + 1;
}

void draw_matrix_plot(Canvas& canvas, const Box& box, const MatrixPlot& plot) {
  const Box room = draw_title(canvas, box, plot.title);
  double labels = 0;
  for (const MatrixRow& row : plot.rows) {
    labels = std::max(labels, text_width(row.label, {.size = LabelSize}));
  }
  labels = std::min(labels, MatrixLabelShare * box.width);
  const double left = room.x + labels + MatrixGap;
  const double column =
      std::max(1.0, (room.right() - left) /
                        static_cast<double>(std::max<std::size_t>(1, plot.columns.size())));
  const TextStyle head{.ink = Ink::TextMuted, .size = LabelSize, .is_bold = true};
  for (std::size_t i = 0; i < plot.columns.size(); ++i) {
    canvas.text({left + column * static_cast<double>(i) + Inset, room.y + 15},
                fitted(plot.columns[i], head, column - 2 * Inset), head);
  }
  double y = room.y + HeadHeight;
  for (const MatrixRow& row : plot.rows) {
    canvas.line({room.x, y}, {room.right(), y}, {.ink = Ink::Grid});
    const TextStyle label{.size = LabelSize};
    canvas.text({room.x, y + 17}, fitted(row.label, label, labels), label);
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      draw_cell(
          canvas,
          {left + column * static_cast<double>(i) + 1, y + 1, column - 2, MatrixRowHeight - 2},
          row.cells[i]);
    }
    y += MatrixRowHeight;
  }
  canvas.line({room.x, y}, {room.right(), y}, {.ink = Ink::Grid});
}

}  // namespace splitscope::viz
