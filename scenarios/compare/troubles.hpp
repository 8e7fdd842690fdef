// What should not happen in a run, one rule each, and how often it did in a cell. The verdict, the
// overview and the report all speak of these. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "scenarios/compare/outcome.hpp"
#include "scenarios/compare/summary_types.hpp"

namespace splitscope::scenarios {

// Shares of runs below this, in parts per million, are not worth a word: one in twenty.
inline constexpr std::int64_t OftenPpm = 50'000;
// From this share on a trouble has its full gravity; below it is a warning.
inline constexpr std::int64_t MostlyPpm = 500'000;

struct Trouble {
  std::string_view words;  // "a newcomer did not find the cluster"
  std::string_view mark;   // "newcomer lost", for a table
  Gravity worst;
  // Empty where a run cannot show it: nothing was to be merged, no newcomer was started.
  std::optional<bool> (*happened)(const RunOutcome&);
};
// The gravest first.
std::span<const Trouble> trouble_table();

struct TroubleCount {
  std::size_t part = 0;   // runs where it happened
  std::size_t whole = 0;  // runs that could show it
  std::size_t first = 0;  // index of the first run where it happened, if any
  std::int64_t ppm() const;
  // Nothing where it is not worth a word.
  std::optional<Gravity> gravity(const Trouble& trouble) const;
};
// Runs that could not be carried out count nowhere.
TroubleCount count_trouble(std::span<const RunOutcome> runs, const Trouble& trouble);

// The gravest trouble of a cell, by gravity and then by the table's order.
struct CellTrouble {
  const Trouble* trouble = nullptr;
  TroubleCount count;
  Gravity gravity = Gravity::Good;
};
std::optional<CellTrouble> gravest_trouble(std::span<const RunOutcome> runs);

}  // namespace splitscope::scenarios
