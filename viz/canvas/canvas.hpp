// What plots draw on. A plot is written once against Canvas; SVG is one implementation, others may
// follow. Coordinates are pixels from the top left corner; y grows downwards.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "viz/canvas/palette.hpp"

namespace splitscope::viz {

struct Point {
  double x = 0;
  double y = 0;
};
struct Size {
  double width = 0;
  double height = 0;
};
struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
  double right() const { return x + width; }
  double bottom() const { return y + height; }
};

enum class Dash : std::uint8_t { Solid, Dashed, Dotted, DashDotted };

struct Stroke {
  Ink ink = Ink::Text;
  double width = 1;
  Dash dash = Dash::Solid;
};
struct Fill {
  Ink ink = Ink::Text;
  double opacity = 1;
  bool is_hatched = false;  // diagonal lines over the colour
};

enum class Anchor : std::uint8_t { Start, Middle, End };
struct TextStyle {
  Ink ink = Ink::Text;
  double size = 12;
  Anchor anchor = Anchor::Start;
  bool is_bold = false;
  bool is_turned = false;  // reads upwards
};

class Canvas {
 public:
  virtual ~Canvas() = default;

  virtual Size size() const = 0;
  virtual void line(Point from, Point to, const Stroke& stroke) = 0;
  virtual void polyline(std::span<const Point> points, const Stroke& stroke) = 0;
  virtual void polygon(std::span<const Point> points, const Fill& fill) = 0;
  virtual void rect(const Box& box, const Fill& fill) = 0;
  virtual void outline(const Box& box, const Stroke& stroke) = 0;
  virtual void circle(Point centre, double radius, const Fill& fill) = 0;
  // `at` is the left, middle or right end of the baseline, by the anchor.
  virtual void text(Point at, std::string_view text, const TextStyle& style) = 0;

  // What is drawn until the matching end is cut to the box; or belongs together, under a title that
  // shows when pointed at (empty for none). They nest: use ClipScope and GroupScope.
  virtual void begin_clip(const Box& box) = 0;
  virtual void begin_group(std::string_view title) = 0;
  virtual void end() = 0;
};

class ClipScope {
 public:
  ClipScope(Canvas& canvas, const Box& box) : canvas_(canvas) { canvas_.begin_clip(box); }
  ~ClipScope() { canvas_.end(); }
  ClipScope(const ClipScope&) = delete;
  ClipScope& operator=(const ClipScope&) = delete;

 private:
  Canvas& canvas_;
};

class GroupScope {
 public:
  GroupScope(Canvas& canvas, std::string_view title) : canvas_(canvas) {
    canvas_.begin_group(title);
  }
  ~GroupScope() { canvas_.end(); }
  GroupScope(const GroupScope&) = delete;
  GroupScope& operator=(const GroupScope&) = delete;

 private:
  Canvas& canvas_;
};

// How wide the text is at most, in pixels: by the widths of a wide sans-serif face, so that layouts
// are the same everywhere and leave room whatever face is used in the end.
double text_width(std::string_view text, const TextStyle& style);
// The text, or as much of it as fits with "…" at its end.
std::string fitted(std::string_view text, const TextStyle& style, double width);

}  // namespace splitscope::viz
