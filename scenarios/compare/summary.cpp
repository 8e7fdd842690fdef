#include "scenarios/compare/summary.hpp"

#include <algorithm>

#include "engine/base/wide.hpp"

namespace splitscope::scenarios {

namespace {

constexpr std::int64_t Million = 1'000'000;
constexpr std::uint64_t NanosecondsPerMinute = 60'000'000'000;
// The bootstrap is the same for the same data, whatever else is compared.
constexpr std::uint64_t BootstrapSeed = 1;

std::optional<Sample> ratio(std::uint64_t part, std::uint64_t whole, std::uint64_t scale) {
  if (whole == 0) return std::nullopt;
  const base::Uint128 scaled = static_cast<base::Uint128>(part) * scale / whole;
  return Sample{.value = static_cast<std::int64_t>(scaled)};
}

std::optional<Sample> time_sample(const MeasuredTime& time) {
  if (time.value.has_value()) return Sample{.value = time.value->count()};
  if (time.pending) return never_sample();
  return std::nullopt;
}

std::optional<Sample> share(const std::optional<bool>& answer) {
  if (!answer.has_value()) return std::nullopt;
  return Sample{.value = *answer ? Million : 0};
}

std::optional<Sample> number(std::uint64_t value) {
  return Sample{.value = static_cast<std::int64_t>(value)};
}

// Rounded, an hour.
std::optional<Sample> calls_per_hour(const RunOutcome& outcome) {
  constexpr base::Uint128 NanosecondsPerHour = 3'600'000'000'000;
  if (!outcome.api_calls.has_value() || outcome.length <= base::Duration{0}) return std::nullopt;
  const auto length = static_cast<base::Uint128>(outcome.length.count());
  const base::Uint128 calls = (*outcome.api_calls * NanosecondsPerHour + length / 2) / length;
  return number(static_cast<std::uint64_t>(calls));
}

std::optional<Sample> rate(const RunOutcome& outcome, bool in_bytes) {
  std::uint64_t total = 0;
  for (const auto& [type, count] : outcome.messages) {
    total += in_bytes ? count.bytes : count.messages;
  }
  return ratio(total, outcome.member_ns, NanosecondsPerMinute * (in_bytes ? 1 : 1000));
}

MetricSummary summarize_metric(std::span<const RunOutcome> runs,
                               std::span<const RunOutcome> reference, Metric metric) {
  MetricSummary summary;
  std::vector<Sample> samples;
  std::vector<SamplePair> pairs;
  base::Int128 total = 0;
  std::size_t came = 0;
  for (std::size_t seed = 0; seed < runs.size(); ++seed) {
    const auto here = sample_of(runs[seed], metric);
    if (!here.has_value()) continue;
    samples.push_back(*here);
    if (!here->is_never) {
      total += here->value;
      ++came;
    }
    if (seed >= reference.size()) continue;
    const auto first = sample_of(reference[seed], metric);
    if (!first.has_value()) continue;
    if (here->is_never && !first->is_never) ++summary.never_only_here;
    if (!here->is_never && first->is_never) ++summary.never_only_first;
    if (!here->is_never && !first->is_never) pairs.push_back({first->value, here->value});
  }
  summary.distribution = describe(std::move(samples));
  if (came > 0) summary.mean = static_cast<std::int64_t>(total / static_cast<base::Int128>(came));
  summary.difference = paired_difference(pairs, BootstrapSeed);
  return summary;
}

}  // namespace

const std::array<MetricInfo, MetricCount>& metric_table() {
  using enum Metric;
  using Unit = MetricUnit;
  static constexpr std::array<MetricInfo, MetricCount> Table{{
      {Agreement, "agreement_availability", "agreement", Unit::PartsPerMillion, true},
      {Discovery, "discovery_availability", "discovery", Unit::PartsPerMillion, true},
      {LargestGroup, "largest_group_joined", "newcomer in the largest group", Unit::PartsPerMillion,
       true},
      {SplitForced, "split_forced", "split brain, forced", Unit::Nanoseconds, false},
      {SplitNeedless, "split_needless", "split brain, needless", Unit::Nanoseconds, false},
      {Form, "form", "time to form", Unit::Nanoseconds, false},
      {DetectFirst, "detect_first", "time to detect, first survivor", Unit::Nanoseconds, false},
      {DetectLast, "detect_last", "time to detect, last survivor", Unit::Nanoseconds, false},
      {Elect, "elect", "time to elect", Unit::Nanoseconds, false},
      {Merge, "merge", "time to merge", Unit::Nanoseconds, false},
      {FalseRemovals, "false_removals", "false removals", Unit::Count, false},
      {Messages, "messages", "messages per member and minute", Unit::Thousandths, false},
      {Bytes, "bytes", "bytes per member and minute", Unit::Bytes, false},
      {ApiCalls, "api_calls", "API calls per hour", Unit::Count, false},
      {ApiThrottled, "api_throttled", "throttled API calls", Unit::Count, false},
  }};
  return Table;
}

const MetricInfo& info(Metric metric) {
  return metric_table()[static_cast<std::size_t>(metric)];
}

std::optional<Metric> metric_named(std::string_view key) {
  for (const MetricInfo& row : metric_table()) {
    if (row.key == key) return row.metric;
  }
  return std::nullopt;
}

std::optional<Sample> sample_of(const RunOutcome& outcome, Metric metric) {
  if (!outcome.error.empty()) return std::nullopt;
  const RunMetrics& run = outcome.metrics;
  switch (metric) {
    case Metric::Agreement:
      return ratio(run.agreed_ns, run.member_ns, Million);
    case Metric::Discovery:
      return share(outcome.newcomer_discovered);
    case Metric::LargestGroup:
      return share(outcome.newcomer_in_largest);
    case Metric::SplitForced:
      return number(run.split_forced_ns);
    case Metric::SplitNeedless:
      return number(run.split_needless_ns);
    case Metric::Form:
      return time_sample(run.form);
    case Metric::DetectFirst:
      return time_sample(run.detect_first);
    case Metric::DetectLast:
      return time_sample(run.detect_last);
    case Metric::Elect:
      return time_sample(run.elect);
    case Metric::Merge:
      return time_sample(run.merge);
    case Metric::FalseRemovals:
      return number(run.false_removals);
    case Metric::Messages:
      return rate(outcome, false);
    case Metric::Bytes:
      return rate(outcome, true);
    case Metric::ApiCalls:
      return calls_per_hour(outcome);
    case Metric::ApiThrottled:
      if (!outcome.api_calls.has_value()) return std::nullopt;
      return number(outcome.api_throttled);
  }
  return std::nullopt;
}

CellSummary summarize_cell(std::span<const RunOutcome> runs,
                           std::span<const RunOutcome> reference) {
  CellSummary cell;
  for (const RunOutcome& run : runs) {
    if (!run.error.empty()) {
      if (cell.errors++ == 0) cell.first_error = run.error;
      continue;
    }
    ++cell.runs;
    if (!run.formed) ++cell.not_formed;
    if (!run.exposed) ++cell.not_exposed;
    if (run.metrics.masters_max > 1) ++cell.two_masters;
    cell.masters_max = std::max(cell.masters_max, run.metrics.masters_max);
  }
  for (const MetricInfo& row : metric_table()) {
    cell.metrics[static_cast<std::size_t>(row.metric)] =
        summarize_metric(runs, reference, row.metric);
  }
  return cell;
}

void summarize(Comparison& comparison) {
  comparison.summaries.clear();
  for (const auto& schemes : comparison.outcomes) {
    std::vector<CellSummary>& row = comparison.summaries.emplace_back();
    for (std::size_t scheme = 0; scheme < schemes.size(); ++scheme) {
      const std::span<const RunOutcome> reference =
          scheme == 0 ? std::span<const RunOutcome>{} : std::span(schemes.front());
      row.push_back(summarize_cell(schemes[scheme], reference));
    }
  }
}

}  // namespace splitscope::scenarios
