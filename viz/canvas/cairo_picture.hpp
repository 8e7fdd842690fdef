// Draws PNG and PDF with Cairo, which stays hidden here. The same drawing gives the same pixels
// with the same fonts installed; text is measured by text_width() as everywhere.
#pragma once

#include <functional>
#include <string>

#include "engine/base/result.hpp"
#include "viz/canvas/canvas.hpp"

namespace splitscope::viz {

// Draws the whole picture, at its origin.
using Drawing = std::function<void(Canvas&)>;

enum class Theme : std::uint8_t { Light, Dark };

struct PictureOptions {
  Theme theme = Theme::Light;
  double scale = 2;  // pixels of the PNG a unit of the drawing; a PDF has no pixels
};

// The file's bytes. Error: the picture is too large (over 16,384 pixels a side), or there is not
// enough memory.
base::Result<std::string> png_picture(Size size, const PictureOptions& options,
                                      const Drawing& draw);
base::Result<std::string> pdf_picture(Size size, const PictureOptions& options,
                                      const Drawing& draw);

}  // namespace splitscope::viz
