// Who may become master. First part: nobody is, and members of a well-known list vote (Hazelcast's
// TcpIpJoiner). Second part: the master was lost, and the next oldest claims (3.9 and later).
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "engine/base/endpoint.hpp"
#include "schemes/membership/members_view.hpp"
#include "schemes/membership/messages.hpp"

namespace splitscope::schemes {

// Java's hash of an address: 31 * port + hash of the host's text, in wrapping 32 bits, signed.
std::int32_t address_hash(const base::Endpoint& endpoint);

// Whether a joiner may start a vote: its hash is not above that of any address it is connected to.
// With no connection at all it may: then addresses that cannot be reached veto it, until they are
// blacklisted.
bool may_claim(const base::Endpoint& self, std::span<const base::Endpoint> connected);

// What a peer knows of itself when it is asked for its vote.
struct VoterState {
  JoinerKind joiner = JoinerKind::TcpIp;
  bool is_joined = false;  // in a cluster, hence it has a master, maybe itself
  bool is_claiming = false;
  bool knows_other_master = false;  // it means to join a master that is not the candidate
};
// Yes only of a joiner by addresses that has no master, is none, and claims nothing itself.
bool votes_yes(const VoterState& voter);

// A claim is won by every vote: silence and failures are a no.
enum class ClaimOutcome : std::uint8_t { Pending, Won, Lost };
ClaimOutcome decide_claim(std::uint32_t asked, std::uint32_t yes, std::uint32_t no_or_failed);

// Whether a member of `view` is to claim a lost mastership: it is listed, is not master, and
// suspects every member older than itself.
using IsSuspected = std::function<bool(const base::Uuid&)>;
bool should_claim_mastership(const MembersView& view, const base::Uuid& self,
                             const IsSuspected& is_suspected);

// What a member answers the claimant that asks for its list. `suspects` are the answerer's own.
FetchMembersViewAnswer::Verdict judge_claimant(const MembersView& view, const base::Uuid& claimant,
                                               const IsSuspected& is_suspected);

}  // namespace splitscope::schemes
