// A recorded run as pictures and panels see it: what each member was at any moment, the faults, who
// was master, how many agreed. Hides that a trace tells changes and endpoints. Invariant: the spans
// of a strip follow each other without gaps from the start of the run to its end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/endpoint.hpp"
#include "engine/base/result.hpp"
#include "engine/trace/trace_reader.hpp"

namespace splitscope::viz {

// What a member is, from the facts alone: the network is not looked at.
enum class MemberCondition : std::uint8_t {
  Absent,     // its process does not run, or its host is off
  Joining,    // it runs and is in no cluster
  Up,         // it follows the master that most follow
  Suspected,  // so it does, and a live member that lists it suspects it
  Apart,      // it follows another master than the largest group
  Paused,
};
// "up", "down" for an absent one, for people.
std::string_view to_text(MemberCondition condition);

struct ConditionSpan {
  MemberCondition condition = MemberCondition::Absent;
  base::Instant begin;
  base::Instant end;
  std::uint64_t fact = 0;  // sequence of the fact that began it; 0 = the start of the run
};

struct MemberStrip {
  base::NodeId node = base::NoNode;
  std::string name;         // "n1"
  base::Endpoint endpoint;  // the last one that is known
  std::vector<ConditionSpan> spans;
};

// What the member is at that moment: the span that began last.
const ConditionSpan& span_at(const MemberStrip& strip, base::Instant at);

// A fault; without an end one that is not healed, or an act such as a kill.
struct FaultSpan {
  std::uint64_t index = 0;
  std::uint64_t kind = 0;  // a scenarios::FaultKind, or a number that this version does not know
  std::string label;       // as the scenario wrote it; else the kind's name
  base::Instant begin;
  std::optional<base::Instant> end;
  std::uint64_t fact = 0;
};

// Holds until the next one.
struct AvailabilityStep {
  base::Instant at;
  std::uint64_t live = 0;
  std::uint64_t agreed = 0;
  std::uint64_t split = 0;  // follow another master than the largest group
};

// Members that believe to be master; holds until the next one.
struct MasterStep {
  base::Instant at;
  std::vector<base::NodeId> masters;  // in the order of members
};

struct RunModel {
  std::string scenario;  // empty where the trace does not tell
  std::string seed;
  std::string digest;
  std::string verdict;                 // empty for a run that was not finished
  std::string replay;                  // the command that makes it again
  base::Instant end = base::RunStart;  // of the run, or of what is recorded of it
  std::vector<MemberStrip> members;    // by node
  std::vector<FaultSpan> faults;       // in order of begin
  // Empty where it was not recorded: traces of single members, and of early versions.
  std::vector<AvailabilityStep> availability;
  std::vector<MasterStep> masters;
  std::vector<base::TraceEvent> facts;  // all, in order

  // Null if there is none: 0, or a fact of a kind that is not known.
  const base::TraceEvent* find(std::uint64_t sequence) const;
  // Null for a node without a strip.
  const MemberStrip* member(base::NodeId node) const;
  // The member that was last known there, else the endpoint: "n3", "10.0.0.9:5701".
  std::string name_at(std::uint64_t packed_endpoint) const;
};

// What the file has of a damaged place is lost; the first damage is answered in `damage`, empty if
// there was none.
struct LoadedRun {
  RunModel model;
  std::string damage;
};
// Error, without the file's name: it holds no facts, or more than this program takes.
base::Result<LoadedRun> load_run(trace::TraceReader& reader);

// A run of this many facts takes about 7 GB.
inline constexpr std::uint64_t ModelFactsMax = 100'000'000;

struct Window {
  base::Instant begin;
  base::Instant end;
};
// Of the live members' time in the window, the share that agreed, 0 to 1; none where nobody was
// live or nothing was recorded. Exact sums, not samples.
std::optional<double> agreement_share(const RunModel& model, const Window& window);

}  // namespace splitscope::viz
