// What must have happened, worked out from what members saw: starts, stops, deaths, silence, cuts,
// heals and merges. Pure. Invariant: what no line says outright is marked as inferred.
#pragma once

#include <vector>

#include "scenarios/incident/incident.hpp"
#include "scenarios/incident/lives.hpp"

namespace splitscope::scenarios::incident {

inline constexpr std::size_t HappeningsMax = 2'000;
inline constexpr std::size_t LossesMax = 5'000;

// Fills in the story's happenings and phases.
void find_happenings(Incident& incident);

// --- the parts ---

// Starts, stops, deaths and pauses, from each member's own log and from who lost it. The losses
// that they do not explain are left in `unexplained`.
std::vector<Happening> find_acts(const Incident& incident, const Lives& lives,
                                 const std::vector<Loss>& losses, std::vector<Loss>& unexplained);
// Members that were not running or not heard, by the acts.
std::vector<Absence> absences_of(const Incident& incident, const std::vector<Happening>& acts);
// Partitions and heals, from the losses between members that lived on (`unexplained`) and from
// members that stopped to hear each other though no view changed; and merges.
std::vector<Happening> find_separations(const Incident& incident, const std::vector<Loss>& losses,
                                        const std::vector<Loss>& unexplained,
                                        const std::vector<Absence>& absences);

}  // namespace splitscope::scenarios::incident
