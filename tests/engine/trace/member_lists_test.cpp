#include "engine/trace/member_lists.hpp"

#include <catch2/catch.hpp>

#include "facts.hpp"

using namespace splitscope;
using namespace splitscope::trace;
using base::EventKind;
using test::fact;
using test::First;
using test::Second;

namespace {

base::TraceEvent added(base::Endpoint endpoint, std::uint64_t uuid, std::uint64_t index) {
  return fact(EventKind::MemberAdded, {}, {base::pack(endpoint), uuid, uuid, index});
}

base::TraceEvent removed(base::Endpoint endpoint, std::uint64_t uuid) {
  return fact(EventKind::MemberRemoved, {}, {base::pack(endpoint), uuid, uuid, 0});
}

}  // namespace

TEST_CASE("member lists: members stand where they were added, until they are removed",
          "[engine][trace]") {
  MemberLists lists;
  lists.apply(added(First, 1, 0));
  lists.apply(added(Second, 2, 0));
  REQUIRE(lists.of(base::NodeId{0}).size() == 2);
  CHECK(lists.of(base::NodeId{0})[0].endpoint == Second);
  lists.apply(added(Second, 2, 1));
  CHECK(lists.of(base::NodeId{0})[0].endpoint == First);
  lists.apply(removed(First, 1));
  CHECK(lists.of(base::NodeId{0}) == std::vector<ListEntry>{{Second, {2, 2}}});
  CHECK(lists.of(base::NodeId{7}).empty());
}

TEST_CASE("member lists: a merge begins the list anew with its first member", "[engine][trace]") {
  MemberLists lists;
  lists.apply(added(First, 1, 0));
  lists.apply(fact(EventKind::MergeStarted, {}, {base::pack(Second), 0}));
  CHECK(lists.of(base::NodeId{0}).size() == 1);
  lists.apply(added(Second, 2, 0));
  lists.apply(added(First, 3, 1));
  CHECK(lists.of(base::NodeId{0}) == std::vector<ListEntry>{{Second, {2, 2}}, {First, {3, 3}}});
}

TEST_CASE("member lists: a new process has an empty list, and an index beyond it is its end",
          "[engine][trace]") {
  MemberLists lists;
  lists.apply(added(First, 1, 0));
  lists.apply(fact(EventKind::ProcessStarted, {}));
  CHECK(lists.of(base::NodeId{0}).empty());
  lists.apply(added(First, 1, ~0ULL));
  CHECK(lists.of(base::NodeId{0}).size() == 1);
}

TEST_CASE("member lists: no list grows beyond its maximum", "[engine][trace]") {
  MemberLists lists;
  for (std::uint64_t i = 0; i < MemberLists::MembersMax + 5; ++i) lists.apply(added(First, i, i));
  CHECK(lists.of(base::NodeId{0}).size() == MemberLists::MembersMax);
}
