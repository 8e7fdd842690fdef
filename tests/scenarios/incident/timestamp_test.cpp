#include "scenarios/incident/timestamp.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include "scenarios/incident/incident_text.hpp"

using namespace splitscope;
using namespace splitscope::scenarios::incident;

namespace {

std::string found(std::string_view line) {
  const auto stamp = find_timestamp(line);
  return stamp.has_value() ? wall_text(stamp->time, stamp->has_date) : "none";
}

}  // namespace

TEST_CASE("a line's timestamp is read as its logger writes it", "[incident]") {
  const std::vector<std::pair<std::string, std::string>> lines{
      {"May 01, 2024 12:00:00 PM com.hazelcast.core.LifecycleService", "2024-05-01 12:00:00.000"},
      {"May 01, 2024 12:00:07 AM com.hazelcast.core.LifecycleService", "2024-05-01 00:00:07.000"},
      {"May 1, 2024, 1:02:03\xe2\x80\xafPM com.hazelcast", "2024-05-01 13:02:03.000"},
      {"sept. 20, 2017 12:05:44 PM com.hazelcast.nio.tcp", "2017-09-20 12:05:44.000"},
      {"juil. 02, 2017 8:05:44 AM com.hazelcast.nio.tcp", "2017-07-02 08:05:44.000"},
      {"2024-05-01 12:00:00,123 [ INFO] [main]", "2024-05-01 12:00:00.123"},
      {"2024-05-01T12:00:00.123456789Z stdout F x", "2024-05-01 12:00:00.123"},
      {"2024-05-01T12:00:00.5+0200 x", "2024-05-01 10:00:00.500"},
      {"2024-05-01T12:00:00-03:30 x", "2024-05-01 15:30:00.000"},
      {"TID: [-1234] [] [2024-05-01 12:00:00,123]  INFO {org.wso2}", "2024-05-01 12:00:00.123"},
      {"[2021-07-28 07:54:59,446] []  INFO {org.wso2", "2021-07-28 07:54:59.446"},
      {"INFO   | jvm 1    | 2015/01/02 03:04:05 | x", "2015-01-02 03:04:05.000"},
      {"hz-1  | 2024-05-01 12:00:00.250  INFO 1 --- [main]", "2024-05-01 12:00:00.250"},
      {"01 May 2024 12:00:00,123 INFO", "2024-05-01 12:00:00.123"},
      {"23:59:58,001  INFO || - [Node] main", "23:59:58.001"},
      {"May  1 12:00:00 host hazelcast[7]: x", "1972-05-01 12:00:00.000"},
  };
  for (const auto& [line, time] : lines) {
    INFO(line);
    CHECK(found(line) == time);
  }
}

TEST_CASE("a time that belongs to the message is not the line's", "[incident]") {
  CHECK(found("Suspecting Member x because ... since 2024-05-01 12:00:00.578") == "none");
  CHECK(found("WARNING: heartbeats since 2024-05-01 12:00:00.578") == "none");
  CHECK(found("WARNING: Now: 2024-05-01 12:00:00.578") == "none");
  CHECK(found(std::string(TimestampWithin + 2, ' ') + "2024-05-01 12:00:00,123") == "none");
}

TEST_CASE("what is out of range is no timestamp", "[incident]") {
  for (const std::string_view line :
       {"2024-13-01 12:00:00", "2024-02-30 12:00:00", "2024-05-01 24:00:00", "9999-05-01 12:00:00",
        "1-2-3", "", "12:61:00,000", "Foo 01, 2024 12:00:00 PM", "2024-05-01", "12:00:00 x",
        "2024-05-01 12:00", "4294967296-05-01 12:00:00"}) {
    INFO(line);
    CHECK(found(line) == "none");
  }
}

TEST_CASE("the resolution is one unit of the last digit", "[incident]") {
  CHECK(find_timestamp("2024-05-01 12:00:00 x")->resolution == std::chrono::seconds{1});
  CHECK(find_timestamp("2024-05-01 12:00:00.1 x")->resolution == std::chrono::milliseconds{100});
  CHECK(find_timestamp("2024-05-01 12:00:00.123456 x")->resolution == std::chrono::microseconds{1});
}

TEST_CASE("no text makes the search for a timestamp fail", "[incident]") {
  REQUIRE(rc::check("any bytes", [](const std::string& text) {
    const auto stamp = find_timestamp(text);
    if (stamp.has_value()) RC_ASSERT(stamp->begin < stamp->end && stamp->end <= text.size());
  }));
}
