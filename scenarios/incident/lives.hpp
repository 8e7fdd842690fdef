// Who lived when: the lives of each member, the moments when others dropped it from their views,
// and how it was dropped. Pure; what happenings.cpp and partitions.cpp are made of.
#pragma once

#include <optional>
#include <vector>

#include "scenarios/incident/incident.hpp"
#include "scenarios/incident/phases.hpp"

namespace splitscope::scenarios::incident {

// One life of a member's process, as far as its own log tells.
struct Life {
  enum class End : std::uint8_t { LogEnds, Stopped, StartedAgain };
  base::Duration from{};
  base::Duration until{};       // the stop, the next start, or the end of the story
  base::Duration last_heard{};  // of its last line, of the cluster or not
  End end = End::LogEnds;
  bool has_start = false;  // a line says that it starts
  LinePlace begin;
  LinePlace stop;  // of a Stopped one
};
using Lives = std::vector<std::vector<Life>>;  // by member; none for one without a log
Lives find_lives(const Incident& incident);
// The life that the member was in, or had last begun, at that moment.
const Life* life_at(const Lives& lives, MemberIndex member, base::Duration at);

// A member whose view no longer names another one.
struct Loss {
  MemberIndex observer = 0;
  MemberIndex lost = 0;
  base::Duration at{};
  LinePlace place;
  base::Duration held_from{};  // its observer's views named it since then
};
// When each member itself merged, in order of time; by member.
std::vector<std::vector<base::Duration>> merge_moments(const Incident& incident);
bool has_within(const std::vector<base::Duration>& moments, base::Duration from,
                base::Duration until);

// Anybody merged in between: what is lost after a merge is lost anew.
bool has_merge_between(const Incident& incident, base::Duration from, base::Duration until);

// In order of time. What a member drops while it merges into another cluster is no loss.
std::vector<Loss> find_losses(const Incident& incident);

// What was said of a member around the moment when it was lost.
struct LossReport {
  bool is_silence = false;  // its heartbeats stopped; else its connections were closed
  std::optional<base::Duration> closed_at;    // the first of its connections
  std::optional<base::Duration> silent_from;  // it was last heard then
  std::vector<LinePlace> places;
};
LossReport report_of(const Incident& incident, const Loss& loss);

}  // namespace splitscope::scenarios::incident
