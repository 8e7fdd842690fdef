// An incident as a picture and as one HTML file that needs nothing from outside: the timeline of
// the members under what happened, and behind it the tables with the lines that say so.
#pragma once

#include <string>

#include "scenarios/incident/incident.hpp"
#include "viz/canvas/timeline.hpp"

namespace splitscope::viz {

Timeline incident_timeline(const scenarios::incident::Incident& incident);

// The timeline alone, as an SVG file with its own style.
std::string incident_picture(const scenarios::incident::Incident& incident);
std::string incident_page(const scenarios::incident::Incident& incident);

}  // namespace splitscope::viz
