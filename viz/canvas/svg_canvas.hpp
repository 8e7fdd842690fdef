// Draws SVG: plain text that is the same for the same drawing, needs nothing from outside, follows
// the reader's light or dark theme, and prints in light.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "viz/canvas/canvas.hpp"

namespace splitscope::viz {

struct SvgOptions {
  std::string title;        // for screen readers and pointers; empty for none
  std::string description;  // the finding in words, for screen readers; empty for none
  // Of the ids in this picture: letters, digits, '-'. Pictures on one page need different ones.
  std::string id_prefix = "p";
  // False within a page that holds svg_style() itself.
  bool has_own_style = true;
  // False leaves the page's own background.
  bool has_background = true;
};

class SvgCanvas final : public Canvas {
 public:
  SvgCanvas(Size size, const SvgOptions& options);

  Size size() const override { return size_; }
  void line(Point from, Point to, const Stroke& stroke) override;
  void polyline(std::span<const Point> points, const Stroke& stroke) override;
  void polygon(std::span<const Point> points, const Fill& fill) override;
  void rect(const Box& box, const Fill& fill) override;
  void outline(const Box& box, const Stroke& stroke) override;
  void circle(Point centre, double radius, const Fill& fill) override;
  void text(Point at, std::string_view text, const TextStyle& style) override;
  void begin_clip(const Box& box) override;
  void begin_group(std::string_view title) override;
  void end() override;

  // The whole picture, from <svg> to </svg>. Precondition: every group and clip has ended.
  std::string finish() const;

 private:
  void rect_with(const Box& box, std::string_view paint);
  void points_with(std::string_view element, std::span<const Point> points,
                   std::string_view attributes);

  Size size_;
  SvgOptions options_;
  std::string body_;
  std::string definitions_;
  std::uint32_t clip_count_ = 0;
  std::uint32_t depth_ = 0;
  bool has_hatch_ = false;
};

// The rules of the classes that pictures use, for a page's <style>.
std::string svg_style(const Palette& palette);

// Text as it may stand in XML content and attributes; bytes that may not become U+FFFD.
std::string xml_escaped(std::string_view text);

}  // namespace splitscope::viz
