#include "scenarios/replay/alignment.hpp"

#include <catch2/catch.hpp>

using namespace splitscope;
using namespace splitscope::scenarios;
using namespace std::chrono_literals;

namespace {

constexpr base::NodeId N1{0};
constexpr base::NodeId N2{1};
constexpr AlignmentEnds Late{base::RunStart + 1h, base::RunStart + 1h};

SharedFact view(base::NodeId node, base::Duration at, Members members) {
  return {.at = base::RunStart + at,
          .node = node,
          .kind = SharedKind::View,
          .view = members,
          .master = members.front()};
}

HistoryEntry installed(base::Duration at, std::vector<base::NodeId> list) {
  return {.at = base::RunStart + at,
          .node = N1,
          .kind = base::EventKind::ViewChanged,
          .of = base::NoNode,
          .succeeded = true,
          .view = std::move(list)};
}

}  // namespace

TEST_CASE("runs that differ in time alone never part", "[replay]") {
  const auto result = align({view(N1, 1s, {N1}), view(N1, 9s, {N1, N2})},
                            {view(N1, 2s, {N1}), view(N1, 3s, {N1, N2})}, Late);
  CHECK(result.partings.empty());
  REQUIRE(result.aligned.size() == 2);
  CHECK(result.aligned[1].here_at == base::RunStart + 3s);
}

TEST_CASE("the first parting is the earliest of all members", "[replay]") {
  const auto result = align({view(N1, 5s, {N1}), view(N2, 4s, {N1, N2})},
                            {view(N1, 5s, {N1, N2}), view(N2, 4s, {N2})}, Late);
  REQUIRE(result.partings.size() == 2);
  CHECK(result.partings[0].node == N2);
  CHECK(result.partings[0].recorded->view == Members{N1, N2});
  CHECK(result.partings[0].here->view == Members{N2});
}

TEST_CASE("what a run was over for is no parting, what did not come is", "[replay]") {
  const std::vector<SharedFact> recorded{view(N1, 1s, {N1}), view(N1, 20s, {N1, N2})};
  const std::vector<SharedFact> here{view(N1, 1s, {N1})};
  CHECK(align(recorded, here, {base::RunStart + 1h, base::RunStart + 10s}).partings.empty());
  const auto missing = align(recorded, here, {base::RunStart + 1h, base::RunStart + 30s});
  REQUIRE(missing.partings.size() == 1);
  CHECK_FALSE(missing.partings[0].here.has_value());
  CHECK(align(here, recorded, {base::RunStart + 30s, base::RunStart + 1h}).partings.size() == 1);
}

TEST_CASE("views in passing, and their return, are no facts that worlds share", "[replay]") {
  History history;
  history.add(installed(1s, {N1}));
  history.add(installed(5s, {N1, N2}));
  history.add(installed(5s + 10ms, {N1}));
  history.add(installed(8s, {N2, N1}));
  const auto facts = shared_facts(history, 1s, base::RunStart + 20s);
  REQUIRE(facts.size() == 2);
  CHECK(facts[0].view == Members{N1});
  CHECK(facts[1].view == Members{N1, N2});
  CHECK(facts[1].master == N2);
  CHECK(shared_facts(history, 0s, base::RunStart + 20s).size() == 4);
}

TEST_CASE("equal facts are told apart by their number", "[replay]") {
  History history;
  history.add(installed(1s, {N1}));
  history.add(installed(5s, {N1, N2}));
  history.add(installed(9s, {N1}));
  const auto facts = shared_facts(history, 1s, base::RunStart + 20s);
  REQUIRE(facts.size() == 3);
  CHECK(facts[0].ordinal == 1);
  CHECK(facts[2].ordinal == 2);
}
