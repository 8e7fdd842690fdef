#include "schemes/membership/members_view.hpp"

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

namespace splitscope::schemes {
namespace {

using base::Endpoint;
using base::Uuid;

MemberInfo member(std::uint32_t number) {
  return {.uuid = {number, 7},
          .endpoint = {base::Ipv4{0x0a000000 + number}, 5701},
          .join_version = 0,
          .data_member = true};
}

std::vector<MemberInfo> members(std::uint32_t first, std::uint32_t count) {
  std::vector<MemberInfo> list;
  for (std::uint32_t i = 0; i < count; ++i) list.push_back(member(first + i));
  return list;
}

MembersView numbered_view(std::uint32_t count) {
  return MembersView::founded_by(member(1)).with_added(members(2, count - 1));
}

std::vector<Uuid> uuids(std::span<const MemberInfo> list) {
  std::vector<Uuid> result;
  for (const MemberInfo& info : list) result.push_back(info.uuid);
  return result;
}

// A view made by any history of joins and departures over members 1 to 40.
MembersView any_view() {
  MembersView view = MembersView::founded_by(member(*rc::gen::inRange(1u, 41u)));
  const auto steps = *rc::gen::container<std::vector<std::pair<bool, std::uint32_t>>>(rc::gen::pair(
      rc::gen::weightedElement<bool>({{3, true}, {1, false}}), rc::gen::inRange(1u, 41u)));
  for (const auto& [joins, number] : steps) {
    const MemberInfo info = member(number);
    if (joins) {
      view = view.with_added({&info, 1});
    } else if (view.size() > 1) {
      view = view.without({&info.uuid, 1});
    }
  }
  return view;
}

}  // namespace

TEST_CASE("a founder is master of a list of one with version 1", "[schemes][view]") {
  const MembersView view = MembersView::founded_by(member(1));
  CHECK(view.version() == 1);
  CHECK(view.is_master(member(1).uuid));
  CHECK(view.at(0).join_version == 1);
}

TEST_CASE("four joiners admitted at once make version 5, as recorded", "[schemes][view]") {
  const MembersView view = numbered_view(5);
  CHECK(view.version() == 5);
  CHECK(view.at(4).join_version == 5);
  CHECK(view.master()->uuid == member(1).uuid);
}

TEST_CASE("one departure raises the version by one and keeps the order", "[schemes][view]") {
  const Uuid gone = member(1).uuid;
  const MembersView view = numbered_view(3).without({&gone, 1});
  CHECK(view.version() == 4);
  CHECK(uuids(view.members()) == std::vector{member(2).uuid, member(3).uuid});
  CHECK(view.is_master(member(2).endpoint));
}

TEST_CASE("removing nobody is no new version", "[schemes][view]") {
  const Uuid stranger = member(99).uuid;
  CHECK(numbered_view(3).without({&stranger, 1}) == numbered_view(3));
}

TEST_CASE("a joiner whose uuid or endpoint is listed is skipped", "[schemes][view]") {
  MemberInfo same_endpoint = member(2);
  same_endpoint.uuid = {900, 1};
  MemberInfo same_uuid = member(50);
  same_uuid.uuid = member(3).uuid;
  const std::vector joiners{same_endpoint, same_uuid, member(4), member(4)};
  const MembersView view = numbered_view(3).with_added(joiners);
  CHECK(view.size() == 4);
  CHECK(view.version() == 4);
}

TEST_CASE("a list from outside with a duplicate is refused", "[schemes][view]") {
  CHECK_FALSE(MembersView::make(1, {member(1), member(1)}));
  MemberInfo twin = member(1);
  twin.uuid = {900, 1};
  CHECK_FALSE(MembersView::make(1, {member(1), twin}));
  CHECK_FALSE(MembersView::make(-1, {member(1)}));
  CHECK(MembersView::make(3, {member(1), member(2)}));
}

TEST_CASE("a list holds 10,000 members and not one more", "[schemes][view]") {
  const auto full = MembersView::make(1, members(1, MembersView::SizeMax));
  REQUIRE(full);
  CHECK_FALSE(MembersView::make(1, members(1, MembersView::SizeMax + 1)));
  const MemberInfo late = member(MembersView::SizeMax + 1);
  CHECK(full->with_added({&late, 1}) == *full);
  CHECK(full->find(member(9'999).endpoint)->uuid == member(9'999).uuid);
}

TEST_CASE("lookups agree with the list whatever its length", "[schemes][view]") {
  for (const std::uint32_t size : {1u, 16u, 17u, 300u}) {
    const MembersView view = numbered_view(size);
    for (std::uint32_t i = 0; i < size; ++i) {
      CHECK(view.index_of(member(i + 1).uuid) == i);
      CHECK(view.find(member(i + 1).endpoint) == &view.members()[i]);
    }
    CHECK_FALSE(view.contains(member(size + 1).uuid));
    CHECK_FALSE(view.contains(member(size + 1).endpoint));
  }
}

TEST_CASE("lite members are listed but own no data", "[schemes][view]") {
  MemberInfo lite = member(2);
  lite.data_member = false;
  const MembersView view = numbered_view(1).with_added({&lite, 1});
  CHECK(view.size() == 2);
  CHECK(view.data_member_count() == 1);
}

TEST_CASE("a list is applied only if it is newer and holds us", "[schemes][view]") {
  const MembersView own = numbered_view(3);
  const Uuid self = member(2).uuid;
  CHECK(judge_update(own, own, self) == ViewUpdate::Stale);
  CHECK(judge_update(own, own.with_version(2), self) == ViewUpdate::Stale);
  CHECK(judge_update(own, own.with_version(4), self) == ViewUpdate::Apply);
  CHECK(judge_update(own, own.without({&self, 1}), self) == ViewUpdate::NotListed);
}

TEST_CASE("a restarted member is one removed and one added", "[schemes][view]") {
  const MembersView before = numbered_view(3);
  MemberInfo reborn = member(1);
  reborn.uuid = {77, 77};
  const Uuid old = member(1).uuid;
  const MembersView after = before.without({&old, 1}).with_added({&reborn, 1});
  const ViewChange change = difference(before, after);
  CHECK(uuids(change.added) == std::vector{reborn.uuid});
  CHECK(uuids(change.removed) == std::vector{old});
  CHECK(change.master_changed);
  CHECK_FALSE(change.reordered);
}

TEST_CASE("an exchange of two members is a reordering", "[schemes][view]") {
  const auto exchanged = MembersView::make(9, {member(1), member(3), member(2)});
  REQUIRE(exchanged);
  const ViewChange change = difference(numbered_view(3), *exchanged);
  CHECK(change.reordered);
  CHECK(change.added.empty());
  CHECK_FALSE(change.master_changed);
}

TEST_CASE("a claimant publishes the newest list without those who did not accept",
          "[schemes][view]") {
  const MembersView own = numbered_view(4);
  const MemberInfo joiner = member(5);
  const std::vector answers{own, own.with_added({&joiner, 1})};
  const MembersView& newest = newest_view(own, answers);
  CHECK(newest.version() == 5);
  CHECK(uuids(unknown_members(own, newest)) == std::vector{joiner.uuid});

  const std::vector accepted{member(3).uuid, joiner.uuid};
  const MembersView claimed = claimed_view(newest, member(2).uuid, accepted);
  CHECK(claimed.version() == 6);
  CHECK(uuids(claimed.members()) == std::vector{member(2).uuid, member(3).uuid, joiner.uuid});
}

TEST_CASE("of equal versions the claimant keeps its own list", "[schemes][view]") {
  const MembersView own = numbered_view(4);
  const std::vector answers{numbered_view(3).with_version(4)};
  CHECK(&newest_view(own, answers) == &own);
}

TEST_CASE("properties of lists under any joins and departures", "[schemes][view][property]") {
  rc::prop("no uuid and no endpoint is listed twice, and lookups find every member", [] {
    const MembersView view = any_view();
    std::set<Uuid> seen;
    std::set<Endpoint> endpoints;
    for (const MemberInfo& info : view.members()) {
      RC_ASSERT(seen.insert(info.uuid).second);
      RC_ASSERT(endpoints.insert(info.endpoint).second);
      RC_ASSERT(view.find(info.uuid) == &info);
      RC_ASSERT(view.find(info.endpoint) == &info);
    }
  });
  rc::prop("join versions rise along the list and never pass the list's version", [] {
    const MembersView view = any_view();
    std::int32_t previous = 0;
    for (const MemberInfo& info : view.members()) {
      RC_ASSERT(info.join_version > previous);
      previous = info.join_version;
    }
    RC_ASSERT(previous <= view.version());
  });
  rc::prop("applying a difference to the old list gives the members of the new one", [] {
    const MembersView before = any_view();
    const MembersView after = any_view();
    const ViewChange change = difference(before, after);
    std::set<Uuid> result;
    for (const MemberInfo& info : before.members()) result.insert(info.uuid);
    for (const MemberInfo& info : change.removed) RC_ASSERT(result.erase(info.uuid) == 1);
    for (const MemberInfo& info : change.added) RC_ASSERT(result.insert(info.uuid).second);
    const auto expected = uuids(after.members());
    RC_ASSERT(result == std::set<Uuid>(expected.begin(), expected.end()));
  });
  rc::prop("equal lists hash alike, whatever their versions; others do not", [] {
    const MembersView a = any_view();
    const MembersView b = any_view();
    RC_ASSERT((a.list_hash() == b.list_hash()) == (uuids(a.members()) == uuids(b.members())));
    RC_ASSERT(a.with_version(a.version() + 9).list_hash() == a.list_hash());
  });
  rc::prop("a list is never applied twice, and never after a newer one", [] {
    const MembersView first = any_view();
    const MembersView second = any_view();
    RC_PRE(first.version() != second.version());
    const MembersView& older = first.version() < second.version() ? first : second;
    const MembersView& newer = first.version() < second.version() ? second : first;
    const Uuid self = older.at(0).uuid;
    RC_ASSERT(judge_update(newer, older, self) == ViewUpdate::Stale);
    RC_ASSERT(judge_update(newer, newer, self) == ViewUpdate::Stale);
  });
  rc::prop("a claimed list is newer than every answer and keeps the order of the newest", [] {
    const MembersView own = any_view();
    const std::vector answers{any_view(), any_view()};
    const MembersView& newest = newest_view(own, answers);
    const Uuid claimant = newest.at(newest.size() - 1).uuid;
    const MembersView claimed = claimed_view(newest, claimant, {});
    RC_ASSERT(claimed.version() > own.version());
    for (const MembersView& answer : answers) RC_ASSERT(claimed.version() > answer.version());
    RC_ASSERT(uuids(claimed.members()) == std::vector{claimant});
  });
}

}  // namespace splitscope::schemes
