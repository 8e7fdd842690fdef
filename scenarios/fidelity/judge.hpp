// Whether what the simulator predicts agrees with what was recorded: the bars of docs/fidelity.md,
// as pure rules over two lists of values.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/time.hpp"
#include "scenarios/fidelity/recorded.hpp"

namespace splitscope::scenarios {

// A prediction may be so much wider than the recording before it counts as a guess.
inline constexpr double WidthFactorMax = 3;
// An outcome that comes in fewer seeds than this does not come; each recorded one must.
inline constexpr double OutcomeShareMin = 0.02;
// Of timing metrics so many must agree.
inline constexpr double TimeShareMin = 0.95;
// Recordings that all say one thing where the prediction draws (who of those admitted together is
// the oldest): that they agree on this, or on something rarer, must be at least so likely.
inline constexpr double SurpriseMax = 0.05;

struct Spread {
  std::size_t count = 0;  // of numbers
  std::size_t never = 0;
  double low = 0;  // the least, or the 5 % quantile
  double median = 0;
  double high = 0;
};

struct OutcomeShare {
  std::string text;
  std::size_t recorded = 0;
  std::size_t predicted = 0;
};

struct MetricVerdict {
  enum class State : std::uint8_t {
    Agrees,
    Misses,
    NotRecorded,  // there is nothing to hold it against
  };
  std::string metric;
  MetricKind kind = MetricKind::Time;
  State state = State::Agrees;
  std::string reason;  // why it misses, in words
  Spread recorded;     // of times and counts
  Spread predicted;
  std::vector<OutcomeShare> outcomes;  // of outcomes; the commonest prediction first
};

// Values as texts: numbers, words, or "never". `interval`: the heartbeat interval of the scenario.
MetricVerdict judge_time(const RecordedMetric& recorded, const std::vector<std::string>& predicted,
                         base::Duration interval);
MetricVerdict judge_count(const RecordedMetric& recorded,
                          const std::vector<std::string>& predicted);
// `is_chance`: the prediction may draw where the recordings agree, see SurpriseMax.
MetricVerdict judge_outcome(const RecordedMetric& recorded,
                            const std::vector<std::string>& predicted, bool is_chance);

Spread spread_of(const std::vector<std::string>& values, double low_share, double high_share);

}  // namespace splitscope::scenarios
