// Which of two clusters that have found each other gives itself up and joins the other. Both sides
// compute it from the same two descriptions, and must never both decide to merge. Source:
// Hazelcast's AbstractJoiner and SplitBrainMergeValidationOp; ties by rule 13 of the recordings.
#pragma once

#include <cstdint>
#include <string_view>

#include "schemes/membership/messages.hpp"
#include "schemes/membership/profile.hpp"

namespace splitscope::schemes {

// The numbers are an argument of the fact SplitBrainChecked: never reuse one.
enum class MergeDecision : std::uint8_t {
  LocalShouldMerge = 0,
  RemoteShouldMerge = 1,
  OtherClusterName = 2,
  OtherJoiner = 3,
  OtherVersion = 4,   // major.minor differ
  AlreadyMember = 5,  // the remote master is in our own list: it is dropped first
  MembersShared = 6,  // a member is in both lists: a partial split, made a full one first
  SameMaster = 7,     // we asked ourselves
};
std::string_view to_text(MergeDecision decision);
// Neither side may merge now.
constexpr bool cannot_merge(MergeDecision decision) {
  return decision > MergeDecision::RemoteShouldMerge;
}

// Each description is of a master: `from.endpoint` its own address, `members` its whole list.
// The order of the checks is that of the enumerators' causes: name, joiner, version, membership,
// size (more data members win), tie.
MergeDecision decide_merge(const SplitBrainCheck& local, const SplitBrainCheck& remote,
                           const Behaviour& behaviour);

// The members of `local` that `remote` lists too, in local order.
std::vector<base::Endpoint> shared_members(const SplitBrainCheck& local,
                                           const SplitBrainCheck& remote);

// "[10.0.0.1]:5701", as Hazelcast compares it: text order, so .11 comes before .2 and 9 after 10.
std::string merge_text(const base::Endpoint& endpoint);
// Whether the first gives way in a tie. Of equal hashes the text decides, so one always does.
bool gives_way(const base::Endpoint& local, const base::Endpoint& remote, TieBreak tie_break);

}  // namespace splitscope::schemes
