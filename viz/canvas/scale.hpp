// Axes: from values to pixels, and where the ticks are. Times are seconds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace splitscope::viz {

enum class ScaleKind : std::uint8_t {
  Number,
  Time,     // ticks at whole seconds, minutes, hours
  TimeLog,  // the same, on a logarithmic axis; values must be above zero
};

struct Tick {
  double value = 0;
  std::string label;
};

// Maps values linearly (or by their logarithm) to pixels.
class Scale {
 public:
  struct Range {
    double low = 0;
    double high = 1;
  };
  // A domain without width is widened, and one that a logarithm cannot show is cut at a
  // thousandth of its upper end. Pixels may run downwards.
  Scale(ScaleKind kind, Range domain, Range pixels);

  // The pixel of a value; values outside the domain come to lie outside the pixels.
  double at(double value) const;
  ScaleKind kind() const { return kind_; }
  Range domain() const { return domain_; }
  Range pixels() const { return pixels_; }

 private:
  ScaleKind kind_;
  Range domain_;
  Range pixels_;
};

// At most `count_max` round values within the domain, evenly spaced, both ends included where they
// are round. Labels have the decimals they need and no more. Precondition: count_max >= 1.
std::vector<Tick> ticks(const Scale& scale, std::size_t count_max);

// As many ticks as fit along a horizontal axis without labels touching, at this text size.
std::vector<Tick> ticks_along(const Scale& scale, double text_size);

// "90s", "1m30s", "0.25s": a time in seconds for a label.
std::string time_label(double seconds);

}  // namespace splitscope::viz
