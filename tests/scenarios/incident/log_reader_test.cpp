#include "scenarios/incident/log_reader.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include "scenarios/incident/incident_json.hpp"
#include "scenarios/incident/incident_text.hpp"
#include "scenarios/incident/skeleton.hpp"

using namespace splitscope;
using namespace splitscope::scenarios::incident;

namespace {

MemberLog log_of(std::string_view text) {
  LogReader reader("a.log");
  reader.feed(text);
  return reader.finish();
}

// Kinds with the wall time of each: "starting 12:00:00.000".
std::vector<std::string> seen(const MemberLog& log) {
  std::vector<std::string> result;
  for (const LogEvent& event : log.events) {
    const std::string time = event.has_time ? wall_text(event.time, false) : "no time";
    result.push_back(std::string(to_text(event.kind)) + " " + time);
  }
  return result;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("the two lines of java.util.logging make one event", "[incident]") {
  const MemberLog log = log_of(
      "May 01, 2024 12:00:21 PM com.hazelcast.core.LifecycleService\n"
      "INFO: [10.0.0.1]:5701 [dev] [3.12.13] [10.0.0.1]:5701 is STARTING\n"
      "May 01, 2024 12:00:22 PM com.hazelcast.internal.cluster.ClusterService\n"
      "INFO: [10.0.0.1]:5701 [dev] [3.12.13] \n\n"
      "Members {size:1, ver:1} [\n"
      "\tMember [10.0.0.1]:5701 - 866fbad9-26df-49c2-a832-e25331dc49cc this\n]\n\n");
  CHECK(seen(log) == Lines{"starting 12:00:21.000", "view 12:00:22.000"});
  CHECK(log.events[1].line == 6);
  CHECK(to_text(log.own) == "10.0.0.1:5701");
  CHECK(log.resolution == std::chrono::seconds{1});
  CHECK(log.major == 3);
}

TEST_CASE("logs of containers are read behind what their runtimes write", "[incident]") {
  const std::string line = "[10.0.0.1]:5701 [dev] [5.3.8] [10.0.0.1]:5701 is STARTED";
  const std::string list =
      "2024-05-01T12:00:01.5Z stdout F Members {size:1, ver:1} [\n"
      "2024-05-01T12:00:01.6Z stdout F \tMember [10.0.0.1]:5701 - "
      "866fbad9-26df-49c2-a832-e25331dc49cc this\n"
      "2024-05-01T12:00:01.7Z stdout F ]\n";
  CHECK(seen(log_of("2024-05-01T12:00:00.25Z stdout F May 01, 2024 1:00:00 PM x\n"
                    "2024-05-01T12:00:00.75Z stdout F INFO: " +
                    line + "\n" + list)) == Lines{"started 12:00:00.750", "view 12:00:01.500"});
  CHECK(seen(log_of("[pod/hz-0/hazelcast] 2024-05-01 12:00:00,123 " + line)) ==
        Lines{"started 12:00:00.123"});
  CHECK(seen(log_of("hazelcast-1  | 2024-05-01 12:00:00,123 " + line + "\r\n")) ==
        Lines{"started 12:00:00.123"});
  CHECK(seen(log_of("\x1b[32m2024-05-01 12:00:00,123\x1b[m [\x1b[1;33m INFO\x1b[0m] " + line)) ==
        Lines{"started 12:00:00.123"});
}

TEST_CASE("lines of JSON are read, whoever wrote them", "[incident]") {
  const std::string message = "[10.0.0.1]:5701 [dev] [5.3.8] [10.0.0.1]:5701 is STARTED";
  CHECK(seen(log_of(R"({"instant":{"epochSecond":1714564800,"nanoOfSecond":5000000},"message":")" +
                    message + "\"}\n")) == Lines{"started 12:00:00.005"});
  CHECK(seen(log_of(R"({"@timestamp":"2024-05-01T12:00:00.370Z","message":")" + message + "\"}")) ==
        Lines{"started 12:00:00.370"});
  CHECK(seen(log_of(R"({"log":"2024-05-01 14:00:00,100 )" + message +
                    R"(\n","stream":"stdout","time":"2024-05-01T12:00:00.9Z"})")) ==
        Lines{"started 12:00:00.900"});
  const MemberLog list = log_of(
      R"({"timeMillis":1714564800000,"message":"[10.0.0.1]:5701 [dev] [5.3.8] \n\nMembers )"
      R"({size:1, ver:1} [\n\tMember [10.0.0.1]:5701 - 866fbad9-26df-49c2-a832-e25331dc49cc this)"
      R"(\n]\n"})");
  CHECK(seen(list) == Lines{"view 12:00:00.000"});
  CHECK(list.events[0].is_whole);
  CHECK(seen(log_of(R"({"instant":{"epochSecond":99999999999999},"message":")" + message +
                    "\"}\n{broken")) == Lines{"started no time"});
}

TEST_CASE("times of day go on over midnight", "[incident]") {
  const MemberLog log = log_of(
      "23:59:59,000 [10.0.0.1]:5701 [dev] [5.3] [10.0.0.1]:5701 is STARTING\n"
      "00:00:01,000 [10.0.0.1]:5701 [dev] [5.3] [10.0.0.1]:5701 is STARTED\n");
  REQUIRE(log.events.size() == 2);
  CHECK(log.events[1].time - log.events[0].time == std::chrono::seconds{2});
  CHECK_FALSE(log.has_dates);
  CHECK(log.back_count == 0);
}

TEST_CASE("what repeats is told once, with its number", "[incident]") {
  std::string text;
  for (int i = 0; i < 100; ++i) {
    text += "2024-05-01 12:00:00,000 Could not connect to: /10.0.0.2:5701. Reason: refused\n";
    text += "2024-05-01 12:00:00,000 Could not connect to: /10.0.0.3:5701. Reason: refused\n";
  }
  const MemberLog log = log_of(text);
  REQUIRE(log.events.size() == 2);
  CHECK(log.events[0].repeats == 100);
}

TEST_CASE("a line longer than the maximum is cut, and what follows is read", "[incident]") {
  const std::string message = "2024-05-01 12:00:00,123 [10.0.0.1]:5701 is STARTED\n";
  const MemberLog log = log_of(std::string(LogReader::LineMax + 10, 'x') + "\n" + message);
  CHECK(log.cut_line_count == 1);
  CHECK(seen(log) == Lines{"started 12:00:00.123"});
  CHECK(log_of(std::string(LogReader::LineMax, 'x') + "\n").cut_line_count == 0);
}

TEST_CASE("events beyond the maximum are counted and left out", "[incident]") {
  LogReader reader("a.log");
  for (std::size_t i = 0; i < LogReader::EventsMax + 3; ++i) {
    reader.feed("Starting mastership claim process...\n");
  }
  const MemberLog log = reader.finish();
  CHECK(log.events.size() == LogReader::EventsMax);
  CHECK(log.dropped_event_count == 3);
}

TEST_CASE("a log of two members is noticed", "[incident]") {
  const std::string a = "[10.0.0.1]:5701 [dev] [5.3] [10.0.0.1]:5701 is STARTED\n";
  const std::string b = "[10.0.0.2]:5701 [dev] [5.3] [10.0.0.2]:5701 is STARTED\n";
  CHECK(log_of(a + b).has_other_owner);
  CHECK_FALSE(log_of(a + a).has_other_owner);
}

TEST_CASE("however the bytes come in pieces, the events are the same", "[incident]") {
  const std::string text =
      "May 01, 2024 12:00:21 PM x\nINFO: [10.0.0.1]:5701 [dev] [5.3] \n\nMembers {size:2, ver:1} "
      "[\n"
      "\tMember [10.0.0.1]:5701 - 866fbad9-26df-49c2-a832-e25331dc49cc this\n"
      "\tMember [10.0.0.2]:5701 - c2d6102d-e5f1-4001-b52e-bdf0dc33b9d2\n]\n"
      "[10.0.0.1]:5701 is SHUTDOWN\n";
  REQUIRE(rc::check("pieces", [&text] {
    LogReader reader("a.log");
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::size_t size = *rc::gen::inRange<std::size_t>(1, 40);
      reader.feed(rest.substr(0, size));
      rest.remove_prefix(std::min(size, rest.size()));
    }
    RC_ASSERT(seen(reader.finish()) == seen(log_of(text)));
  }));
}

TEST_CASE("nothing of a log but addresses, uuids and numbers reaches any output", "[incident]") {
  const std::string secret = "s3cr3t";
  MemberLog log = log_of(
      "2024-05-01 12:00:00,000 password=" + secret + " token=" + secret +
      "\n2024-05-01 12:00:01,000 [10.0.0.1]:5701 [" + secret +
      "] [5.3.8] [10.0.0.1]:5701 is STARTING\n"
      "2024-05-01 12:00:02,000 [10.0.0.1]:5701 [dev] [5.3.8] \nMembers {size:2, ver:1} [\n"
      "\tMember [10.0.0.1]:5701 - 866fbad9-26df-49c2-a832-e25331dc49cc this\n"
      "\tMember [10.0.0.2]:5701 - c2d6102d-e5f1-4001-b52e-bdf0dc33b9d2\n]\n"
      "Member [10.0.0.2]:5701 - c2d6102d-e5f1-4001-b52e-bdf0dc33b9d2 is suspected to be dead for "
      "reason: java.lang.Exception: password " +
      secret + "\nCould not connect to: /10.0.0.2:5701. Reason: jdbc:x://u:" + secret + "@h\n");
  CHECK(log.events.size() == 4);
  std::vector<MemberLog> logs;
  logs.push_back(std::move(log));
  const auto story = make_incident(std::move(logs));
  REQUIRE(story.has_value());
  for (const std::string& text :
       {to_plain_text(*story, {.has_sights = true}), to_json(*story), to_scenario(*story)}) {
    CHECK(text.find("10.0.0.2") != text.npos);
    CHECK(text.find(secret) == text.npos);
  }
}
