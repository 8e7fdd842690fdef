// Logs of recorded clusters: the messages of real Hazelcast members under real faults, in the form
// of a logger.
#include "scenarios/incident/incident.hpp"

#include <filesystem>

#include <catch2/catch.hpp>

#include "scenarios/incident/cluster_guess.hpp"
#include "scenarios/incident/incident_text.hpp"

using namespace splitscope;
using namespace splitscope::scenarios::incident;

namespace {

Incident story_of(const std::string& folder, std::uint32_t members) {
  std::vector<MemberLog> logs;
  for (std::uint32_t i = 1; i <= members; ++i) {
    auto log = read_log(folder + "/n" + std::to_string(i) + ".log");
    REQUIRE(log.has_value());
    logs.push_back(std::move(*log));
  }
  auto story = make_incident(std::move(logs));
  REQUIRE(story.has_value());
  return std::move(*story);
}

Incident recorded(const std::string& name, std::uint32_t members) {
  return story_of(SPLITSCOPE_TEST_DATA "/scenarios/incident/data/" + name, members);
}

// Without the starts.
std::vector<std::string> happenings(const Incident& story) {
  std::vector<std::string> result;
  for (const Happening& happening : story.happenings) {
    if (happening.kind != HappeningKind::Start) result.push_back(happening_text(story, happening));
  }
  return result;
}

std::vector<std::string> phases(const Incident& story) {
  std::vector<std::string> result;
  for (const Phase& phase : story.phases) result.push_back(phase_text(story, phase));
  return result;
}

const Happening& first(const Incident& story, HappeningKind kind) {
  for (const Happening& happening : story.happenings) {
    if (happening.kind == kind) return happening;
  }
  FAIL("it did not happen");
  return story.happenings.front();
}

bool is_about(base::Duration at, double seconds, double within) {
  return std::abs(static_cast<double>(at.count()) / 1e9 - seconds) <= within;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a split of 5.3 is seen where it parted and where it merged", "[incident]") {
  const Incident story = story_of(SPLITSCOPE_SOURCE "/docs/examples/incident", 5);
  CHECK(happenings(story) == Lines{"n1 n2 | n3 n4 n5 lost each other",
                                   "n1 n2 | n3 n4 n5 heard each other again, at the latest now",
                                   "n1 n2 merged into the cluster of n4"});
  CHECK(phases(story) == Lines{"n1 is alone", "n1 n4 n2 n3 n5 agree", "n1 n2 agree; n4 n3 n5 agree",
                               "n4 n3 n5 n1 n2 agree"});
  // The recorder cut the network 13.3 s after n1's first line.
  CHECK(is_about(first(story, HappeningKind::Partition).at, 13.3, 0.7));
  // n4's clock was set ahead by 37.25 s.
  CHECK(is_about(story.clocks[3].ahead, 37.25, 0.3));
  for (const std::size_t other : {1U, 2U, 4U}) {
    CHECK(is_about(story.clocks[other].ahead, 0, 0.3));
  }
}

TEST_CASE("a killed master of 3.12 is seen gone at once, from logs of whole seconds",
          "[incident]") {
  const Incident story = recorded("kill312", 5);
  CHECK(happenings(story) == Lines{"n1 was gone at once, its connections closed"});
  CHECK(phases(story).back() == "n3 n2 n5 n4 agree");
  CHECK(guess_cluster(story).profile == "hz-3.12");
}

TEST_CASE("a killed member of 3.5 is seen in Carbon's logs", "[incident]") {
  const Incident story = recorded("kill35", 5);
  CHECK(happenings(story) == Lines{"n3 was gone at once, its connections closed"});
  CHECK(phases(story).back() == "n1 n5 n4 n2 agree");
  CHECK(guess_cluster(story).profile == "hz-3.12+wso2");
  CHECK(story.members[0].address == Address{"10.77.0.11", 4000});
}

TEST_CASE("a stopped member is seen to stand still and to come back", "[incident]") {
  const Incident story = recorded("stop53", 4);
  CHECK(happenings(story) ==
        Lines{"n3 stood still", "n3 went on", "n3 merged into the cluster of n1"});
  // The recorder stopped it for 25.0 s.
  const base::Duration stood =
      first(story, HappeningKind::Resume).at - first(story, HappeningKind::Pause).at;
  CHECK(is_about(stood, 25, 0.5));
  CHECK(phases(story) == Lines{"n1 is alone", "n1 n2 n4 n3 agree", "n1 n2 n4 hold n1 n2 n4 n3",
                               "n1 n2 n4 agree", "n1 n2 n4 agree; n3 is alone",
                               "n1 n2 n4 n3 agree"});
  // Its log was two hours ahead, as one of another time zone.
  CHECK(is_about(story.clocks[2].ahead, 7200.5, 0.3));
  CHECK(offset_text(story.clocks[2].ahead).find("2h ahead (a time zone)") == 0);
}

TEST_CASE("a member that restarts alone beside its old cluster is seen", "[incident]") {
  const Incident story = recorded("restart312", 3);
  CHECK(happenings(story) == Lines{"n1 was gone at once, its connections closed"});
  CHECK(phases(story).back() == "n1 is alone; n3 n2 agree");
  CHECK_FALSE(guess_cluster(story).well_known.empty());
}

TEST_CASE("a member without a log is seen through the others", "[incident]") {
  std::vector<MemberLog> logs;
  for (const std::string name : {"n1", "n2", "n4"}) {
    auto log = read_log(SPLITSCOPE_SOURCE "/docs/examples/incident/" + name + ".log", name);
    REQUIRE(log.has_value());
    logs.push_back(std::move(*log));
  }
  const auto story = make_incident(std::move(logs));
  REQUIRE(story.has_value());
  CHECK(story->members.size() == 5);
  CHECK_FALSE(story->members[2].has_log());
  CHECK(story->members[3].address.host == "10.77.0.14");  // n4, as it was called
  CHECK(first(*story, HappeningKind::Partition).sides ==
        std::vector<MemberIndexes>{{0, 1}, {2, 3, 4}});
}

TEST_CASE("two members of one name, or a log of nobody, are errors that say what to do",
          "[incident]") {
  std::vector<MemberLog> logs;
  for (const std::string name : {"n1", "n2"}) {
    logs.push_back(*read_log(SPLITSCOPE_SOURCE "/docs/examples/incident/" + name + ".log", "n1"));
  }
  CHECK(make_incident(std::move(logs)).error().message.find("--member n1") == 0);
  LogReader nobody("x.log");
  nobody.feed("hello\n");
  std::vector<MemberLog> empty;
  empty.push_back(nobody.finish());
  CHECK(make_incident(std::move(empty)).error().message.find("x.log: no line says") == 0);
  CHECK_FALSE(make_incident({}).has_value());
  CHECK_FALSE(make_incident(std::vector<MemberLog>(LogsMax + 1)).has_value());
  CHECK_FALSE(read_log("there-is-none.log").has_value());
}

TEST_CASE("times are shown as the story's length needs", "[incident]") {
  using namespace std::chrono_literals;
  CHECK(clock_text(1234ms, 20s) == "1.234s");
  CHECK(clock_text(61234ms, 5min) == "1:01.234");
  CHECK(clock_text(3661234ms, 2h) == "1:01:01.234");
  CHECK(offset_text(37s) == "37s ahead");
  CHECK(offset_text(-7200s) == "2h behind (a time zone)");
  CHECK(offset_text(-7201s) == "2h behind (a time zone) and 1s behind");
  CHECK(offset_text(7199s) == "2h ahead (a time zone) and 1s behind");
}
