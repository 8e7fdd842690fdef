#include "engine/base/duration_text.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace splitscope::base;

TEST_CASE("durations: texts of people are read exactly", "[engine][base]") {
  CHECK(parse_duration("500ms") == Duration{500'000'000});
  CHECK(parse_duration("90s") == 90s);
  CHECK(parse_duration("10m") == 10min);
  CHECK(parse_duration("1h30m") == 90min);
  CHECK(parse_duration("0.2ms") == 200us);
  CHECK(parse_duration("1.5s") == 1500ms);
  CHECK(parse_duration("0s") == 0s);
}

TEST_CASE("durations: what is none is refused with an example", "[engine][base]") {
  for (const char* text : {"", "5", "s", "-5s", "5 s", "5x", "1.s", "99999999999999s", "1e9s"}) {
    INFO(text);
    const auto parsed = parse_duration(text);
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().message.find("90s") != std::string::npos);
  }
}

TEST_CASE("durations: what is written is read back to the millisecond", "[engine][base]") {
  REQUIRE(rc::check([](std::uint32_t milliseconds) {
    const Duration duration = std::chrono::milliseconds{milliseconds};
    const auto again = parse_duration(to_text(duration));
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == duration);
  }));
  CHECK(to_text(Duration{90s}) == "1m30s");
  CHECK(to_text(RunStart + 12'345ms) == "12.345s");
}
