// Where the views of several members parted and came together: the stretches of time in which
// nobody's view changed. Pure.
#pragma once

#include <vector>

#include "scenarios/incident/incident.hpp"

namespace splitscope::scenarios::incident {

// A member that was not running, or not heard, for a time.
struct Absence {
  MemberIndex member = 0;
  base::Duration from{};
  base::Duration until{};
};

// Phases of at least PhaseLengthMin, and the last one. Who is absent holds no view.
std::vector<Phase> find_phases(const Incident& incident, const std::vector<Absence>& absences);

}  // namespace splitscope::scenarios::incident
