#include "schemes/membership/claim_rules.hpp"

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

namespace splitscope::schemes {
namespace {

using base::Endpoint;
using base::Uuid;
using Verdict = FetchMembersViewAnswer::Verdict;

Endpoint lab(std::uint8_t last, std::uint16_t port = 5701) {
  return {base::ipv4(10, 77, 0, last), port};
}

Endpoint any_endpoint() {
  return {base::Ipv4{*rc::gen::arbitrary<std::uint32_t>()},
          *rc::gen::inRange<std::uint16_t>(1, 65535)};
}

MembersView view_of(std::uint32_t count) {
  std::vector<MemberInfo> members;
  for (std::uint32_t i = 1; i <= count; ++i) {
    members.push_back({.uuid = {i, i}, .endpoint = lab(static_cast<std::uint8_t>(i))});
  }
  return *MembersView::make(static_cast<std::int32_t>(count), std::move(members));
}

IsSuspected suspects(std::set<std::uint64_t> numbers) {
  return [numbers = std::move(numbers)](const Uuid& uuid) { return numbers.contains(uuid.high); };
}

}  // namespace

TEST_CASE("an address hashes as Java does: 31 * port + String.hashCode(host)", "[schemes][claim]") {
  // The hashes of the host texts were computed apart, in 32-bit wrapping arithmetic.
  CHECK(address_hash({base::ipv4(127, 0, 0, 1), 5701}) == 1'505'998'205 + 31 * 5701);
  CHECK(address_hash(lab(11)) == -146'175'459 + 31 * 5701);
  CHECK(address_hash({base::ipv4(192, 168, 1, 200), 5701}) == -2'051'272'298 + 31 * 5701);
}

TEST_CASE("of hosts in one range the smaller last octet has the smaller hash", "[schemes][claim]") {
  CHECK(address_hash(lab(11)) < address_hash(lab(12)));
  CHECK(address_hash(lab(11, 5701)) < address_hash(lab(11, 5702)));
}

TEST_CASE("the smallest of the connected claims, and so does one connected to nobody",
          "[schemes][claim]") {
  const std::vector others{lab(12), lab(13)};
  CHECK(may_claim(lab(11), others));
  CHECK_FALSE(may_claim(lab(14), others));
  CHECK(may_claim(lab(14), {}));
}

TEST_CASE("a vote is yes only of an address joiner with no master that claims nothing",
          "[schemes][claim]") {
  CHECK(votes_yes({}));
  CHECK(votes_yes({.joiner = JoinerKind::Discovery}));
  CHECK_FALSE(votes_yes({.joiner = JoinerKind::Multicast}));
  CHECK_FALSE(votes_yes({.is_joined = true}));
  CHECK_FALSE(votes_yes({.is_claiming = true}));
  CHECK_FALSE(votes_yes({.knows_other_master = true}));
}

TEST_CASE("a claim is won by all votes and lost by one", "[schemes][claim]") {
  CHECK(decide_claim(3, 2, 0) == ClaimOutcome::Pending);
  CHECK(decide_claim(3, 3, 0) == ClaimOutcome::Won);
  CHECK(decide_claim(3, 2, 1) == ClaimOutcome::Lost);
  CHECK(decide_claim(0, 0, 0) == ClaimOutcome::Won);
}

TEST_CASE("the next oldest claims a lost mastership once it suspects all older ones",
          "[schemes][claim]") {
  const MembersView view = view_of(4);
  CHECK(should_claim_mastership(view, {2, 2}, suspects({1})));
  CHECK_FALSE(should_claim_mastership(view, {3, 3}, suspects({1})));
  CHECK(should_claim_mastership(view, {3, 3}, suspects({1, 2})));
  CHECK_FALSE(should_claim_mastership(view, {1, 1}, suspects({})));
  CHECK_FALSE(should_claim_mastership(view, {9, 9}, suspects({1, 2, 3, 4})));
}

TEST_CASE("a claimant is accepted by those who suspect the same, told to retry by others",
          "[schemes][claim]") {
  const MembersView view = view_of(4);
  CHECK(judge_claimant(view, {2, 2}, suspects({1})) == Verdict::Accepted);
  CHECK(judge_claimant(view, {2, 2}, suspects({})) == Verdict::RetryLater);
  CHECK(judge_claimant(view, {3, 3}, suspects({1})) == Verdict::RetryLater);
  CHECK(judge_claimant(view, {9, 9}, suspects({1})) == Verdict::Refused);
}

TEST_CASE("properties of claims", "[schemes][claim][property]") {
  rc::prop("of joiners connected to one another, those that may claim share one hash", [] {
    const auto count = *rc::gen::inRange<std::size_t>(2, 8);
    std::vector<Endpoint> joiners;
    for (std::size_t i = 0; i < count; ++i) joiners.push_back(any_endpoint());
    std::set<std::int32_t> claiming;
    for (const Endpoint& self : joiners) {
      std::vector<Endpoint> others = joiners;
      std::erase(others, self);
      if (may_claim(self, others)) claiming.insert(address_hash(self));
    }
    RC_ASSERT(claiming.size() == 1u);
  });
  rc::prop("two that claim at once never both win each other's vote", [] {
    const VoterState claimant{.is_claiming = true,
                              .knows_other_master = *rc::gen::arbitrary<bool>()};
    RC_ASSERT(!votes_yes(claimant));
  });
  rc::prop("two members with the same suspicions never both claim", [] {
    const MembersView view = view_of(6);
    const auto numbers =
        *rc::gen::container<std::set<std::uint64_t>>(rc::gen::inRange<std::uint64_t>(1, 7));
    std::uint32_t unsuspected_claims = 0;
    for (const MemberInfo& member : view.members()) {
      const bool claims = should_claim_mastership(view, member.uuid, suspects(numbers));
      if (claims && !numbers.contains(member.uuid.high)) ++unsuspected_claims;
    }
    RC_ASSERT(unsuspected_claims <= 1u);
  });
  rc::prop("whoever accepts a claimant would not accept an unsuspected older one's rival", [] {
    const MembersView view = view_of(6);
    const auto numbers =
        *rc::gen::container<std::set<std::uint64_t>>(rc::gen::inRange<std::uint64_t>(1, 7));
    std::vector<std::uint64_t> accepted;
    for (const MemberInfo& member : view.members()) {
      if (judge_claimant(view, member.uuid, suspects(numbers)) == Verdict::Accepted &&
          !numbers.contains(member.uuid.high)) {
        accepted.push_back(member.uuid.high);
      }
    }
    RC_ASSERT(accepted.size() <= 1u);
  });
}

}  // namespace splitscope::schemes
