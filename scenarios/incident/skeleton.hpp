// An incident as a scenario script in the language of docs/scripting.md: the same cluster as far as
// the logs show it, the same order of events, and behind each statement the lines that led to it.
// Pure; the text is the same for the same story.
#pragma once

#include <string>

#include "scenarios/incident/incident.hpp"

namespace splitscope::scenarios::incident {

std::string to_scenario(const Incident& incident);

// Of the skeleton's waits: the settled phases, each as the sets of members that agreed.
struct SettledViews {
  std::vector<MemberIndexes> sets;  // sorted
  base::Duration at{};
};
std::vector<SettledViews> settled_views(const Incident& incident);

}  // namespace splitscope::scenarios::incident
