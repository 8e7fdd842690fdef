// The sample pictures of every plot: their structure, and that no label lies on another. Run with
// "[.write-samples]" to have them as files to look at.
#include <fstream>

#include <catch2/catch.hpp>

#include "svg_text.hpp"
#include "viz/canvas/interval_plot.hpp"
#include "viz/canvas/matrix_plot.hpp"
#include "viz/canvas/step_plot.hpp"
#include "viz/canvas/svg_canvas.hpp"
#include "viz/canvas/timeline.hpp"

using namespace splitscope::viz;
using test::Element;
using test::elements;
using test::named;

namespace {

StepPlot sample_steps() {
  return {.title = "Members that agree, after the master is cut off for 90 s",
          .x_title = "time since the start of the run",
          .y_title = "agreement",
          .x = {0, 600},
          .y = {0, 1},
          .series = {{"WKA, two well-known members", {{0, 1}, {60, 0.6}, {121, 1}, {300, 0.8}}},
                     {"WKA, one well-known member", {{0, 1}, {60, 0.6}, {150, 0.2}, {420, 1}}},
                     {"multicast", {{0, 1}, {60, 0.4}, {95, 1}}}}};
}

IntervalPlot sample_intervals(ScaleKind kind) {
  return {
      .title = "Time to merge after the heal",
      .x_title = "dot: median of 200 seeds; line: 5 % to 95 %",
      .x_kind = kind,
      .x = {1, 900},
      .limit = 300,
      .limit_label = "bound 5m",
      .rows = {{"WKA, two well-known members", Interval{121, 143, 190}, "2m23s", 0},
               {"WKA, one well-known member", Interval{125, 420, Never}, "7m, 31 of 200 never", 1},
               {"multicast", Interval{62, 90, 131}, "1m30s", 2},
               {"multicast on a network without multicast", std::nullopt, "never formed", 3},
               {"WKA, the list is wrong", Interval{300, Never, Never}, "180 of 200 never", 4}}};
}

Timeline sample_timeline() {
  using enum NodeState;
  return {
      .title = "Who was what, seed 7",
      .x = {0, 300},
      .rows = {{"n1 (master)",
                {{Joining, 0, 6, "n1 joins"},
                 {Up, 6, 60, ""},
                 {Partitioned, 60, 150, ""},
                 {Up, 150, 300, ""}}},
               {"n2",
                {{Joining, 0, 9, ""},
                 {Up, 9, 200, ""},
                 {Down, 200, 240, "n2 killed"},
                 {Joining, 240, 252, ""},
                 {Up, 252, 300, ""}}},
               {"n3 <&>",
                {{Joining, 0, 9, ""}, {Up, 9, 90, ""}, {Suspect, 90, 121, ""}, {Up, 121, 300, ""}}},
               {"n4, with a very long name of its own", {{Unknown, 0, 40, ""}, {Up, 40, 300, ""}}}},
      .faults = {{"partition n1 | n2, n3, n4", 60, 150},
                 {"loss 20 % n3 → n4", 80, 100},
                 {"kill n2", 200, 200},
                 {"restart n2", 240, 240},
                 {"a fault near the very end", 292, 300}}};
}

std::string drawn_steps() {
  SvgCanvas canvas({720, 300}, {.title = "steps"});
  draw_step_plot(canvas, {12, 10, 696, 280}, sample_steps());
  return canvas.finish();
}
std::string drawn_intervals(ScaleKind kind) {
  const IntervalPlot plot = sample_intervals(kind);
  const double height = interval_plot_height(plot);
  SvgCanvas canvas({720, height + 20}, {.title = "intervals"});
  draw_interval_plot(canvas, {12, 10, 696, height}, plot);
  return canvas.finish();
}
std::string drawn_timeline() {
  const Timeline timeline = sample_timeline();
  const double height = timeline_height(696, timeline);
  SvgCanvas canvas({720, height + 20}, {.title = "timeline"});
  draw_timeline(canvas, {12, 10, 696, height}, timeline);
  return canvas.finish();
}

MatrixPlot sample_matrix() {
  return {.title = "Agreement, and the gravest that went wrong",
          .columns = {"your list", "a scheme with a very long name that cannot fit", "multicast"},
          .rows = {{"master_killed",
                    {{"99.90 %", 0.999, "", Tone::Plain, "fine"},
                     {"99.90 %", 0.999, "newcomer lost", Tone::Bad, "n1 <only>"},
                     {"100 %", 1, "", Tone::Plain, ""}}},
                   {"split_two_three_with_a_very_long_name_that_goes_on_and_on_and_on_for_ever",
                    {{"70.53 %", 0.7053, "two masters", Tone::Warning, ""},
                     {"0.00 %", 0, "never merged", Tone::Bad, ""},
                     {"-", 0, "", Tone::Plain, ""}}}}};
}
std::string drawn_matrix(double width = 720) {
  const MatrixPlot plot = sample_matrix();
  const double height = matrix_plot_height(plot);
  SvgCanvas canvas({width, height + 20}, {.title = "matrix"});
  draw_matrix_plot(canvas, {12, 10, width - 24, height}, plot);
  return canvas.finish();
}

// The room that a text takes at most.
Box room_of(const Element& text) {
  const double size = text.number("font-size");
  const bool is_bold = !text.attribute("font-weight").empty();
  // Escapes are longer than what they stand for, so the box errs on the large side.
  const double width = text_width(text.text, {.size = size, .is_bold = is_bold});
  double x = text.number("x");
  if (text.attribute("text-anchor") == "middle") x -= width / 2;
  if (text.attribute("text-anchor") == "end") x -= width;
  if (!text.attribute("transform").empty()) {
    return {text.number("x") - size, text.number("y") - width / 2, size, width};
  }
  return {x, text.number("y") - 0.75 * size, width, 0.95 * size};
}

bool overlap(const Box& a, const Box& b) {
  return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}

void check_labels(const std::string& svg) {
  const auto all = elements(svg);
  const auto texts = named(all, "text");
  CHECK(texts.size() > 5);
  const double width = all.front().number("width");
  const double height = all.front().number("height");
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const Box room = room_of(texts[i]);
    INFO(texts[i].text);
    CHECK(room.x >= 0);
    CHECK(room.right() <= width);
    CHECK(room.bottom() <= height);
    for (std::size_t j = 0; j < i; ++j) {
      INFO(texts[j].text);
      CHECK(!overlap(room, room_of(texts[j])));
    }
  }
}

bool has_text(const std::string& svg, const std::string& wanted) {
  for (const Element& text : named(elements(svg), "text")) {
    if (text.text == wanted) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("plots: samples are written as files", "[.write-samples]") {
  std::ofstream("sample_steps.svg") << drawn_steps();
  std::ofstream("sample_intervals.svg") << drawn_intervals(ScaleKind::Time);
  std::ofstream("sample_intervals_log.svg") << drawn_intervals(ScaleKind::TimeLog);
  std::ofstream("sample_timeline.svg") << drawn_timeline();
  std::ofstream("sample_matrix.svg") << drawn_matrix();
}

TEST_CASE("plots: no label lies on another or leaves the picture", "[viz][canvas]") {
  check_labels(drawn_steps());
  check_labels(drawn_intervals(ScaleKind::Time));
  check_labels(drawn_intervals(ScaleKind::TimeLog));
  check_labels(drawn_timeline());
  check_labels(drawn_matrix());
  check_labels(drawn_matrix(420));
}

TEST_CASE("step plot: each value holds until the next, the last to the edge", "[viz][canvas]") {
  const std::string svg = drawn_steps();
  const auto lines = named(elements(svg), "polyline");
  REQUIRE(lines.size() == 3);
  const std::string points = lines[2].attribute("points");
  std::vector<Point> found;
  const char* at = points.c_str();
  for (char* end = nullptr; *at != '\0'; at = end) {
    const double x = std::strtod(at, &end);
    found.push_back({x, std::strtod(end + 1, &end)});
  }
  // multicast: 1 until 60 s, 0.4 until 95 s, then 1.
  REQUIRE(found.size() == 6);
  for (std::size_t i = 1; i < found.size(); ++i) {
    CHECK((found[i].x == found[i - 1].x || found[i].y == found[i - 1].y));
  }
  CHECK(found[0].y == found[5].y);
  CHECK(found[2].y > found[0].y);
  CHECK(lines[0].attribute("stroke-dasharray") != lines[1].attribute("stroke-dasharray"));
  CHECK(lines[0].attribute("class") != lines[1].attribute("class"));
  CHECK(has_text(svg, "multicast"));
}

TEST_CASE("interval plot: dots, whiskers, and arrows for what was never reached", "[viz][canvas]") {
  const std::string svg = drawn_intervals(ScaleKind::Time);
  const auto all = elements(svg);
  // Rows 1 and 5 have round markers; the fifth's median was never reached, so it has none.
  CHECK(named(all, "circle").size() == 1);
  std::size_t arrows = 0;
  for (const Element& polygon : named(all, "polygon")) {
    const std::string points = polygon.attribute("points");
    arrows += std::count(points.begin(), points.end(), ',') == 3 ? 1 : 0;
  }
  CHECK(arrows == 2);
  CHECK(svg.find("WKA, one well-known member: median 7m, 5 % 2m5s, 95 % never") !=
        std::string::npos);
  CHECK(has_text(svg, "bound 5m"));
  CHECK(has_text(svg, "never formed"));
}

TEST_CASE("timeline: states differ in height, and each bar lies at its time", "[viz][canvas]") {
  const std::string svg = drawn_timeline();
  const auto rects = named(elements(svg), "rect");
  double up = 0;
  double down = 0;
  double joining = 0;
  for (const Element& rect : rects) {
    if (rect.attribute("class") == "f-up") up = rect.number("height");
    if (rect.attribute("class") == "f-down") down = rect.number("height");
    if (rect.attribute("class") == "f-joining") joining = rect.number("height");
  }
  CHECK(down < joining);
  CHECK(joining < up);
  CHECK(svg.find("url(#p-hatch)") != std::string::npos);
  CHECK(svg.find("<title>n2 killed</title>") != std::string::npos);
  CHECK(has_text(svg, "partition n1 | n2, n3, n4"));
  CHECK(has_text(svg, "n3 &lt;&amp;&gt;"));
  CHECK(svg.find("partition n1 | n2, n3, n4: 1m to 2m30s") != std::string::npos);
}

TEST_CASE("matrix plot: bars are as long as shares, grave cells are tinted and say why",
          "[viz][canvas]") {
  const std::string svg = drawn_matrix(960);
  std::vector<double> bars;
  double tints = 0;
  for (const Element& rect : named(elements(svg), "rect")) {
    const std::string ink = rect.attribute("class");
    if (!rect.attribute("fill-opacity").empty() || !rect.attribute("opacity").empty()) {
      ++tints;
    } else if (ink == "f-up" || ink == "f-down" || ink == "f-series-6") {
      bars.push_back(rect.number("width"));
    }
  }
  // 99.9, 99.9, 100 and 70.53 %; nought and nothing have no bar.
  REQUIRE(bars.size() == 4);
  CHECK(bars[0] / bars[2] == Approx(0.999).margin(0.001));
  CHECK(bars[3] / bars[2] == Approx(0.7053).margin(0.001));
  CHECK(tints == 3);
  CHECK(has_text(svg, "newcomer lost"));
  CHECK(svg.find("<title>n1 &lt;only&gt;</title>") != std::string::npos);
}

TEST_CASE("timeline: many faults at once share the last lane", "[viz][canvas]") {
  Timeline timeline = sample_timeline();
  timeline.faults.assign(20, {"the same fault", 60, 150});
  const double few = timeline_height(696, sample_timeline());
  CHECK(timeline_height(696, timeline) < few + FaultLanesMax * 20);
  SvgCanvas canvas({720, 500}, {});
  draw_timeline(canvas, {0, 0, 700, 500}, timeline);
  elements(canvas.finish());
}

TEST_CASE("plots: without any data they are still pictures", "[viz][canvas]") {
  SvgCanvas canvas({300, 200}, {});
  draw_step_plot(canvas, {0, 0, 300, 200}, {});
  draw_interval_plot(canvas, {0, 0, 300, 200}, {});
  draw_matrix_plot(canvas, {0, 0, 300, 200}, {});
  draw_timeline(canvas, {0, 0, 300, 200}, {});
  draw_step_plot(canvas, {0, 0, 1, 1}, sample_steps());
  elements(canvas.finish());
}
