#include "scenarios/compare/troubles.hpp"

#include <array>

namespace splitscope::scenarios {

namespace {

std::optional<bool> not_formed(const RunOutcome& run) {
  return !run.formed;
}

std::optional<bool> never_came(const MeasuredTime& time) {
  if (time.value.has_value()) return false;
  if (time.pending) return true;
  return std::nullopt;
}
std::optional<bool> never_merged(const RunOutcome& run) {
  return never_came(run.metrics.merge);
}
std::optional<bool> never_elected(const RunOutcome& run) {
  return never_came(run.metrics.elect);
}

std::optional<bool> newcomer_lost(const RunOutcome& run) {
  if (!run.newcomer_discovered.has_value()) return std::nullopt;
  return !*run.newcomer_discovered;
}

std::optional<bool> two_masters(const RunOutcome& run) {
  return run.metrics.masters_max > 1;
}

constexpr std::array<Trouble, 5> Table{{
    {"the members never came back to one list", "never merged", Gravity::Bad, never_merged},
    {"the cluster did not form in time", "not formed", Gravity::Bad, not_formed},
    {"the survivors never agreed on a live master", "no master", Gravity::Bad, never_elected},
    {"a newcomer did not find the cluster", "newcomer lost", Gravity::Bad, newcomer_lost},
    // Clusters that meet after a heal have two masters until they merge.
    {"two members were master at once although they could reach each other", "two masters",
     Gravity::Warning, two_masters},
}};

}  // namespace

std::span<const Trouble> trouble_table() {
  return Table;
}

std::int64_t TroubleCount::ppm() const {
  return whole == 0 ? 0 : static_cast<std::int64_t>(part * 1'000'000 / whole);
}

std::optional<Gravity> TroubleCount::gravity(const Trouble& trouble) const {
  if (part == 0 || ppm() < OftenPpm) return std::nullopt;
  return ppm() >= MostlyPpm ? trouble.worst : Gravity::Warning;
}

TroubleCount count_trouble(std::span<const RunOutcome> runs, const Trouble& trouble) {
  TroubleCount count;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!runs[i].error.empty()) continue;
    const std::optional<bool> happened = trouble.happened(runs[i]);
    if (!happened.has_value()) continue;
    ++count.whole;
    if (*happened && count.part++ == 0) count.first = i;
  }
  return count;
}

std::optional<CellTrouble> gravest_trouble(std::span<const RunOutcome> runs) {
  std::optional<CellTrouble> gravest;
  for (const Trouble& trouble : Table) {
    const TroubleCount count = count_trouble(runs, trouble);
    const auto gravity = count.gravity(trouble);
    if (!gravity.has_value()) continue;
    if (!gravest.has_value() || *gravity < gravest->gravity) {
      gravest = CellTrouble{&trouble, count, *gravity};
    }
  }
  return gravest;
}

}  // namespace splitscope::scenarios
