#include "scenarios/fidelity/judge.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace splitscope::scenarios {
namespace {

using State = MetricVerdict::State;

constexpr double NsPerMs = 1e6;
constexpr double LowShare = 0.05;
constexpr double HighShare = 0.95;
constexpr double WidenShare = 0.1;
constexpr double CountSlack = 1;

std::optional<double> number_of(const std::string& text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return value;
}

double share(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

void miss(MetricVerdict& verdict, std::string reason) {
  verdict.state = State::Misses;
  verdict.reason = std::move(reason);
}

// Whether it happens at all. False: decided, there are no times to compare.
bool compare_happening(MetricVerdict& verdict) {
  const Spread& recorded = verdict.recorded;
  const Spread& predicted = verdict.predicted;
  const std::size_t seeds = predicted.count + predicted.never;
  if (seeds == 0) {
    miss(verdict, "the script did not measure it");
    return false;
  }
  const bool mixed = recorded.count > 0 && recorded.never > 0;
  const double happens = share(predicted.count, seeds);
  if (mixed && (happens < OutcomeShareMin || 1 - happens < OutcomeShareMin)) {
    miss(verdict, fmt::format("it happened in {} of {} recordings and in {:.1f} % of the seeds",
                              recorded.count, recorded.count + recorded.never, 100 * happens));
    return false;
  }
  if (!mixed && recorded.count == 0 && happens >= OutcomeShareMin) {
    miss(verdict,
         fmt::format("it never happened, but does in {:.1f} % of the seeds", 100 * happens));
  }
  if (!mixed && recorded.never == 0 && 1 - happens >= OutcomeShareMin) {
    miss(verdict, fmt::format("it always happened, but does not in {:.1f} % of the seeds",
                              100 - 100 * happens));
  }
  return verdict.state == State::Agrees && recorded.count > 0 && predicted.count > 0;
}

void compare_spreads(MetricVerdict& verdict, double slack, double width_least) {
  const Spread& recorded = verdict.recorded;
  const Spread& predicted = verdict.predicted;
  const double width = predicted.high - predicted.low;
  const double widened = std::max(slack, WidenShare * width);
  if (recorded.median < predicted.low - widened || recorded.median > predicted.high + widened) {
    return miss(verdict,
                fmt::format("the recorded median {:.0f} lies outside {:.0f} to {:.0f}",
                            recorded.median, predicted.low - widened, predicted.high + widened));
  }
  const double width_most = std::max(WidthFactorMax * (recorded.high - recorded.low), width_least);
  if (width > width_most) {
    miss(verdict,
         fmt::format("the prediction is {:.0f} wide, at most {:.0f} is useful", width, width_most));
  }
}

MetricVerdict begin(const RecordedMetric& recorded, const std::vector<std::string>& predicted,
                    MetricKind kind) {
  MetricVerdict verdict;
  verdict.metric = recorded.name;
  verdict.kind = kind;
  if (kind != MetricKind::Outcome) {
    verdict.recorded = spread_of(recorded.values, 0, 1);
    verdict.predicted = spread_of(predicted, LowShare, HighShare);
  }
  if (recorded.values.empty()) verdict.state = State::NotRecorded;
  return verdict;
}

std::vector<OutcomeShare> shares_of(const std::vector<std::string>& recorded,
                                    const std::vector<std::string>& predicted) {
  std::vector<OutcomeShare> shares;
  const auto find = [&](const std::string& text) -> OutcomeShare& {
    for (OutcomeShare& share : shares) {
      if (share.text == text) return share;
    }
    return shares.emplace_back(OutcomeShare{text, 0, 0});
  };
  for (const std::string& text : recorded) ++find(text).recorded;
  for (const std::string& text : predicted) ++find(text).predicted;
  std::sort(shares.begin(), shares.end(), [](const OutcomeShare& left, const OutcomeShare& right) {
    if (left.predicted != right.predicted) return left.predicted > right.predicted;
    return left.text < right.text;
  });
  return shares;
}

// Whether a share is the commonest as far as so many seeds can tell: two standard errors.
bool is_among_commonest(std::size_t predicted, std::size_t most, std::size_t seeds) {
  const double a = share(predicted, seeds);
  const double b = share(most, seeds);
  const double error = std::sqrt((a * (1 - a) + b * (1 - b)) / static_cast<double>(seeds));
  return b - a <= 2 * error;
}

// That so many repetitions agree on this outcome, or on one that is not likelier.
double unanimous_chance(const std::vector<OutcomeShare>& outcomes, const OutcomeShare& of,
                        std::size_t repetitions, std::size_t seeds) {
  double chance = 0;
  for (const OutcomeShare& outcome : outcomes) {
    if (!is_among_commonest(of.predicted, outcome.predicted, seeds)) continue;
    chance += std::pow(share(outcome.predicted, seeds), static_cast<double>(repetitions));
  }
  return chance;
}

void compare_mixed(MetricVerdict& verdict, std::size_t seeds) {
  bool has_commonest = false;
  for (const OutcomeShare& outcome : verdict.outcomes) {
    if (outcome.recorded == 0) continue;
    if (share(outcome.predicted, seeds) < OutcomeShareMin) {
      miss(verdict,
           fmt::format("recorded {} times, but in {:.1f} % of the seeds: {}", outcome.recorded,
                       100 * share(outcome.predicted, seeds), outcome.text));
      return;
    }
    has_commonest |=
        is_among_commonest(outcome.predicted, verdict.outcomes.front().predicted, seeds);
  }
  if (!has_commonest) {
    miss(verdict, "the commonest prediction was never recorded: " + verdict.outcomes.front().text);
  }
}

}  // namespace

Spread spread_of(const std::vector<std::string>& values, double low_share, double high_share) {
  Spread spread;
  std::vector<double> numbers;
  for (const std::string& value : values) {
    if (const auto number = number_of(value)) {
      numbers.push_back(*number);
    } else {
      ++spread.never;
    }
  }
  spread.count = numbers.size();
  if (numbers.empty()) return spread;
  std::sort(numbers.begin(), numbers.end());
  const auto at = [&](double part) {
    const double place = part * static_cast<double>(numbers.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, numbers.size() - 1);
    return numbers[below] +
           (place - static_cast<double>(below)) * (numbers[above] - numbers[below]);
  };
  spread.low = at(low_share);
  spread.median = at(0.5);
  spread.high = at(high_share);
  return spread;
}

MetricVerdict judge_time(const RecordedMetric& recorded, const std::vector<std::string>& predicted,
                         base::Duration interval) {
  MetricVerdict verdict = begin(recorded, predicted, MetricKind::Time);
  if (verdict.state == State::NotRecorded || !compare_happening(verdict)) return verdict;
  const double interval_ms = static_cast<double>(interval.count()) / NsPerMs;
  compare_spreads(verdict, interval_ms, 2 * interval_ms);
  return verdict;
}

MetricVerdict judge_count(const RecordedMetric& recorded,
                          const std::vector<std::string>& predicted) {
  MetricVerdict verdict = begin(recorded, predicted, MetricKind::Count);
  if (verdict.state == State::NotRecorded || !compare_happening(verdict)) return verdict;
  const bool none = verdict.recorded.high == 0;
  if (none && verdict.predicted.high > 0) {
    miss(verdict, "it was never recorded to happen, but does");
    return verdict;
  }
  compare_spreads(verdict, none ? 0 : CountSlack, 2 * CountSlack);
  return verdict;
}

MetricVerdict judge_outcome(const RecordedMetric& recorded,
                            const std::vector<std::string>& predicted, bool is_chance) {
  MetricVerdict verdict = begin(recorded, predicted, MetricKind::Outcome);
  verdict.outcomes = shares_of(recorded.values, predicted);
  if (verdict.state == State::NotRecorded) return verdict;
  if (predicted.empty()) {
    miss(verdict, "the script did not measure it");
    return verdict;
  }
  const auto was_recorded = [](const OutcomeShare& outcome) { return outcome.recorded > 0; };
  const auto first = std::find_if(verdict.outcomes.begin(), verdict.outcomes.end(), was_recorded);
  const bool unanimous = first->recorded == recorded.values.size();
  if (!unanimous) {
    compare_mixed(verdict, predicted.size());
    return verdict;
  }
  const double likely = share(first->predicted, predicted.size());
  if (1 - likely < OutcomeShareMin) return verdict;
  if (is_chance && likely >= OutcomeShareMin &&
      unanimous_chance(verdict.outcomes, *first, recorded.values.size(), predicted.size()) >=
          SurpriseMax) {
    return verdict;
  }
  miss(verdict,
       fmt::format("recorded alone, but in {:.1f} % of the seeds: {}", 100 * likely, first->text));
  return verdict;
}

}  // namespace splitscope::scenarios
