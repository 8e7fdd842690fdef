// What members reported, asked for afterwards.
#include "scenarios/kit/history.hpp"

#include <catch2/catch.hpp>

using namespace splitscope;
using namespace splitscope::scenarios;
using namespace std::chrono_literals;
using base::EventKind;
using base::NodeId;

namespace {

HistoryEntry entry(std::chrono::seconds at, std::uint32_t node, EventKind kind,
                   std::vector<NodeId> view) {
  HistoryEntry result;
  result.at = base::RunStart + at;
  result.node = NodeId{node};
  result.kind = kind;
  result.view = std::move(view);
  return result;
}

History three_views() {
  History history;
  history.add(entry(1s, 0, EventKind::ViewChanged, {NodeId{0}}));
  history.add(entry(2s, 0, EventKind::ViewChanged, {NodeId{0}, NodeId{1}}));
  history.add(entry(2s, 0, EventKind::MemberAdded, {NodeId{0}, NodeId{1}}));
  history.add(entry(9s, 0, EventKind::ViewChanged, {NodeId{0}}));
  return history;
}

}  // namespace

TEST_CASE("history: the first event of a kind after a moment is found", "[scenarios][kit]") {
  const History history = three_views();
  const HistoryEntry* found = history.first(
      {.kind = EventKind::ViewChanged, .by = {}, .of = {}, .after = base::RunStart + 2s});
  REQUIRE(found != nullptr);
  CHECK(found->at == base::RunStart + 2s);
  CHECK(history.first({.kind = EventKind::ViewChanged, .by = NodeId{1}, .of = {}}) == nullptr);
  CHECK(history.count({.kind = EventKind::ViewChanged, .by = {}, .of = {}}) == 3);
}

TEST_CASE("history: views are the lists that differ from the one before", "[scenarios][kit]") {
  const History history = three_views();
  CHECK(history.views(NodeId{0}, base::RunStart).size() == 3);
  CHECK(history.views(NodeId{0}, base::RunStart + 3s).front()->at == base::RunStart + 9s);
  CHECK(history.views(NodeId{1}, base::RunStart).empty());
}

TEST_CASE("history: what comes after the most is dropped, and it says so", "[scenarios][kit]") {
  History history;
  for (std::size_t i = 0; i <= History::EntriesMax; ++i) {
    history.add(entry(1s, 0, EventKind::ViewChanged, {}));
  }
  CHECK(history.is_full());
  CHECK(history.entries().size() == History::EntriesMax);
}
