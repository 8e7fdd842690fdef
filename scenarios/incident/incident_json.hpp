// An incident as one JSON object (docs/incident.schema.json).
#pragma once

#include <string>

#include "scenarios/incident/incident.hpp"

namespace splitscope::scenarios::incident {

std::string to_json(const Incident& incident);

}  // namespace splitscope::scenarios::incident
