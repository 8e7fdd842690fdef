#include "engine/wire/utc_text.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace splitscope;
using namespace splitscope::wire;

TEST_CASE("utc: AWS's forms are written and read", "[engine][wire]") {
  const base::WallTime time{std::chrono::milliseconds{1'440'938'160'250}};
  CHECK(compact_utc(time) == "20150830T123600Z");
  CHECK(utc_text(time) == "2015-08-30T12:36:00Z");
  CHECK(utc_text(time, true) == "2015-08-30T12:36:00.250Z");
  CHECK(parse_utc("2015-08-30T12:36:00.250Z") == time);
}

TEST_CASE("utc: what is no time is none", "[engine][wire]") {
  for (const char* text :
       {"", "20150830", "20150830T123600", "20151330T123600Z", "20150229T123600Z",
        "20150830T246000Z", "20150830T123600Zx", "99999999T999999Z", "2015-08-30 12:36:00Z"}) {
    INFO(text);
    CHECK_FALSE(parse_utc(text).has_value());
  }
}

TEST_CASE("utc: seconds survive the round trip", "[engine][wire]") {
  REQUIRE(rc::check([] {
    const base::WallTime time{
        std::chrono::seconds{*rc::gen::inRange<std::int64_t>(0, 9'000'000'000)}};
    RC_ASSERT(parse_utc(compact_utc(time)) == time);
    RC_ASSERT(parse_utc(utc_text(time)) == time);
  }));
}
