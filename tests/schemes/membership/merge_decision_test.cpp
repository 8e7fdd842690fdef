#include "schemes/membership/merge_decision.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

namespace splitscope::schemes {
namespace {

using base::Endpoint;

Endpoint at_host(std::uint8_t last, std::uint16_t port = 5701) {
  return {base::ipv4(10, 77, 0, last), port};
}

// A cluster of these hosts, the first its master.
SplitBrainCheck cluster(std::initializer_list<std::uint8_t> hosts) {
  SplitBrainCheck check;
  for (const std::uint8_t host : hosts) check.members.push_back(at_host(host));
  check.from.endpoint = check.members.front();
  check.from.cluster_name = "dev";
  check.from.version = {5, 3, 8};
  check.data_member_count = static_cast<std::uint32_t>(check.members.size());
  return check;
}

SplitBrainCheck any_cluster() {
  SplitBrainCheck check;
  const auto size = *rc::gen::inRange<std::size_t>(1, 6);
  for (std::size_t i = 0; i < size; ++i) {
    const Endpoint member = at_host(*rc::gen::inRange<std::uint8_t>(1, 30),
                                    *rc::gen::element<std::uint16_t>(5701, 5702, 15701));
    check.members.push_back(member);
  }
  check.from.endpoint = check.members.front();
  check.from.cluster_name = *rc::gen::weightedElement<std::string>({{9, "dev"}, {1, "prod"}});
  check.from.version = {5, *rc::gen::weightedElement<std::uint8_t>({{9, 3}, {1, 2}}), 8};
  check.data_member_count = *rc::gen::inRange<std::uint32_t>(0, 6);
  return check;
}

Behaviour any_behaviour() {
  return behaviour_of({*rc::gen::element(Engine::Hz35, Engine::Hz312, Engine::Hz53), false});
}

constexpr Behaviour Modern{};

}  // namespace

TEST_CASE("the smaller cluster merges into the larger", "[schemes][merge]") {
  const auto small = cluster({11, 12});
  const auto large = cluster({13, 14, 15});
  CHECK(decide_merge(small, large, Modern) == MergeDecision::LocalShouldMerge);
  CHECK(decide_merge(large, small, Modern) == MergeDecision::RemoteShouldMerge);
}

TEST_CASE("only data members count for the size", "[schemes][merge]") {
  auto with_lite = cluster({11, 12, 13});
  with_lite.data_member_count = 1;
  CHECK(decide_merge(with_lite, cluster({14, 15}), Modern) == MergeDecision::LocalShouldMerge);
}

TEST_CASE("in a tie the master with the greater text merges: n4 into n1", "[schemes][merge]") {
  CHECK(decide_merge(cluster({14}), cluster({11}), Modern) == MergeDecision::LocalShouldMerge);
  CHECK(decide_merge(cluster({11}), cluster({14}), Modern) == MergeDecision::RemoteShouldMerge);
}

TEST_CASE("the text order is that of characters, not of numbers", "[schemes][merge]") {
  CHECK(merge_text(at_host(2)) == "[10.77.0.2]:5701");
  CHECK(gives_way(at_host(9), at_host(10), TieBreak::GreaterText));
  CHECK(gives_way(at_host(2), at_host(11), TieBreak::GreaterText));
  CHECK(gives_way(at_host(11, 5702), at_host(11, 5701), TieBreak::GreaterText));
}

TEST_CASE("3.5 breaks a tie by the greater address hash", "[schemes][merge]") {
  const Behaviour old = behaviour_of({Engine::Hz35, false});
  // By text .9 is the greater; by hash .10, as it is longer.
  CHECK(decide_merge(cluster({10}), cluster({9}), Modern) == MergeDecision::RemoteShouldMerge);
  CHECK(decide_merge(cluster({10}), cluster({9}), old) == MergeDecision::LocalShouldMerge);
  CHECK(decide_merge(cluster({9}), cluster({10}), old) == MergeDecision::RemoteShouldMerge);
}

TEST_CASE("clusters of another name, joiner or minor version never merge", "[schemes][merge]") {
  auto other = cluster({14});
  other.from.cluster_name = "prod";
  CHECK(decide_merge(cluster({11}), other, Modern) == MergeDecision::OtherClusterName);
  other = cluster({14});
  other.from.joiner = JoinerKind::Multicast;
  CHECK(decide_merge(cluster({11}), other, Modern) == MergeDecision::OtherJoiner);
  other = cluster({14});
  other.from.version = {5, 2, 8};
  CHECK(decide_merge(cluster({11}), other, Modern) == MergeDecision::OtherVersion);
  other.from.version = {5, 3, 1};
  CHECK(decide_merge(cluster({11}), other, Modern) == MergeDecision::RemoteShouldMerge);
}

TEST_CASE("3.5 merges across minor versions", "[schemes][merge]") {
  auto other = cluster({14});
  other.from.version = {5, 2, 8};
  const auto decision = decide_merge(cluster({11}), other, behaviour_of({Engine::Hz35, false}));
  CHECK_FALSE(cannot_merge(decision));
}

TEST_CASE("lists that share a member cannot merge until the split is a full one",
          "[schemes][merge]") {
  const auto ours = cluster({11, 12, 13});
  CHECK(decide_merge(ours, cluster({12, 14}), Modern) == MergeDecision::AlreadyMember);
  CHECK(decide_merge(ours, cluster({14, 11}), Modern) == MergeDecision::MembersShared);
  CHECK(decide_merge(ours, cluster({14, 13}), Modern) == MergeDecision::MembersShared);
  CHECK(shared_members(ours, cluster({14, 13, 12})) == std::vector{at_host(12), at_host(13)});
  CHECK(decide_merge(ours, ours, Modern) == MergeDecision::SameMaster);
}

TEST_CASE("properties of the merge decision", "[schemes][merge][property]") {
  rc::prop("two clusters never each decide to merge into the other", [] {
    const auto a = any_cluster();
    const auto b = any_cluster();
    const auto behaviour = any_behaviour();
    const auto ab = decide_merge(a, b, behaviour);
    const auto ba = decide_merge(b, a, behaviour);
    RC_ASSERT(!(ab == MergeDecision::LocalShouldMerge && ba == MergeDecision::LocalShouldMerge));
  });
  rc::prop("if they may merge, exactly one side does, and both say which", [] {
    const auto a = any_cluster();
    const auto b = any_cluster();
    const auto behaviour = any_behaviour();
    const auto ab = decide_merge(a, b, behaviour);
    const auto ba = decide_merge(b, a, behaviour);
    RC_ASSERT(cannot_merge(ab) == cannot_merge(ba));
    if (!cannot_merge(ab)) RC_ASSERT(ab != ba);
  });
  rc::prop("the order of ties is total", [] {
    const Endpoint a = any_cluster().from.endpoint;
    const Endpoint b = any_cluster().from.endpoint;
    const auto tie_break = *rc::gen::element(TieBreak::GreaterText, TieBreak::GreaterHash);
    const bool same = a == b;
    const bool one_gives_way = gives_way(a, b, tie_break) != gives_way(b, a, tie_break);
    RC_ASSERT(one_gives_way != same);
  });
}

}  // namespace splitscope::schemes
