#include "scenarios/kit/monitors.hpp"

#include <algorithm>

namespace splitscope::scenarios {
namespace {

using Kind = MonitorSpec::Kind;
using Outcome = Expectation::Outcome;

}  // namespace

std::uint32_t Monitors::add(const MonitorSpec& spec, base::Instant now) {
  const auto index = static_cast<std::uint32_t>(expectations_.size());
  Expectation expectation;
  expectation.words = spec.words.empty() ? spec.condition.to_text() : spec.words;
  expectation.line = spec.line;
  expectation.across_seeds = spec.kind == Kind::Sometimes;
  expectation.decides = spec.decides;
  expectations_.push_back(std::move(expectation));
  const base::Instant deadline =
      spec.kind == Kind::Eventually ? now + spec.within : base::EndOfTime;
  open_.push_back({spec, index, deadline, std::nullopt});
  return index;
}

void Monitors::name(std::uint32_t index, std::string words, std::uint32_t line) {
  if (!words.empty()) expectations_[index].words = std::move(words);
  expectations_[index].line = line;
}

void Monitors::decide(Watch& watch, Outcome outcome, const Observation& observation,
                      base::Instant now) {
  Expectation& expectation = expectations_[watch.expectation];
  expectation.outcome = outcome;
  expectation.decided_at = now;
  if (outcome == Outcome::Missed) expectation.seen = watch.spec.condition.explain(observation);
}

void Monitors::update_watch(Watch& watch, const Observation& observation, const Counters& counters,
                            base::Instant now) {
  const bool holds = watch.spec.condition.holds(observation, counters);
  switch (watch.spec.kind) {
    case Kind::Eventually:
      if (holds) {
        decide(watch, Outcome::Met, observation, now);
      } else if (now >= watch.deadline) {
        decide(watch, Outcome::Missed, observation, now);
      }
      break;
    case Kind::Sometimes:
      if (holds) decide(watch, Outcome::Met, observation, now);
      break;
    case Kind::Always:
      if (!holds) decide(watch, Outcome::Missed, observation, now);
      break;
    case Kind::Never:
      if (!holds) {
        watch.bad_since.reset();
        watch.deadline = base::EndOfTime;
      } else {
        if (!watch.bad_since.has_value()) {
          watch.bad_since = now;
          watch.deadline = now + watch.spec.longer_than;
        }
        if (now >= watch.deadline) decide(watch, Outcome::Missed, observation, now);
      }
      break;
  }
}

void Monitors::update(const Observation& observation, const Counters& counters, base::Instant now) {
  for (Watch& watch : open_) update_watch(watch, observation, counters, now);
  std::erase_if(open_, [this](const Watch& watch) {
    return expectations_[watch.expectation].outcome != Outcome::Open;
  });
}

base::Instant Monitors::next_deadline() const {
  base::Instant next = base::EndOfTime;
  for (const Watch& watch : open_) next = std::min(next, watch.deadline);
  return next;
}

bool Monitors::has_open_deadlines() const {
  return std::any_of(open_.begin(), open_.end(), [](const Watch& watch) {
    return watch.spec.decides && watch.deadline != base::EndOfTime;
  });
}

void Monitors::finish(const Observation& observation, base::Instant now) {
  for (Watch& watch : open_) {
    const bool met = watch.spec.kind == Kind::Always || watch.spec.kind == Kind::Never;
    decide(watch, met ? Outcome::Met : Outcome::Missed, observation, now);
  }
  open_.clear();
}

}  // namespace splitscope::scenarios
