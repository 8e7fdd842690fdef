#include "engine/trace/open_facts.hpp"

#include <catch2/catch.hpp>

#include "facts.hpp"

using namespace splitscope;
using namespace splitscope::trace;
using base::EventKind;
using test::fact;

TEST_CASE("open facts: a process that exits forgets its view and master", "[engine][trace]") {
  OpenFacts facts;
  for (const base::TraceEvent& event : test::story()) {
    if (event.kind == EventKind::ProcessExited) {
      CHECK(facts.find(base::NodeId{1}, FactSlot::Master) != nullptr);
    }
    facts.apply(event);
  }
  CHECK(facts.find(base::NodeId{1}, FactSlot::Master) == nullptr);
  CHECK(facts.find(base::NodeId{1}, FactSlot::Membership) == nullptr);
  CHECK(facts.incarnation(base::NodeId{1}) == base::Incarnation{1});
  const base::TraceEvent* view = facts.find(base::NodeId{0}, FactSlot::View);
  REQUIRE(view != nullptr);
  CHECK(view->arguments[0] == 3);
  CHECK(facts.find(base::NodeId{9}, FactSlot::View) == nullptr);
}

TEST_CASE("open facts: faults are open until they are healed", "[engine][trace]") {
  OpenFacts facts;
  facts.apply(fact(EventKind::FaultApplied, {}, {4, 1}));
  facts.apply(fact(EventKind::FaultApplied, {}, {5, 1}));
  facts.apply(fact(EventKind::FaultHealed, {}, {4}));
  CHECK(facts.faults().size() == 1);
  CHECK(facts.faults().contains(5));
}

TEST_CASE("open facts: their list makes equal facts", "[engine][trace]") {
  REQUIRE(rc::check([] {
    OpenFacts facts;
    for (const base::TraceEvent& event : *test::any_facts()) facts.apply(event);
    OpenFacts copy;
    for (const base::TraceEvent& event : facts.list()) copy.apply(event);
    RC_ASSERT(copy == facts);
  }));
}

TEST_CASE("open facts: beyond their maximum no more nodes or faults are kept", "[engine][trace]") {
  OpenFacts facts;
  for (std::uint32_t i = 0; i <= OpenFacts::NodeCountMax; ++i) {
    facts.apply(fact(EventKind::ProcessStarted, {.node = i}));
    facts.apply(fact(EventKind::FaultApplied, {}, {i}));
  }
  CHECK(facts.list().size() == OpenFacts::NodeCountMax + OpenFacts::FaultCountMax);
  CHECK(facts.find(base::NodeId{OpenFacts::NodeCountMax}, FactSlot::Process) == nullptr);
}
