#include "viz/canvas/cairo_picture.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <numbers>

#include <cairo-pdf.h>
#include <cairo.h>
#include <fmt/format.h>

#include "engine/base/utf8.hpp"

namespace splitscope::viz {
namespace {

constexpr double SideMax = 16'384;
constexpr double HatchDistance = 6;
constexpr const char* Face = "DejaVu Sans";

struct DestroyContext {
  void operator()(cairo_t* context) const { cairo_destroy(context); }
};
struct DestroySurface {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
using Context = std::unique_ptr<cairo_t, DestroyContext>;
using Surface = std::unique_ptr<cairo_surface_t, DestroySurface>;

cairo_status_t append_bytes(void* to, const unsigned char* bytes, unsigned int count) {
  static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

std::span<const double> dashes_of(Dash dash) {
  static constexpr std::array<double, 2> Dashed{6, 3};
  static constexpr std::array<double, 2> Dotted{1.5, 2.5};
  static constexpr std::array<double, 4> DashDotted{7, 3, 1.5, 3};
  switch (dash) {
    case Dash::Solid:
      return {};
    case Dash::Dashed:
      return Dashed;
    case Dash::Dotted:
      return Dotted;
    case Dash::DashDotted:
      return DashDotted;
  }
  return {};
}

class CairoCanvas final : public Canvas {
 public:
  CairoCanvas(cairo_t* context, Size size, Theme theme)
      : context_(context),
        size_(size),
        colours_(theme == Theme::Dark ? standard_palette().dark : standard_palette().light) {}

  Size size() const override { return size_; }

  void line(Point from, Point to, const Stroke& stroke) override {
    polyline(std::array{from, to}, stroke);
  }
  void polyline(std::span<const Point> points, const Stroke& stroke) override {
    trace(points);
    paint(stroke);
  }
  void polygon(std::span<const Point> points, const Fill& fill) override {
    trace(points);
    cairo_close_path(context_);
    use(fill.ink, fill.opacity);
    cairo_fill(context_);
  }
  void rect(const Box& box, const Fill& fill) override {
    trace(box);
    use(fill.ink, fill.opacity);
    cairo_fill(context_);
    if (fill.is_hatched) hatch(box);
  }
  void outline(const Box& box, const Stroke& stroke) override {
    trace(box);
    paint(stroke);
  }
  void circle(Point centre, double radius, const Fill& fill) override {
    cairo_new_path(context_);
    cairo_arc(context_, centre.x, centre.y, std::fmax(0, radius), 0, 2 * std::numbers::pi);
    use(fill.ink, fill.opacity);
    cairo_fill(context_);
  }
  void text(Point at, std::string_view text, const TextStyle& style) override;

  void begin_clip(const Box& box) override {
    cairo_save(context_);
    trace(box);
    cairo_clip(context_);
  }
  void begin_group(std::string_view) override { cairo_save(context_); }
  void end() override { cairo_restore(context_); }

 private:
  void use(Ink ink, double opacity = 1) {
    const Colour& colour = colours_[static_cast<std::size_t>(ink)];
    cairo_set_source_rgba(context_, colour.red / 255.0, colour.green / 255.0, colour.blue / 255.0,
                          opacity);
  }
  void trace(std::span<const Point> points) {
    cairo_new_path(context_);
    for (const Point& point : points) cairo_line_to(context_, point.x, point.y);
  }
  void trace(const Box& box) {
    cairo_new_path(context_);
    cairo_rectangle(context_, box.x, box.y, std::fmax(0, box.width), std::fmax(0, box.height));
  }
  void paint(const Stroke& stroke) {
    use(stroke.ink);
    cairo_set_line_width(context_, stroke.width);
    const std::span<const double> dashes = dashes_of(stroke.dash);
    cairo_set_dash(context_, dashes.data(), static_cast<int>(dashes.size()), 0);
    cairo_set_line_join(context_, CAIRO_LINE_JOIN_ROUND);
    cairo_stroke(context_);
  }
  // Lines from the lower left to the upper right, at fixed places of the page.
  void hatch(const Box& box) {
    cairo_save(context_);
    trace(box);
    cairo_clip(context_);
    cairo_new_path(context_);
    const double first = std::floor((box.x + box.y) / HatchDistance) * HatchDistance;
    for (double sum = first; sum <= box.right() + box.bottom(); sum += HatchDistance) {
      cairo_move_to(context_, sum - box.y, box.y);
      cairo_line_to(context_, sum - box.bottom(), box.bottom());
    }
    paint({.ink = Ink::Background, .width = 1.5});
    cairo_restore(context_);
  }

  cairo_t* context_;
  Size size_;
  const std::array<Colour, InkCount>& colours_;
};

void CairoCanvas::text(Point at, std::string_view text, const TextStyle& style) {
  const std::string shown = base::well_formed_utf8(text);
  cairo_save(context_);
  cairo_select_font_face(context_, Face, CAIRO_FONT_SLANT_NORMAL,
                         style.is_bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size(context_, style.size);
  cairo_text_extents_t extents;
  cairo_text_extents(context_, shown.c_str(), &extents);
  cairo_translate(context_, at.x, at.y);
  if (style.is_turned) cairo_rotate(context_, -std::numbers::pi / 2);
  double left = 0;
  if (style.anchor == Anchor::Middle) left = -extents.x_advance / 2;
  if (style.anchor == Anchor::End) left = -extents.x_advance;
  cairo_move_to(context_, left, 0);
  use(style.ink);
  cairo_show_text(context_, shown.c_str());
  cairo_restore(context_);
}

base::Result<void> check_size(Size size, double scale) {
  const double side = std::max(size.width, size.height) * scale;
  if (side >= 1 && side <= SideMax) return {};
  return base::failure(
      fmt::format("a picture of {:.0f} by {:.0f} pixels cannot be drawn; at most "
                  "{:.0f} a side",
                  size.width * scale, size.height * scale, SideMax));
}

base::Result<void> draw_on(cairo_surface_t* surface, Size size, const PictureOptions& options,
                           const Drawing& draw, double scale) {
  const Context context(cairo_create(surface));
  cairo_scale(context.get(), scale, scale);
  CairoCanvas canvas(context.get(), size, options.theme);
  canvas.rect({0, 0, size.width, size.height}, {.ink = Ink::Background});
  draw(canvas);
  const cairo_status_t status = cairo_status(context.get());
  if (status == CAIRO_STATUS_SUCCESS) return {};
  return base::failure(
      fmt::format("the picture could not be drawn: {}", cairo_status_to_string(status)));
}

}  // namespace

base::Result<std::string> png_picture(Size size, const PictureOptions& options,
                                      const Drawing& draw) {
  if (auto fits = check_size(size, options.scale); !fits) return std::unexpected(fits.error());
  const Surface surface(cairo_image_surface_create(
      CAIRO_FORMAT_RGB24, static_cast<int>(std::ceil(size.width * options.scale)),
      static_cast<int>(std::ceil(size.height * options.scale))));
  auto drawn = draw_on(surface.get(), size, options, draw, options.scale);
  if (!drawn) return std::unexpected(drawn.error());
  std::string bytes;
  cairo_surface_write_to_png_stream(surface.get(), append_bytes, &bytes);
  return bytes;
}

base::Result<std::string> pdf_picture(Size size, const PictureOptions& options,
                                      const Drawing& draw) {
  if (auto fits = check_size(size, 1); !fits) return std::unexpected(fits.error());
  std::string bytes;
  const Surface surface(
      cairo_pdf_surface_create_for_stream(append_bytes, &bytes, size.width, size.height));
  // A file that is the same on every run, at any hour.
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE, "");
  auto drawn = draw_on(surface.get(), size, options, draw, 1);
  if (!drawn) return std::unexpected(drawn.error());
  cairo_surface_finish(surface.get());
  return bytes;
}

}  // namespace splitscope::viz
