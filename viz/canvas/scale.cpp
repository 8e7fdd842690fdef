#include "viz/canvas/scale.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "engine/base/assert.hpp"
#include "engine/base/duration_text.hpp"
#include "viz/canvas/canvas.hpp"

namespace splitscope::viz {
namespace {

constexpr std::size_t TicksMax = 50;
constexpr double LabelGap = 14;
constexpr double Tolerance = 1e-9;

// Steps and stops that people read clocks by, in seconds; beyond them days.
constexpr std::array<double, 26> ClockSteps{
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1,  0.2,  0.5,  1,    2,     5,     10,
    20,    30,    60,    120,  300,  600,  1200, 1800, 3600, 7200, 10800, 21600, 43200};
constexpr double Day = 86'400;

// The smallest of 1, 2, 5 times a power of ten that is not below `raw`.
double round_step(double raw) {
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= raw * (1 - Tolerance)) return factor * power;
  }
  return 10 * power;
}

double clock_step(double raw) {
  for (const double step : ClockSteps) {
    if (step >= raw * (1 - Tolerance)) return step;
  }
  return Day * round_step(std::max(1.0, raw / Day));
}

std::string number_label(double value, double step) {
  const int decimals = std::max(0, static_cast<int>(std::ceil(-std::log10(step) - Tolerance)));
  const double shown = std::abs(value) < step / 2 ? 0 : value;
  return fmt::format("{:.{}f}", shown, std::min(decimals, 9));
}

std::vector<Tick> even_ticks(const Scale& scale, std::size_t count_max) {
  const bool is_time = scale.kind() == ScaleKind::Time;
  const auto [low, high] = scale.domain();
  const auto wanted = static_cast<double>(count_max);
  double step = 0;
  // The domain may hold one tick more than it has steps; widen until they are few enough.
  for (double raw = (high - low) / wanted;; raw = step * 1.01) {
    step = is_time ? clock_step(raw) : round_step(raw);
    const double first = std::ceil(low / step - Tolerance);
    const double last = std::floor(high / step + Tolerance);
    if (last - first + 1 > wanted) continue;
    std::vector<Tick> result;
    for (double i = first; i <= last; ++i) {
      result.push_back({i * step, is_time ? time_label(i * step) : number_label(i * step, step)});
    }
    return result;
  }
}

std::vector<Tick> log_ticks(const Scale& scale, std::size_t count_max) {
  const auto [low, high] = scale.domain();
  std::vector<Tick> all;
  const auto add = [&](double value) {
    if (value < low * (1 - Tolerance) || value > high * (1 + Tolerance)) return;
    all.push_back({value, time_label(value)});
  };
  for (const double stop : ClockSteps) add(stop);
  for (double days = 1; days <= high / Day && all.size() < 2 * TicksMax; days *= 2) add(days * Day);
  // Every n-th, counted from the last.
  const std::size_t stride = (all.size() + count_max - 1) / count_max;
  std::vector<Tick> result;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if ((all.size() - 1 - i) % stride == 0) result.push_back(all[i]);
  }
  return result;
}

bool labels_touch(const Scale& scale, std::span<const Tick> all, double text_size) {
  const TextStyle style{.size = text_size};
  for (std::size_t i = 1; i < all.size(); ++i) {
    const double between = std::abs(scale.at(all[i].value) - scale.at(all[i - 1].value));
    const double needed =
        (text_width(all[i].label, style) + text_width(all[i - 1].label, style)) / 2 + LabelGap;
    if (between < needed) return true;
  }
  return false;
}

}  // namespace

Scale::Scale(ScaleKind kind, Range domain, Range pixels)
    : kind_(kind), domain_(domain), pixels_(pixels) {
  if (!std::isfinite(domain_.low)) domain_.low = 0;
  if (!std::isfinite(domain_.high)) domain_.high = domain_.low;
  if (kind_ == ScaleKind::TimeLog) {
    if (domain_.high <= 0) domain_.high = 1;
    domain_.low = std::max(domain_.low, domain_.high / 1'000);
  }
  // Wide enough for its ends to differ in floating point, however large they are.
  const double width_min = std::max(1e-6, std::abs(domain_.low) * 1e-6);
  if (domain_.high < domain_.low + width_min) {
    domain_.high = domain_.low + std::max(1.0, width_min);
  }
}

double Scale::at(double value) const {
  double share = 0;
  if (kind_ == ScaleKind::TimeLog) {
    const double shown = std::max(value, domain_.low / 10);
    share = std::log(shown / domain_.low) / std::log(domain_.high / domain_.low);
  } else {
    share = (value - domain_.low) / (domain_.high - domain_.low);
  }
  return pixels_.low + share * (pixels_.high - pixels_.low);
}

std::vector<Tick> ticks(const Scale& scale, std::size_t count_max) {
  SPLITSCOPE_ASSERT(count_max >= 1);
  const std::size_t count = std::min(count_max, TicksMax);
  return scale.kind() == ScaleKind::TimeLog ? log_ticks(scale, count) : even_ticks(scale, count);
}

std::vector<Tick> ticks_along(const Scale& scale, double text_size) {
  const double width = std::abs(scale.pixels().high - scale.pixels().low);
  auto count = static_cast<std::size_t>(std::clamp(width / (3 * text_size), 1.0, 12.0));
  for (;; --count) {
    std::vector<Tick> result = ticks(scale, count);
    if (count == 1 || !labels_touch(scale, result, text_size)) return result;
  }
}

std::string time_label(double seconds) {
  constexpr double LongestSeconds = 1e9;
  const double bounded =
      std::clamp(std::isnan(seconds) ? 0 : seconds, -LongestSeconds, LongestSeconds);
  return base::to_text(base::Duration{std::llround(bounded * 1e3) * 1'000'000});
}

}  // namespace splitscope::viz
