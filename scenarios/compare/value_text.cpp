#include "scenarios/compare/value_text.hpp"

#include <fmt/format.h>

#include "engine/base/duration_text.hpp"

namespace splitscope::scenarios {

namespace {

// A hundredth of a point, the least that shares are shown in.
constexpr std::int64_t PpmShown = 100;

// With the precision that matters to a reader: milliseconds below a second, tenths below a minute.
std::string time_text(std::int64_t nanoseconds) {
  constexpr std::int64_t Millisecond = 1'000'000;
  constexpr std::int64_t Tenth = 100 * Millisecond;
  constexpr std::int64_t Second = 10 * Tenth;
  if (nanoseconds == 0) return "0s";
  if (nanoseconds < Millisecond) return "<1ms";
  const auto to = [&](std::int64_t step) { return (nanoseconds + step / 2) / step; };
  if (to(Millisecond) < 1000) return fmt::format("{}ms", to(Millisecond));
  if (to(Tenth) >= 600) return base::to_text(base::Duration{to(Second) * Second});
  const std::int64_t tenths = to(Tenth);
  return tenths % 10 == 0 ? fmt::format("{}s", tenths / 10)
                          : fmt::format("{}.{}s", tenths / 10, tenths % 10);
}

std::string signed_text(std::int64_t value, MetricUnit unit, bool with_plus) {
  const bool is_negative = value < 0;
  const std::int64_t size = is_negative ? -value : value;
  // Less than a hundredth of a point has no sign to show.
  const bool is_small = unit == MetricUnit::PartsPerMillion && size < PpmShown;
  const char* sign = is_small ? "" : is_negative ? "-" : with_plus && value > 0 ? "+" : "";
  if (unit == MetricUnit::PartsPerMillion) {
    return fmt::format("{}{}.{:02}", sign, size / 10'000, size / 100 % 100);
  }
  return sign + value_text(size, unit);
}

// The availability is cut, not rounded: 99.999 % must not read 100 %.
std::string percent_text(std::int64_t ppm) {
  if (ppm == 1'000'000) return "100 %";
  return fmt::format("{}.{:02} %", ppm / 10'000, ppm / 100 % 100);
}

bool is_shown_by_mean(MetricUnit unit) {
  return unit == MetricUnit::PartsPerMillion;
}

}  // namespace

std::string value_text(std::int64_t value, MetricUnit unit) {
  if (value < 0) return signed_text(value, unit, false);
  switch (unit) {
    case MetricUnit::PartsPerMillion:
      return percent_text(value);
    case MetricUnit::Nanoseconds:
      return time_text(value);
    case MetricUnit::Count:
      return fmt::format("{}", value);
    case MetricUnit::Thousandths:
      return value < 10'000 ? fmt::format("{}.{}", value / 1000, value / 100 % 10)
                            : fmt::format("{}", value / 1000);
    case MetricUnit::Bytes:
      return fmt::format("{}", value);
  }
  return {};
}

std::string sample_text(const Sample& sample, MetricUnit unit) {
  return sample.is_never ? "never" : value_text(sample.value, unit);
}

std::string headline_text(const CellSummary& cell, Metric metric) {
  const MetricSummary& summary = cell.of(metric);
  if (summary.distribution.count == 0) return "-";
  const MetricUnit unit = info(metric).unit;
  if (is_shown_by_mean(unit)) return value_text(summary.mean, unit);
  return sample_text(summary.distribution.median, unit);
}

std::string difference_text(const MetricSummary& summary, MetricUnit unit) {
  if (!summary.difference.has_value()) return {};
  const PairedDifference& difference = *summary.difference;
  if (difference.is_no_difference()) return "no difference";
  const bool is_share = unit == MetricUnit::PartsPerMillion;
  if (is_share && -PpmShown < difference.low && difference.high < PpmShown) {
    return "less than 0.01 points";
  }
  const char* points = unit == MetricUnit::PartsPerMillion ? " points" : "";
  return fmt::format("{}{} ({} to {})", signed_text(difference.mean, unit, true), points,
                     signed_text(difference.low, unit, true),
                     signed_text(difference.high, unit, true));
}

std::string never_text(const Distribution& distribution) {
  if (distribution.never == 0) return {};
  return fmt::format("{} of {} never", distribution.never, distribution.count);
}

std::string monthly_text(const ComparisonPlan& plan, const CellSummary& cell) {
  const MonthlyCost cost = monthly_cost(plan.prices, cell, plan.members);
  std::string text;
  const auto add = [&](const std::optional<std::int64_t>& millionths, const char* words) {
    if (!millionths.has_value()) return;
    text += fmt::format("{}{} for {}", text.empty() ? "a month: " : ", ",
                        cost_text(*millionths, plan.prices.currency), words);
  };
  add(cost.calls, "calls");
  add(cost.instances, "instances");
  return text;
}

}  // namespace splitscope::scenarios
