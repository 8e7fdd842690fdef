// What the outcomes of one scheme in one scenario amount to over all seeds, and what is worth
// saying about it. Data only; summary.hpp and findings.hpp fill it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/compare/statistics.hpp"

namespace splitscope::scenarios {

// What is measured of each run, as design section 6 defines it.
enum class Metric : std::uint8_t {
  Agreement,      // parts per million of member time
  Discovery,      // of seeds: a million or nothing each
  LargestGroup,   // of seeds: the newcomer joined the largest group
  SplitForced,    // nanoseconds of members
  SplitNeedless,  // nanoseconds of members
  Form,           // times: nanoseconds, or never
  DetectFirst,
  DetectLast,
  Elect,
  Merge,
  FalseRemovals,  // count
  Messages,       // thousandths of messages per member and minute
  Bytes,          // bytes per member and minute
  ApiCalls,       // of the cluster to its cloud, an hour of the whole run
  ApiThrottled,   // of those in the whole run, how many were throttled
};
inline constexpr std::size_t MetricCount = 15;

enum class MetricUnit : std::uint8_t { PartsPerMillion, Nanoseconds, Count, Thousandths, Bytes };

struct MetricInfo {
  Metric metric;
  std::string_view key;    // in JSON and SLO files
  std::string_view title;  // for people
  MetricUnit unit;
  bool more_is_better;
};
const std::array<MetricInfo, MetricCount>& metric_table();
const MetricInfo& info(Metric metric);
std::optional<Metric> metric_named(std::string_view key);

struct MetricSummary {
  Distribution distribution;
  // The mean of what came, and of all seeds for shares; rounded towards zero.
  std::int64_t mean = 0;
  // Against the plan's first scheme: this minus the first. Empty for the first itself, where
  // nothing was measured, and where too few pairs have a value on both sides.
  std::optional<PairedDifference> difference;
  // Seeds where one side never came and the other did.
  std::size_t never_only_here = 0;
  std::size_t never_only_first = 0;
};

struct CellSummary {
  std::size_t runs = 0;  // without error
  std::size_t errors = 0;
  std::string first_error;
  std::size_t not_formed = 0;
  std::size_t not_exposed = 0;  // the faults touched nothing
  std::uint32_t masters_max = 0;
  std::size_t two_masters = 0;  // runs with more than one master in a component
  std::array<MetricSummary, MetricCount> metrics;
  const MetricSummary& of(Metric metric) const { return metrics[static_cast<std::size_t>(metric)]; }
};

enum class Gravity : std::uint8_t { Bad, Warning, Good, Note };
std::string_view to_text(Gravity gravity);

// One sentence for a person, from the data alone, and where it comes from.
struct Finding {
  Gravity gravity = Gravity::Note;
  std::string text;
  std::string scenario;  // empty: of all
  std::string scheme;    // empty: of all
  std::string replay;    // the command that shows one such run; empty where no run does
};

}  // namespace splitscope::scenarios
