// Pictures of one run: what each member was, how many agreed, who saw whom. Hides how a model
// becomes rows, bars and curves; the same code draws for files and for the screen.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "viz/canvas/canvas.hpp"
#include "viz/model/run_model.hpp"

namespace splitscope::viz {

enum class RunPicture : std::uint8_t {
  Timeline,      // faults, masters, and a strip a member
  Availability,  // the share of live members that agree, over time
  Matrix,        // who has whom in its list at the window's end
};
// "timeline", "availability", "matrix"; nothing for another word.
std::optional<RunPicture> run_picture(std::string_view word);

// The height that shows all of it at this width.
double run_picture_height(const RunModel& model, RunPicture picture, const Window& window,
                          double width);
// Fills the box's width; begins at its top.
void draw_run_picture(Canvas& canvas, const Box& box, const RunModel& model, RunPicture picture,
                      const Window& window);

}  // namespace splitscope::viz
