// Several members' logs as one story on one clock: who the members were, what each saw and when,
// which view each held, and where the views parted and came together. Pure; start reading at
// make_incident().
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "scenarios/incident/clock_alignment.hpp"
#include "scenarios/incident/log_reader.hpp"

namespace splitscope::scenarios::incident {

using MemberIndex = std::uint32_t;
using MemberIndexes = std::vector<MemberIndex>;

// A line of a log.
struct LinePlace {
  std::size_t log = 0;
  std::uint32_t line = 0;
  friend auto operator<=>(const LinePlace&, const LinePlace&) = default;
};

struct IncidentMember {
  std::string name;  // "n1", or what the user called it
  Address address;
  std::vector<std::size_t> logs;  // in the order of their times; empty: only others speak of it
  bool has_log() const { return !logs.empty(); }
};

// An event of a log at its place in the story.
struct Sight {
  base::Duration at{};  // since the story's beginning
  MemberIndex by = 0;
  std::optional<MemberIndex> subject;
  std::optional<MemberIndex> other;
  LinePlace place;
  std::size_t event = 0;  // of its log
};

// A view that a member held, until it held another one or was gone.
struct ViewSpan {
  MemberIndex member = 0;
  base::Duration from{};
  base::Duration until{};
  MemberIndexes list;  // oldest first: the first is the master
  std::optional<std::uint64_t> version;
  bool is_whole = true;
  LinePlace place;
};

// Members that hold one view.
struct ViewGroup {
  MemberIndexes holders;  // with a log
  MemberIndexes list;     // the view, oldest first
};

// A stretch of time in which nobody's view changed.
struct Phase {
  base::Duration from{};
  base::Duration until{};
  std::vector<ViewGroup> groups;
  std::vector<LinePlace> places;  // the lines with which it came about
  // All lists are whole and name their holders alone: nobody holds one that others have left.
  bool is_settled = false;
};

enum class HappeningKind : std::uint8_t {
  AlreadyRunning,  // the logs begin after its start
  Start,
  Kill,      // its process was gone, and its kernel closed the connections
  Stop,      // a graceful shutdown
  PowerOff,  // it fell silent, and its log says no more
  Pause,     // it fell silent and went on later, as after SIGSTOP or a long collection
  Resume,
  Partition,  // the sides lived on and lost each other
  Heal,       // the sides met again, at the latest then
  Merge,      // sides[0] gave up its cluster for that of sides[1]
};
std::string_view to_text(HappeningKind kind);

// What must have happened, as far as the logs tell.
struct Happening {
  HappeningKind kind = HappeningKind::Start;
  base::Duration at{};
  std::vector<MemberIndexes> sides;  // acts have their members in sides[0]
  std::vector<LinePlace> places;     // the lines that say so; at most PlacesMax
  bool is_inferred = false;          // no line says it outright
};
inline constexpr std::size_t PlacesMax = 6;

struct Incident {
  std::vector<MemberLog> logs;
  std::vector<MemberClock> clocks;  // one a log
  std::vector<IncidentMember> members;
  base::WallTime began;  // on the reference's clock
  bool has_dates = true;
  base::Duration length{};
  std::vector<Sight> sights;          // in order of time; within one log in order of lines
  std::vector<ViewSpan> spans;        // by member, in order of time
  std::vector<Happening> happenings;  // in order of time
  std::vector<Phase> phases;          // those that lasted
};

inline constexpr std::size_t LogsMax = 64;
inline constexpr std::size_t IncidentMembersMax = 256;
// Shorter phases are passing: views travel to their members one after another.
inline constexpr base::Duration PhaseLengthMin = std::chrono::milliseconds{1'500};

// Errors: no log says anything of a cluster, there are too many, or two names clash.
base::Result<Incident> make_incident(std::vector<MemberLog> logs);

const LogEvent& event_of(const Incident& incident, const Sight& sight);
// Whether the member holds a view at that moment, and which.
const ViewSpan* span_at(const Incident& incident, MemberIndex member, base::Duration at);
// "n1", "n2 n3"; `separator` between them.
std::string names_of(const Incident& incident, const MemberIndexes& members,
                     std::string_view separator = " ");
// "n2.log:17"
std::string to_text(const Incident& incident, const LinePlace& place);
// Sorted.
MemberIndexes sorted(MemberIndexes members);

}  // namespace splitscope::scenarios::incident
