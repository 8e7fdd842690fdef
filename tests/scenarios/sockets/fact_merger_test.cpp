#include "scenarios/sockets/fact_merger.hpp"

#include <catch2/catch.hpp>

namespace splitscope::scenarios {
namespace {

using namespace std::chrono_literals;

base::TraceEvent fact(base::Duration at, std::uint32_t node, std::uint64_t sequence,
                      std::uint64_t cause = 0) {
  base::TraceEvent event;
  event.time = base::RunStart + at;
  event.node = base::NodeId{node};
  event.incarnation = base::Incarnation{1};
  event.sequence = sequence;
  event.cause = cause;
  return event;
}

}  // namespace

TEST_CASE("facts of several members come out in order of time, with the causes of their own life",
          "[scenarios][sockets]") {
  FactMerger merger;
  merger.add(fact(20ms, 1, 1));
  merger.add(fact(10ms, 0, 1));
  merger.add(fact(30ms, 0, 2, 1));
  merger.add(fact(40ms, 1, 2, 1));
  CHECK(merger.take(base::RunStart + FactMerger::Patience).empty());
  auto facts = merger.take(base::RunStart + 30ms + FactMerger::Patience);
  REQUIRE(facts.size() == 3);
  CHECK(facts[0].node == base::NodeId{0});
  CHECK(facts[1].node == base::NodeId{1});
  CHECK(facts[2].sequence == 3);
  CHECK(facts[2].cause == 1);
  facts = merger.take_all();
  REQUIRE(facts.size() == 1);
  CHECK(facts[0].cause == 2);
}

TEST_CASE("a fact that comes too late is given the time of the last", "[scenarios][sockets]") {
  FactMerger merger;
  merger.add(fact(1s, 0, 1));
  CHECK(merger.take(base::RunStart + 2s).size() == 1);
  merger.add(fact(500ms, 1, 1));
  const auto facts = merger.take(base::RunStart + 2s);
  REQUIRE(facts.size() == 1);
  CHECK(facts[0].time == base::RunStart + 1s);
  CHECK(facts[0].sequence == 2);
}

}  // namespace splitscope::scenarios
