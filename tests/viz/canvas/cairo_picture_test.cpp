// PNG and PDF pictures.
#include "viz/canvas/cairo_picture.hpp"

#include <catch2/catch.hpp>

using namespace splitscope;
using namespace splitscope::viz;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

void draw_everything(Canvas& canvas) {
  const GroupScope group(canvas, "a group");
  canvas.line({1, 1}, {90, 40}, {.ink = Ink::Axis, .dash = Dash::DashDotted});
  canvas.polygon(std::array{Point{5, 5}, Point{20, 5}, Point{5, 20}}, {.ink = Ink::Up});
  canvas.rect({30, 5, 40, 20}, {.ink = Ink::Partitioned, .is_hatched = true});
  canvas.circle({80, 30}, 8, {.ink = Ink::Down, .opacity = 0.5});
  const ClipScope clip(canvas, {0, 40, 60, 20});
  canvas.text({2, 55}, "n1 \xff up", {.anchor = Anchor::Start, .is_bold = true});
  canvas.text({50, 55}, "turned", {.anchor = Anchor::End, .is_turned = true});
}

// Width and height as the file's header has them, big-endian.
std::uint32_t number_at(const std::string& bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    number = number << 8 | static_cast<std::uint8_t>(bytes[at + i]);
  }
  return number;
}

}  // namespace

TEST_CASE("cairo: a PNG has the size that was asked for and is the same each time", "[viz]") {
  const auto png = png_picture({100, 60}, {}, draw_everything);
  REQUIRE(png.has_value());
  REQUIRE(png->size() > 24);
  CHECK_THAT(*png, StartsWith("\x89PNG"));
  CHECK(number_at(*png, 16) == 200);
  CHECK(number_at(*png, 20) == 120);
  CHECK(*png == *png_picture({100, 60}, {}, draw_everything));
  CHECK(*png != *png_picture({100, 60}, {.theme = Theme::Dark}, draw_everything));
  CHECK(*png != *png_picture({100, 60}, {}, [](Canvas&) {}));
}

TEST_CASE("cairo: a PDF is a page, without a date", "[viz]") {
  const auto pdf = pdf_picture({100, 60}, {}, draw_everything);
  REQUIRE(pdf.has_value());
  CHECK_THAT(*pdf, StartsWith("%PDF-") && Contains("%%EOF"));
  CHECK_THAT(*pdf, !Contains("CreationDate (D:"));
}

TEST_CASE("cairo: a picture that is too large or has no size is refused with the limit", "[viz]") {
  const auto large = png_picture({9'000, 60}, {}, draw_everything);
  REQUIRE(!large.has_value());
  CHECK_THAT(large.error().message, Contains("18000 by 120") && Contains("16384"));
  CHECK(!pdf_picture({0, 0}, {}, draw_everything).has_value());
}
