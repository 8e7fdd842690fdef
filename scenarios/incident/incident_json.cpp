#include "scenarios/incident/incident_json.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/base/utf8.hpp"
#include "scenarios/incident/incident_text.hpp"

namespace splitscope::scenarios::incident {
namespace {

namespace json = boost::json;

double seconds(base::Duration duration) {
  return static_cast<double>(duration.count()) / 1e9;
}

json::string text(const std::string& bytes) {
  return json::string(base::well_formed_utf8(bytes));
}

json::array names(const Incident& incident, const MemberIndexes& members) {
  json::array array;
  for (const MemberIndex member : members) {
    array.push_back(json::value(text(incident.members[member].name)));
  }
  return array;
}

json::array lines(const Incident& incident, const std::vector<LinePlace>& places) {
  json::array array;
  for (const LinePlace& place : places) {
    array.push_back(json::value(text(to_text(incident, place))));
  }
  return array;
}

json::object log_object(const Incident& incident, std::size_t index) {
  const MemberLog& log = incident.logs[index];
  const MemberClock& clock = incident.clocks[index];
  json::object object;
  object["file"] = text(log.file);
  object["lines"] = log.line_count;
  object["events"] = log.events.size();
  if (log.major != 0) object["version"] = fmt::format("{}.{}", log.major, log.minor);
  object["clock"] = json::object{
      {"aligned", clock.is_aligned},
      {"ahead_seconds", seconds(clock.ahead)},
      {"uncertainty_seconds", seconds(clock.uncertainty)},
      {"shared_events", clock.shared_count},
      {"aligned_by", text(incident.logs[clock.aligned_by].file)},
  };
  return object;
}

json::array members_array(const Incident& incident) {
  json::array array;
  for (const IncidentMember& member : incident.members) {
    json::array logs;
    for (const std::size_t log : member.logs) logs.push_back(log_object(incident, log));
    array.push_back(json::object{{"name", text(member.name)},
                                 {"address", to_text(member.address)},
                                 {"logs", std::move(logs)}});
  }
  return array;
}

json::array happenings_array(const Incident& incident) {
  json::array array;
  for (const Happening& happening : incident.happenings) {
    json::array sides;
    for (const MemberIndexes& side : happening.sides) {
      sides.push_back(json::value(names(incident, side)));
    }
    array.push_back(json::object{{"at_seconds", seconds(happening.at)},
                                 {"kind", to_text(happening.kind)},
                                 {"sides", std::move(sides)},
                                 {"words", text(happening_text(incident, happening))},
                                 {"inferred", happening.is_inferred},
                                 {"lines", lines(incident, happening.places)}});
  }
  return array;
}

json::array phases_array(const Incident& incident) {
  json::array array;
  for (const Phase& phase : incident.phases) {
    json::array groups;
    for (const ViewGroup& group : phase.groups) {
      groups.push_back(json::object{{"holders", names(incident, group.holders)},
                                    {"view", names(incident, group.list)}});
    }
    array.push_back(json::object{{"from_seconds", seconds(phase.from)},
                                 {"until_seconds", seconds(phase.until)},
                                 {"settled", phase.is_settled},
                                 {"groups", std::move(groups)},
                                 {"lines", lines(incident, phase.places)}});
  }
  return array;
}

json::array views_array(const Incident& incident) {
  json::array array;
  for (const ViewSpan& span : incident.spans) {
    json::object object;
    object["member"] = text(incident.members[span.member].name);
    object["from_seconds"] = seconds(span.from);
    object["until_seconds"] = seconds(span.until);
    object["view"] = names(incident, span.list);
    if (span.version.has_value()) object["version"] = *span.version;
    object["whole"] = span.is_whole;
    object["line"] = text(to_text(incident, span.place));
    array.push_back(std::move(object));
  }
  return array;
}

json::array sights_array(const Incident& incident) {
  json::array array;
  for (const Sight& sight : incident.sights) {
    const LogEvent& event = event_of(incident, sight);
    json::object object;
    object["at_seconds"] = seconds(sight.at);
    object["by"] = text(incident.members[sight.by].name);
    object["kind"] = to_text(event.kind);
    if (sight.subject.has_value()) {
      object["subject"] = text(incident.members[*sight.subject].name);
    }
    if (sight.other.has_value()) object["other"] = text(incident.members[*sight.other].name);
    if (event.cause != Cause::None) object["cause"] = to_text(event.cause);
    if (event.repeats > 1) object["repeats"] = event.repeats;
    object["line"] = text(to_text(incident, sight.place));
    array.push_back(std::move(object));
  }
  return array;
}

}  // namespace

std::string to_json(const Incident& incident) {
  json::array warnings;
  for (const std::string& words : cautions(incident)) warnings.push_back(json::value(text(words)));
  json::object object;
  object["began"] = wall_text(incident.began, incident.has_dates);
  object["length_seconds"] = seconds(incident.length);
  object["members"] = members_array(incident);
  object["happenings"] = happenings_array(incident);
  object["phases"] = phases_array(incident);
  object["views"] = views_array(incident);
  object["sights"] = sights_array(incident);
  object["cautions"] = std::move(warnings);
  return json::serialize(object) + "\n";
}

}  // namespace splitscope::scenarios::incident
