// Bugs on purpose, each at one line of the protocol, so that the checkers can be shown to find
// them. For tests only: all are off by default and no configuration file reaches them.
#pragma once

#include <array>
#include <string_view>

namespace splitscope::schemes {

struct PlantedBugs {
  bool forget_view_version = false;      // a list is taken whatever its version is
  bool merge_both_ways = false;          // a master merges although the other side should
  bool lose_suspicion = false;           // a suspicion is not remembered
  bool publish_by_non_master = false;    // members publish their list too
  bool accept_any_claim = false;         // a mastership claim is accepted while the master lives
  bool keep_uuid_after_merge = false;    // a merged member keeps its identity
  bool never_remove_the_dead = false;    // a master keeps members that are gone
  bool skip_disjointness_check = false;  // clusters that share members may merge
  bool answer_joins_when_not_master = false;  // a member admits joiners without its master
  bool ignore_explicit_suspicion = false;     // "drop me" is not heard
  bool reorder_view_on_join = false;          // joiners are put first
  bool skip_fetch_phase = false;              // a claimant does not wait for the others' lists

  friend bool operator==(const PlantedBugs&, const PlantedBugs&) = default;
};

struct PlantedBugName {
  std::string_view name;
  bool PlantedBugs::* flag;
};
// For tests that go through all of them.
inline constexpr std::array<PlantedBugName, 12> PlantedBugNames{{
    {"forget_view_version", &PlantedBugs::forget_view_version},
    {"merge_both_ways", &PlantedBugs::merge_both_ways},
    {"lose_suspicion", &PlantedBugs::lose_suspicion},
    {"publish_by_non_master", &PlantedBugs::publish_by_non_master},
    {"accept_any_claim", &PlantedBugs::accept_any_claim},
    {"keep_uuid_after_merge", &PlantedBugs::keep_uuid_after_merge},
    {"never_remove_the_dead", &PlantedBugs::never_remove_the_dead},
    {"skip_disjointness_check", &PlantedBugs::skip_disjointness_check},
    {"answer_joins_when_not_master", &PlantedBugs::answer_joins_when_not_master},
    {"ignore_explicit_suspicion", &PlantedBugs::ignore_explicit_suspicion},
    {"reorder_view_on_join", &PlantedBugs::reorder_view_on_join},
    {"skip_fetch_phase", &PlantedBugs::skip_fetch_phase},
}};

}  // namespace splitscope::schemes
