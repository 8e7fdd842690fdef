// Protocol invariants: a violation is our own bug, not a finding about the cluster. They are
// checked at every event that changes what they watch, and hold for the profiles with view versions
// (3.12, 5.3).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/trace_event.hpp"
#include "scenarios/kit/observation.hpp"

namespace splitscope::scenarios {

struct Violation {
  std::string_view invariant;  // its name, for example "versions never fall"
  base::Instant at;
  base::NodeId node;
  std::string what;
};

class Invariants {
 public:
  // `before` and `after` are the same member's states around a change of its view.
  void on_view_changed(const Observation& observation, const MemberState& before,
                       const MemberState& after);
  // All facts for which watches() holds, in their order.
  void on_fact(const Observation& observation, const base::TraceEvent& fact);
  static bool watches(base::EventKind kind);

  const std::vector<Violation>& violations() const { return violations_; }

 private:
  static constexpr std::size_t ViolationsMax = 100;

  void report(std::string_view invariant, const Observation& observation, base::NodeId node,
              std::string what);
  bool is_listed(const base::Uuid& uuid) const;
  void check_versions(const Observation& observation, const MemberState& before,
                      const MemberState& after);
  void check_lists(const Observation& observation, const MemberState& after);
  void check_order(const Observation& observation, const MemberState& before,
                   const MemberState& after);
  void check_returns(const Observation& observation, const MemberState& before,
                     const MemberState& after);
  void check_publisher(const Observation& observation, const base::TraceEvent& fact);
  void check_mutual_merge(const Observation& observation, const base::TraceEvent& fact);
  void check_shared_members(const Observation& observation, const base::TraceEvent& fact);
  void check_new_master(const Observation& observation, const base::TraceEvent& fact);
  void check_told(const Observation& observation, base::Instant now);
  void note_told(const Observation& observation, const base::TraceEvent& fact);
  void note_suspicion(const Observation& observation, const base::TraceEvent& fact);

  // A member that was told to drop another, and has not yet.
  struct Told {
    base::NodeId node;
    base::Uuid own;
    base::Uuid other;
    base::Instant at;
  };

  // Hash of the list that a (master uuid, version) stands for.
  std::map<std::pair<base::Uuid, std::uint64_t>, std::uint64_t> lists_;
  // Uuids that a member dropped from its view, by member and its own uuid at the time.
  std::map<std::pair<base::NodeId, base::Uuid>, std::set<base::Uuid>> dropped_;
  // Masters that decided to merge into another: from -> (target, when).
  std::map<base::Endpoint, std::pair<base::Endpoint, base::Instant>> merging_;
  // Whom a member suspects now, by its own uuid.
  std::map<base::Uuid, std::set<base::Uuid>> suspects_;
  std::map<base::NodeId, base::Instant> view_since_;
  std::vector<Told> told_;
  std::vector<base::Uuid> listed_;  // in the view that changed, sorted; kept for its memory
  std::vector<Violation> violations_;
};

}  // namespace splitscope::scenarios
