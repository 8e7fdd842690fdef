// From a user's configuration to what is compared: the schemes, which member has which address, how
// long is measured, and every assumption in a sentence. Pure. Start at make_plan().
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "scenarios/compare/comparison.hpp"
#include "scenarios/import/import.hpp"

namespace splitscope::scenarios {

inline constexpr std::uint32_t ComparedMembersMax = 200;
inline constexpr std::uint32_t SeedsMax = 100'000;

struct PlanOptions {
  std::optional<std::uint32_t> members;    // else by the files
  std::optional<schemes::Engine> profile;  // else what a file says, else hz-5.3
  std::uint64_t first_seed = 1;
  std::uint64_t seeds = 200;              // how many, from the first on
  std::vector<std::string> schemes;       // names of those to compare; empty: all
  std::string site;                       // a name that site_named() knows; empty: by the files
  std::vector<std::string> sources;       // the user's files, for the report
  std::vector<std::string> placeholders;  // names that were given a value, for the report
  std::vector<ScenarioText> scenarios;
  Prices prices;
  std::string prices_path;
};

// Errors: too many members or seeds, an unknown site or scheme, a configuration whose settings
// cannot be, no scenario, files that switch clustering off. The measured time is that of all
// schemes even where some are left out, so that a run has the same digest whatever stands beside
// it.
base::Result<ComparisonPlan> make_plan(const ImportedConfig& imported, const PlanOptions& options);

// 2 x (max no heartbeat + merge first run + merge next run) + 60 s, with the largest values.
base::Result<base::Duration> window_length(const std::vector<SchemeVariant>& schemes);

// When the newcomer of seed number `index` starts, from the begin of the window: the stratified
// instant (index + 1/2) / seeds. Precondition: index < seeds.
base::Duration probe_instant(base::Duration window, std::size_t index, std::size_t seeds);

// How members are named: n1 is the first listed address.
std::string member_name(std::uint32_t index);

}  // namespace splitscope::scenarios
