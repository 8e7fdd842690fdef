// The colours of every picture, in one table for light and dark. Drawing code names what a thing
// is, an Ink; the canvas looks up the colour. States stay distinct under protan, deutan and tritan
// vision, and are never told by colour alone.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace splitscope::viz {

enum class Ink : std::uint8_t {
  Background,
  Text,
  TextMuted,
  Axis,
  Grid,
  Outline,  // around filled states, so that pale ones show on white
  Fault,
  // States of a member.
  Up,
  Suspect,
  Down,
  Partitioned,
  Joining,
  Unknown,
  // Things that are compared: schemes, metrics. Always with a marker or a dash as well.
  Series1,
  Series2,
  Series3,
  Series4,
  Series5,
  Series6,
  Series7,
};
inline constexpr std::size_t InkCount = 20;
inline constexpr std::size_t SeriesCount = 7;

// "text-muted", as SVG classes and settings name it.
std::string_view to_text(Ink ink);
// The ink of the n-th series, from 0; they repeat after SeriesCount.
Ink series_ink(std::size_t index);

struct Colour {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
  friend bool operator==(const Colour&, const Colour&) = default;
};

struct Palette {
  std::array<Colour, InkCount> light{};
  std::array<Colour, InkCount> dark{};
};

const Palette& standard_palette();

// WCAG's contrast of two colours, 1 to 21.
double contrast(const Colour& a, const Colour& b);

}  // namespace splitscope::viz
