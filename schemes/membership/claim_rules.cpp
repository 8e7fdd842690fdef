#include "schemes/membership/claim_rules.hpp"

#include <algorithm>
#include <string_view>

namespace splitscope::schemes {

using base::Endpoint;
using base::Uuid;

namespace {

std::uint32_t java_string_hash(std::string_view text) {
  std::uint32_t hash = 0;
  for (const char c : text) hash = 31 * hash + static_cast<unsigned char>(c);
  return hash;
}

bool suspects_all_before(const MembersView& view, const Uuid& member,
                         const IsSuspected& is_suspected) {
  const auto older = view.predecessors(member);
  return std::all_of(older.begin(), older.end(),
                     [&is_suspected](const MemberInfo& info) { return is_suspected(info.uuid); });
}

}  // namespace

std::int32_t address_hash(const Endpoint& endpoint) {
  const std::uint32_t host = java_string_hash(base::to_text(endpoint.address));
  return static_cast<std::int32_t>(31u * endpoint.port + host);
}

bool may_claim(const Endpoint& self, std::span<const Endpoint> connected) {
  const std::int32_t own = address_hash(self);
  return std::all_of(connected.begin(), connected.end(),
                     [own](const Endpoint& candidate) { return own <= address_hash(candidate); });
}

bool votes_yes(const VoterState& voter) {
  const bool by_address =
      voter.joiner == JoinerKind::TcpIp || voter.joiner == JoinerKind::Discovery;
  return by_address && !voter.is_joined && !voter.is_claiming && !voter.knows_other_master;
}

ClaimOutcome decide_claim(std::uint32_t asked, std::uint32_t yes, std::uint32_t no_or_failed) {
  if (no_or_failed > 0) return ClaimOutcome::Lost;
  return yes >= asked ? ClaimOutcome::Won : ClaimOutcome::Pending;
}

bool should_claim_mastership(const MembersView& view, const Uuid& self,
                             const IsSuspected& is_suspected) {
  if (!view.contains(self) || view.is_master(self)) return false;
  return suspects_all_before(view, self, is_suspected);
}

FetchMembersViewAnswer::Verdict judge_claimant(const MembersView& view, const Uuid& claimant,
                                               const IsSuspected& is_suspected) {
  using Verdict = FetchMembersViewAnswer::Verdict;
  if (!view.contains(claimant)) return Verdict::Refused;
  return suspects_all_before(view, claimant, is_suspected) ? Verdict::Accepted
                                                           : Verdict::RetryLater;
}

}  // namespace splitscope::schemes
