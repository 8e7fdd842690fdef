// What a script said must hold while time passes: eventually, always, never, sometimes.
#pragma once

#include <optional>
#include <vector>

#include "scenarios/kit/condition.hpp"
#include "scenarios/kit/verdict.hpp"
#include "scenarios/kit/world.hpp"

namespace splitscope::scenarios {

class Monitors {
 public:
  // Watches from now on; the outcome goes to expectations()[returned index].
  std::uint32_t add(const MonitorSpec& spec, base::Instant now);
  void name(std::uint32_t index, std::string words, std::uint32_t line);
  // A statement that is decided at once.
  void add_decided(Expectation expectation) { expectations_.push_back(std::move(expectation)); }

  // Whatever the conditions watch has changed.
  void update(const Observation& observation, const Counters& counters, base::Instant now);
  // The next moment at which a deadline decides something; EndOfTime if none.
  base::Instant next_deadline() const;
  // All that can be decided is: nothing is waited for but the run's end.
  bool has_open_deadlines() const;
  // The run is over: always and never are met if they were not missed, sometimes is missed if it
  // was not seen, eventually likewise.
  void finish(const Observation& observation, base::Instant now);

  const std::vector<Expectation>& expectations() const { return expectations_; }

 private:
  struct Watch {
    MonitorSpec spec;
    std::uint32_t expectation;
    base::Instant deadline;
    std::optional<base::Instant> bad_since;
  };

  void decide(Watch& watch, Expectation::Outcome outcome, const Observation& observation,
              base::Instant now);
  void update_watch(Watch& watch, const Observation& observation, const Counters& counters,
                    base::Instant now);

  std::vector<Watch> open_;
  std::vector<Expectation> expectations_;
};

}  // namespace splitscope::scenarios
