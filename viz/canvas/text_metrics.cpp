#include <array>
#include <cstddef>

#include "viz/canvas/canvas.hpp"

namespace splitscope::viz {
namespace {

// Advance widths of DejaVu Sans, the widest of the faces we name, for U+0020 to U+007E, in
// thousandths of the size. Anything else counts as a full em.
constexpr std::array<std::uint16_t, 95> Widths{
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361,  318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635,  611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352,  635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592,  525, 636, 337, 636, 838};
constexpr double BoldFactor = 1.11;
constexpr std::string_view Ellipsis = "…";

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

double advance(char lead) {
  const auto code = static_cast<unsigned char>(lead);
  return code >= 0x20 && code < 0x7f ? Widths[code - 0x20] / 1'000.0 : 1.0;
}

double scale(const TextStyle& style) {
  return style.size * (style.is_bold ? BoldFactor : 1.0);
}

}  // namespace

double text_width(std::string_view text, const TextStyle& style) {
  double ems = 0;
  for (const char c : text) {
    if (!is_continuation(c)) ems += advance(c);
  }
  return ems * scale(style);
}

std::string fitted(std::string_view text, const TextStyle& style, double width) {
  if (text_width(text, style) <= width) return std::string(text);
  const double room = width - text_width(Ellipsis, style);
  std::size_t end = 0;
  double used = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_continuation(text[i])) continue;
    if (used > room) break;
    end = i;
    used += advance(text[i]) * scale(style);
  }
  return std::string(text.substr(0, end)) + std::string(Ellipsis);
}

}  // namespace splitscope::viz
