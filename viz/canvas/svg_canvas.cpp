#include "viz/canvas/svg_canvas.hpp"

#include <cmath>

#include <fmt/format.h>

#include "engine/base/assert.hpp"
#include "engine/base/utf8.hpp"

namespace splitscope::viz {
namespace {

// Far beyond any page; a value that is no number is drawn at the origin.
constexpr double CoordinateMax = 1e6;

// At most two decimals, without trailing zeros.
std::string number(double value) {
  if (std::isnan(value)) value = 0;
  if (value > CoordinateMax) value = CoordinateMax;
  if (value < -CoordinateMax) value = -CoordinateMax;
  std::string text = fmt::format("{:.2f}", value);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string_view dash_array(Dash dash) {
  switch (dash) {
    case Dash::Solid:
      return "";
    case Dash::Dashed:
      return "6 3";
    case Dash::Dotted:
      return "1.5 2.5";
    case Dash::DashDotted:
      return "7 3 1.5 3";
  }
  return "";
}

std::string attributes(const Stroke& stroke) {
  std::string text = fmt::format(R"(class="s-{}" fill="none")", to_text(stroke.ink));
  if (stroke.width != 1) text += fmt::format(R"( stroke-width="{}")", number(stroke.width));
  const std::string_view dashes = dash_array(stroke.dash);
  if (!dashes.empty()) text += fmt::format(R"( stroke-dasharray="{}")", dashes);
  return text;
}

std::string attributes(const Fill& fill) {
  std::string text = fmt::format(R"(class="f-{}")", to_text(fill.ink));
  if (fill.opacity != 1) text += fmt::format(R"( fill-opacity="{}")", number(fill.opacity));
  return text;
}

std::string rules(const std::array<Colour, InkCount>& colours) {
  std::string text;
  for (std::size_t i = 0; i < InkCount; ++i) {
    const std::string_view name = to_text(static_cast<Ink>(i));
    const Colour& c = colours[i];
    text += fmt::format(".splitscope .f-{0}{{fill:#{1:02x}{2:02x}{3:02x}}}", name, c.red, c.green,
                        c.blue);
    text += fmt::format(".splitscope .s-{0}{{stroke:#{1:02x}{2:02x}{3:02x}}}\n", name, c.red,
                        c.green, c.blue);
  }
  return text;
}

}  // namespace

std::string svg_style(const Palette& palette) {
  return fmt::format(
      ".splitscope text{{font-family:Inter,\"DejaVu Sans\",system-ui,sans-serif;"
      "font-variant-numeric:tabular-nums}}\n"
      "{}@media screen and (prefers-color-scheme:dark){{\n{}}}\n"
      "@media print{{.splitscope{{-webkit-print-color-adjust:exact;print-color-adjust:exact}}}}\n",
      rules(palette.light), rules(palette.dark));
}

std::string xml_escaped(std::string_view text) {
  std::string result;
  for (const char c : base::well_formed_utf8(text)) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        // XML 1.0 has no way to write the other control characters.
        if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') {
          result += "\uFFFD";
        } else {
          result += c;
        }
    }
  }
  return result;
}

SvgCanvas::SvgCanvas(Size size, const SvgOptions& options) : size_(size), options_(options) {
  for (const char c : options_.id_prefix) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    SPLITSCOPE_ASSERT(is_letter || (c >= '0' && c <= '9') || c == '-');
  }
}

void SvgCanvas::line(Point from, Point to, const Stroke& stroke) {
  body_ +=
      fmt::format(R"(<line x1="{}" y1="{}" x2="{}" y2="{}" {}/>)"
                  "\n",
                  number(from.x), number(from.y), number(to.x), number(to.y), attributes(stroke));
}

void SvgCanvas::polyline(std::span<const Point> points, const Stroke& stroke) {
  points_with("polyline", points, attributes(stroke) + R"( stroke-linejoin="round")");
}

void SvgCanvas::polygon(std::span<const Point> points, const Fill& fill) {
  points_with("polygon", points, attributes(fill));
}

void SvgCanvas::points_with(std::string_view element, std::span<const Point> points,
                            std::string_view attributes) {
  body_ += fmt::format(R"(<{} points=")", element);
  const char* space = "";
  for (const Point& point : points) {
    body_ += fmt::format("{}{},{}", space, number(point.x), number(point.y));
    space = " ";
  }
  body_ += fmt::format("\" {}/>\n", attributes);
}

void SvgCanvas::rect(const Box& box, const Fill& fill) {
  rect_with(box, attributes(fill));
  if (!fill.is_hatched) return;
  has_hatch_ = true;
  rect_with(box, fmt::format(R"svg(fill="url(#{}-hatch)")svg", options_.id_prefix));
}

void SvgCanvas::outline(const Box& box, const Stroke& stroke) {
  rect_with(box, attributes(stroke));
}

void SvgCanvas::rect_with(const Box& box, std::string_view paint) {
  body_ += fmt::format(R"(<rect x="{}" y="{}" width="{}" height="{}" {}/>)"
                       "\n",
                       number(box.x), number(box.y), number(std::fmax(0, box.width)),
                       number(std::fmax(0, box.height)), paint);
}

void SvgCanvas::circle(Point centre, double radius, const Fill& fill) {
  body_ += fmt::format(R"(<circle cx="{}" cy="{}" r="{}" {}/>)"
                       "\n",
                       number(centre.x), number(centre.y), number(radius), attributes(fill));
}

void SvgCanvas::text(Point at, std::string_view text, const TextStyle& style) {
  std::string more =
      fmt::format(R"(class="f-{}" font-size="{}")", to_text(style.ink), number(style.size));
  if (style.anchor == Anchor::Middle) more += R"( text-anchor="middle")";
  if (style.anchor == Anchor::End) more += R"( text-anchor="end")";
  if (style.is_bold) more += R"( font-weight="600")";
  if (style.is_turned) {
    more += fmt::format(R"svg( transform="rotate(-90 {} {})")svg", number(at.x), number(at.y));
  }
  body_ += fmt::format(R"(<text x="{}" y="{}" {}>{}</text>)"
                       "\n",
                       number(at.x), number(at.y), more, xml_escaped(text));
}

void SvgCanvas::begin_clip(const Box& box) {
  const std::string id = fmt::format("{}-clip{}", options_.id_prefix, clip_count_++);
  definitions_ +=
      fmt::format(R"(<clipPath id="{}"><rect x="{}" y="{}" width="{}" height="{}"/></clipPath>)"
                  "\n",
                  id, number(box.x), number(box.y), number(box.width), number(box.height));
  body_ += fmt::format("<g clip-path=\"url(#{})\">\n", id);
  ++depth_;
}

void SvgCanvas::begin_group(std::string_view title) {
  body_ += "<g>\n";
  if (!title.empty()) body_ += fmt::format("<title>{}</title>\n", xml_escaped(title));
  ++depth_;
}

void SvgCanvas::end() {
  SPLITSCOPE_ASSERT(depth_ > 0);
  --depth_;
  body_ += "</g>\n";
}

std::string SvgCanvas::finish() const {
  SPLITSCOPE_ASSERT(depth_ == 0);
  std::string picture =
      fmt::format(R"(<svg xmlns="http://www.w3.org/2000/svg" class="splitscope" role="img" )"
                  R"(width="{0}" height="{1}" viewBox="0 0 {0} {1}">)"
                  "\n",
                  number(size_.width), number(size_.height));
  if (!options_.title.empty()) {
    picture += fmt::format("<title>{}</title>\n", xml_escaped(options_.title));
  }
  if (!options_.description.empty()) {
    picture += fmt::format("<desc>{}</desc>\n", xml_escaped(options_.description));
  }
  if (options_.has_own_style) {
    picture += fmt::format("<style>\n{}</style>\n", svg_style(standard_palette()));
  }
  std::string definitions = definitions_;
  if (has_hatch_) {
    definitions += fmt::format(
        R"(<pattern id="{}-hatch" width="6" height="6" patternUnits="userSpaceOnUse">)"
        R"(<path d="M-1 1L1 -1M0 6L6 0M5 7L7 5" class="s-background" stroke-width="1.5"/>)"
        "</pattern>"
        "\n",
        options_.id_prefix);
  }
  if (!definitions.empty()) picture += fmt::format("<defs>\n{}</defs>\n", definitions);
  if (options_.has_background) {
    picture += R"(<rect width="100%" height="100%" class="f-background"/>)"
               "\n";
  }
  return picture + body_ + "</svg>\n";
}

}  // namespace splitscope::viz
