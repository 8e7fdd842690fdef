#include "engine/base/trace_event.hpp"

#include <catch2/catch.hpp>

using namespace splitscope::base;

TEST_CASE("events: every kind's name leads back to it", "[engine][base]") {
  int known = 0;
  for (std::uint16_t number = 1; number < 200; ++number) {
    const auto kind = static_cast<EventKind>(number);
    const std::string_view name = to_text(kind);
    if (name == "unknown") continue;
    ++known;
    CHECK(event_kind(name) == kind);
  }
  CHECK(known > 40);
  CHECK(event_kind("no_such_event") == EventKind::None);
  CHECK(to_text(EventKind::MemberSuspected) == "member_suspected");
}
