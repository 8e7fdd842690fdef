// Bugs on purpose, each at one line of the protocol, so that the checkers can be shown to find
// them. For tests only: all are off by default and no configuration file reaches them.
#pragma once

#include <array>
#include <string_view>

namespace splitscope::schemes {

struct PlantedBugs {
  // The protocol invariants see these.
  bool forget_view_version = false;           // a master removes without raising the version
  bool admit_without_version = false;         // ... or admits without raising it
  bool claim_forgets_version = false;         // a claimed list begins at version 1
  bool merge_both_ways = false;               // the cluster that should be merged into merges too
  bool lose_suspicion = false;                // a claimant forgets whom it suspects, and lists them
  bool publish_by_non_master = false;         // members publish their list too
  bool obey_any_master = false;               // a list is taken from whoever sends it
  bool keep_uuid_after_merge = false;         // a merged member keeps its identity
  bool readmit_the_removed = false;           // a heartbeat lets a removed member back in
  bool answer_joins_when_not_master = false;  // a member admits joiners without its master
  bool reorder_view_on_join = false;          // the newest member is put right behind the master
  // These show in what a cluster does not reach: agreement, a live master, one list.
  bool accept_any_claim = false;           // a mastership claim is accepted while the master lives
  bool never_remove_the_dead = false;      // a master keeps members that are gone
  bool skip_disjointness_check = false;    // clusters that share members may merge
  bool ignore_explicit_suspicion = false;  // "drop me" is not heard
  bool skip_fetch_phase = false;           // a claimant does not wait for the others' lists

  friend bool operator==(const PlantedBugs&, const PlantedBugs&) = default;
};

struct PlantedBugName {
  std::string_view name;
  bool PlantedBugs::* flag;
  bool breaks_invariant;  // the protocol invariants alone are to find it
};
// For tests that go through all of them.
inline constexpr std::array<PlantedBugName, 16> PlantedBugNames{{
    {"forget_view_version", &PlantedBugs::forget_view_version, true},
    {"admit_without_version", &PlantedBugs::admit_without_version, true},
    {"claim_forgets_version", &PlantedBugs::claim_forgets_version, true},
    {"merge_both_ways", &PlantedBugs::merge_both_ways, true},
    {"lose_suspicion", &PlantedBugs::lose_suspicion, true},
    {"publish_by_non_master", &PlantedBugs::publish_by_non_master, true},
    {"obey_any_master", &PlantedBugs::obey_any_master, true},
    {"keep_uuid_after_merge", &PlantedBugs::keep_uuid_after_merge, true},
    {"readmit_the_removed", &PlantedBugs::readmit_the_removed, true},
    {"answer_joins_when_not_master", &PlantedBugs::answer_joins_when_not_master, true},
    {"reorder_view_on_join", &PlantedBugs::reorder_view_on_join, true},
    {"accept_any_claim", &PlantedBugs::accept_any_claim, false},
    {"never_remove_the_dead", &PlantedBugs::never_remove_the_dead, false},
    {"skip_disjointness_check", &PlantedBugs::skip_disjointness_check, false},
    {"ignore_explicit_suspicion", &PlantedBugs::ignore_explicit_suspicion, false},
    {"skip_fetch_phase", &PlantedBugs::skip_fetch_phase, false},
}};

}  // namespace splitscope::schemes
