#include "viz/canvas/svg_canvas.hpp"

#include <array>
#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

#include "svg_text.hpp"

using namespace splitscope::viz;
using test::elements;
using test::named;

TEST_CASE("svg: a picture has a view box, a title, and nothing from outside", "[viz][canvas]") {
  SvgCanvas canvas({300, 200}, {.title = "A & B", .description = "WKA < multicast"});
  const std::string svg = canvas.finish();
  CHECK(svg.substr(0, 4) == "<svg");
  CHECK(svg.find(R"(viewBox="0 0 300 200")") != std::string::npos);
  CHECK(svg.find("<title>A &amp; B</title>") != std::string::npos);
  CHECK(svg.find("<desc>WKA &lt; multicast</desc>") != std::string::npos);
  CHECK(svg.find("href") == std::string::npos);
  CHECK(svg.find("@import") == std::string::npos);
  CHECK(svg.find("<script") == std::string::npos);
}

TEST_CASE("svg: shapes are written as they were drawn", "[viz][canvas]") {
  SvgCanvas canvas({100, 100}, {.has_own_style = false, .has_background = false});
  canvas.line({1, 2}, {3.456, -0.001}, {.ink = Ink::Axis, .dash = Dash::Dashed});
  canvas.rect({1, 2, 3, 4}, {.ink = Ink::Up, .opacity = 0.5});
  canvas.text({5, 6}, "n1", {.size = 11, .anchor = Anchor::End, .is_bold = true});
  canvas.polyline(std::array{Point{0, 0}, Point{1, 1}}, {.ink = Ink::Series1, .width = 2});
  CHECK(
      canvas.finish() ==
      R"(<svg xmlns="http://www.w3.org/2000/svg" class="splitscope" role="img" )"
      R"(width="100" height="100" viewBox="0 0 100 100">)"
      "\n"
      R"(<line x1="1" y1="2" x2="3.46" y2="0" class="s-axis" fill="none" stroke-dasharray="6 3"/>)"
      "\n"
      R"(<rect x="1" y="2" width="3" height="4" class="f-up" fill-opacity="0.5"/>)"
      "\n"
      R"(<text x="5" y="6" class="f-text" font-size="11" )"
      R"(text-anchor="end" font-weight="600">n1</text>)"
      "\n"
      R"(<polyline points="0,0 1,1" class="s-series-1" fill="none" )"
      R"(stroke-width="2" stroke-linejoin="round"/>)"
      "\n</svg>\n");
}

TEST_CASE("svg: text cannot leave its element", "[viz][canvas]") {
  SvgCanvas canvas({100, 100}, {});
  canvas.text({0, 0}, "</text><script>alert('1')</script>\x01\xff", {});
  {
    const GroupScope group(canvas, "\"quoted\" & <tagged>");
  }
  const std::string svg = canvas.finish();
  CHECK(svg.find("<script") == std::string::npos);
  CHECK(svg.find("alert(&#39;1&#39;)&lt;/script&gt;\uFFFD\uFFFD</text>") != std::string::npos);
  CHECK(named(elements(svg), "title").front().text == "&quot;quoted&quot; &amp; &lt;tagged&gt;");
}

TEST_CASE("svg: numbers that are none, and boxes without size, stay valid", "[viz][canvas]") {
  SvgCanvas canvas({100, 100}, {});
  const double infinity = std::numeric_limits<double>::infinity();
  canvas.line({std::nan(""), infinity}, {-infinity, 1e300}, {});
  canvas.rect({0, 0, -5, 3}, {});
  const std::string svg = canvas.finish();
  CHECK(svg.find("nan") == std::string::npos);
  CHECK(svg.find("inf") == std::string::npos);
  CHECK(svg.find("width=\"-") == std::string::npos);
}

TEST_CASE("svg: groups, clips and hatches nest and have ids of their own", "[viz][canvas]") {
  SvgCanvas canvas({100, 100}, {.id_prefix = "detect-1"});
  {
    const ClipScope outer(canvas, {0, 0, 50, 50});
    const ClipScope inner(canvas, {0, 0, 20, 20});
    canvas.rect({0, 0, 10, 10}, {.ink = Ink::Partitioned, .is_hatched = true});
  }
  const std::string svg = canvas.finish();
  const auto all = elements(svg);
  CHECK(named(all, "clipPath").size() == 2);
  CHECK(named(all, "clipPath")[1].attribute("id") == "detect-1-clip1");
  CHECK(named(all, "pattern")[0].attribute("id") == "detect-1-hatch");
  CHECK(svg.find("url(#detect-1-hatch)") != std::string::npos);
}

TEST_CASE("svg: every ink has a colour in light and in dark", "[viz][canvas]") {
  const std::string style = svg_style(standard_palette());
  const std::size_t dark = style.find("prefers-color-scheme:dark");
  REQUIRE(dark != std::string::npos);
  for (std::size_t i = 0; i < InkCount; ++i) {
    const std::string rule = ".f-" + std::string(to_text(static_cast<Ink>(i))) + "{";
    CHECK(style.find(rule) < dark);
    CHECK(style.find(rule, dark) != std::string::npos);
  }
}

TEST_CASE("palette: texts and lines are readable on their background", "[viz][canvas]") {
  const Palette& palette = standard_palette();
  const auto check = [&](const std::array<Colour, InkCount>& colours, Ink ink, double wanted) {
    const double found = contrast(colours[static_cast<std::size_t>(ink)], colours[0]);
    INFO(to_text(ink) << " " << found);
    CHECK(found >= wanted);
  };
  for (const auto* colours : {&palette.light, &palette.dark}) {
    check(*colours, Ink::Text, 7);
    check(*colours, Ink::TextMuted, 4.5);
    check(*colours, Ink::Fault, 4.5);
    check(*colours, Ink::Axis, 3);
    check(*colours, Ink::Down, 3);
    check(*colours, Ink::Partitioned, 3);
  }
  CHECK(contrast({0, 0, 0}, {255, 255, 255}) == Approx(21));
}

TEST_CASE("text metrics: a fitted text is cut between characters and fits", "[viz][canvas]") {
  const TextStyle style{.size = 10};
  CHECK(text_width("0000", style) == Approx(4 * 6.36));
  CHECK(text_width("é", style) == Approx(10));
  CHECK(fitted("short", style, 100) == "short");
  const std::string cut = fitted("a member with a long name", style, 80);
  CHECK(text_width(cut, style) <= 80);
  CHECK(cut.substr(cut.size() - 3) == "…");
  CHECK(cut.substr(0, 8) == "a member");
  CHECK(fitted("éééé", style, 31) == "éé…");
}
