#include "engine/trace/digest.hpp"

#include <catch2/catch.hpp>

#include "facts.hpp"

using namespace splitscope;
using splitscope::trace::Digest;

TEST_CASE("digest: equal words give equal digests, on every build", "[engine][trace]") {
  Digest digest;
  digest.absorb(1);
  digest.absorb(2);
  // Recorded once: digests are compared between builds, compilers and versions.
  CHECK(digest.to_text() == "6a22deaa9fac5070");
  for (const base::TraceEvent& event : trace::test::story()) digest.absorb(event);
  CHECK(digest.to_text() == "75b0610c0e96cd43");
}

TEST_CASE("digest: the order of words counts", "[engine][trace]") {
  REQUIRE(rc::check([](std::uint64_t a, std::uint64_t b) {
    RC_PRE(a != b);
    Digest forward;
    forward.absorb(a);
    forward.absorb(b);
    Digest backward;
    backward.absorb(b);
    backward.absorb(a);
    RC_ASSERT(!(forward == backward));
  }));
}

TEST_CASE("digest: one changed bit of any absorbed fact changes it", "[engine][trace]") {
  REQUIRE(rc::check([] {
    const base::TraceEvent event = trace::test::story()[15];
    base::TraceEvent changed = event;
    const auto bit = std::uint64_t{1} << *rc::gen::inRange(0, 64);
    const int field = *rc::gen::inRange(0, 6);
    if (field < 4) changed.arguments[static_cast<std::size_t>(field)] ^= bit;
    if (field == 4) changed.cause ^= bit;
    if (field == 5) changed.node.value ^= static_cast<std::uint32_t>(bit | bit >> 32);
    Digest first;
    first.absorb(event);
    Digest second;
    second.absorb(changed);
    RC_ASSERT(first.value() != second.value());
  }));
}

TEST_CASE("digest: an absorbed zero is not nothing", "[engine][trace]") {
  Digest digest;
  digest.absorb(0);
  CHECK(!(digest == Digest()));
}
