#include "viz/canvas/palette.hpp"

#include <algorithm>
#include <cmath>

namespace splitscope::viz {
namespace {

struct Entry {
  std::string_view name;
  std::uint32_t light;
  std::uint32_t dark;
};

// In the order of Ink. Series are Okabe and Ito's colours, the blue lighter on dark.
constexpr std::array<Entry, InkCount> Entries{{
    {"background", 0xFFFFFF, 0x16191D},  {"text", 0x1A1D21, 0xE8EAED},
    {"text-muted", 0x5A626B, 0xA3ABB4},  {"axis", 0x6B737C, 0x8B939C},
    {"grid", 0xE3E6EA, 0x2C3238},        {"outline", 0x3A4048, 0x5A626B},
    {"fault", 0xB42318, 0xF0785A},       {"up", 0x2A9D74, 0x2A9D74},
    {"suspect", 0xF0E442, 0xF0E442},     {"down", 0xC8452B, 0xC8452B},
    {"partitioned", 0x8E5BD0, 0x8E5BD0}, {"joining", 0x7CC8F5, 0x7CC8F5},
    {"unknown", 0x8B939C, 0x8B939C},     {"series-1", 0x0072B2, 0x3E95D8},
    {"series-2", 0xD55E00, 0xD55E00},    {"series-3", 0x009E73, 0x009E73},
    {"series-4", 0xCC79A7, 0xCC79A7},    {"series-5", 0x56B4E9, 0x56B4E9},
    {"series-6", 0xE69F00, 0xE69F00},    {"series-7", 0x5A626B, 0xA3ABB4},
}};

constexpr Colour colour(std::uint32_t rgb) {
  return {static_cast<std::uint8_t>(rgb >> 16), static_cast<std::uint8_t>(rgb >> 8 & 0xff),
          static_cast<std::uint8_t>(rgb & 0xff)};
}

constexpr Palette make_palette() {
  Palette palette;
  for (std::size_t i = 0; i < InkCount; ++i) {
    palette.light[i] = colour(Entries[i].light);
    palette.dark[i] = colour(Entries[i].dark);
  }
  return palette;
}
constexpr Palette Standard = make_palette();

double luminance(const Colour& colour) {
  const auto linear = [](std::uint8_t channel) {
    const double value = channel / 255.0;
    return value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue);
}

}  // namespace

std::string_view to_text(Ink ink) {
  return Entries[static_cast<std::size_t>(ink)].name;
}

Ink series_ink(std::size_t index) {
  return static_cast<Ink>(static_cast<std::size_t>(Ink::Series1) + index % SeriesCount);
}

const Palette& standard_palette() {
  return Standard;
}

double contrast(const Colour& a, const Colour& b) {
  const auto [darker, lighter] = std::minmax({luminance(a), luminance(b)});
  return (lighter + 0.05) / (darker + 0.05);
}

}  // namespace splitscope::viz
