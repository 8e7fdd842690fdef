// An incident as plain text: who the members were and how their clocks stood, what happened, which
// views were held when, and on demand who saw what line by line. Same story, same text.
#pragma once

#include <string>

#include "scenarios/incident/incident.hpp"

namespace splitscope::scenarios::incident {

// "3.456s", "12:03.456", "1:02:03.456" since the story's beginning, of the shape that `length`
// needs.
std::string clock_text(base::Duration at, base::Duration length);
// "2024-05-01 12:00:08.774"; without a date "12:00:08.774".
std::string wall_text(base::WallTime time, bool has_date);
// "37.25 s ahead of n1's"; the zone apart, where the difference is mostly one.
std::string offset_text(base::Duration ahead);
// "n1 n2 | n3 n4 n5 lost each other".
std::string happening_text(const Incident& incident, const Happening& happening);
// "n1 n2 hold n1 n2; n3 n4 n5 hold n4 n3 n5".
std::string phase_text(const Incident& incident, const Phase& phase);
// "suspects n2: its heartbeats stopped"; empty for what is noise in a timeline.
std::string sight_text(const Incident& incident, const Sight& sight);
// "n2.log:17, n3.log:4 and 2 more"
std::string places_text(const Incident& incident, const std::vector<LinePlace>& places);
// What is not certain, or was left out: one sentence each.
std::vector<std::string> cautions(const Incident& incident);

struct IncidentTextOptions {
  bool has_sights = false;  // the timeline line by line
};
std::string to_plain_text(const Incident& incident, const IncidentTextOptions& options = {});

}  // namespace splitscope::scenarios::incident
