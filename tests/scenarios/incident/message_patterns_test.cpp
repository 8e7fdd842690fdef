#include "scenarios/incident/message_patterns.hpp"

#include <catch2/catch.hpp>

using namespace splitscope;
using namespace splitscope::scenarios::incident;

namespace {

constexpr std::string_view Uuid = "866fbad9-26df-49c2-a832-e25331dc49cc";

struct Wording {
  std::string text;
  LogKind kind;
  std::string subject;  // empty: none
  Cause cause = Cause::None;
};

std::string subject_of(const LogEvent& event) {
  return event.subject.is_empty() ? "" : to_text(event.subject);
}

void check_wording(const Wording& wording) {
  INFO(wording.text);
  const auto event = read_message(wording.text);
  REQUIRE(event.has_value());
  CHECK(to_text(event->kind) == to_text(wording.kind));
  CHECK(subject_of(*event) == wording.subject);
  CHECK(to_text(event->cause) == to_text(wording.cause));
}

LogEvent list_of(std::initializer_list<std::string_view> lines) {
  auto list = MemberList::begin(*lines.begin());
  REQUIRE(list.has_value());
  for (auto line = lines.begin() + 1; line != lines.end(); ++line) {
    bool is_taken = false;
    if (list->add(*line, is_taken)) break;
  }
  return list->event();
}

}  // namespace

TEST_CASE("messages of 3.9 to 5.x are understood", "[incident]") {
  const std::string member = "Member [10.0.0.2]:5701 - " + std::string(Uuid);
  for (const Wording& wording : std::vector<Wording>{
           {member + " is suspected to be dead for reason: No connection", LogKind::Suspected,
            "10.0.0.2:5701", Cause::NoConnection},
           {member + " is suspected to be dead for reason: Suspecting " + member +
                " because it has not sent any heartbeats since 2026-11-23 13:08:10.680.",
            LogKind::Suspected, "10.0.0.2:5701", Cause::Heartbeat},
           {member + " is suspected to be dead for reason: explicit suspicion", LogKind::Suspected,
            "10.0.0.2:5701", Cause::ExplicitSuspicion},
           {"Suspecting " + member +
                " because it has not sent any heartbeats since 2026-11-23 "
                "13:08:10.578. Now: 2026-11-23 13:08:20.639, heartbeat "
                "timeout: 10000 ms, suspicion level: 1.00",
            LogKind::HeartbeatLost, "10.0.0.2:5701", Cause::Heartbeat},
           {"Removing " + member, LogKind::Removed, "10.0.0.2:5701"},
           {"Starting mastership claim process...", LogKind::ClaimStarted, ""},
           {"Mastership is claimed with: MembersView{version=6}", LogKind::ClaimWon, ""},
           {"Mastership of [10.0.0.2]:5701 is accepted. Response: MembersView{}",
            LogKind::ClaimAccepted, "10.0.0.2:5701"},
           {"[10.0.0.2]:5701 should merge to us because our data member count is bigger than "
            "theirs [3 > 2]",
            LogKind::MergeExpected, "10.0.0.2:5701"},
           {"We should merge to [10.0.0.2]:5701, both have the same data member count: 1",
            LogKind::MergeDecided, "10.0.0.2:5701"},
           {"We are merging to [10.0.0.2]:5701, both have the same data member count: 1",
            LogKind::MergeDecided, "10.0.0.2:5701"},
           {"[10.0.0.1]:5701 is merging [tcp/ip] to [10.0.0.2]:5701", LogKind::Merging,
            "10.0.0.1:5701"},
           {"[10.0.0.1]:5701 is merging to [10.0.0.2]:5701, because: instructed by master "
            "[10.0.0.1]:5701",
            LogKind::Merging, "10.0.0.1:5701", Cause::ToldByMaster},
           {"[10.0.0.1]:5701 is MERGED", LogKind::Merged, "10.0.0.1:5701"},
           {"[10.0.0.1]:5701 is SHUTTING_DOWN", LogKind::ShuttingDown, "10.0.0.1:5701"},
           {"Could not connect to: /10.0.0.2:5701. Reason: SocketException[Connection refused to "
            "address /10.0.0.2:5701]",
            LogKind::ConnectionFailed, "10.0.0.2:5701", Cause::Refused},
           {"Connection[id=3, /10.0.0.1:5701->/10.0.0.2:40123, qualifier=null, "
            "endpoint=[10.0.0.2]:5701, alive=false, type=MEMBER] closed. Reason: Connection closed "
            "by the other side",
            LogKind::ConnectionClosed, "10.0.0.2:5701", Cause::ClosedByPeer},
           {"Resetting heartbeat timestamps because of huge system clock jump! Clock-Jump: 24871 "
            "ms, Heartbeat-Timeout: 10000 ms",
            LogKind::ClockJump, ""},
       }) {
    check_wording(wording);
  }
}

TEST_CASE("messages of 3.5 are understood, which name addresses without uuids", "[incident]") {
  for (const Wording& wording : std::vector<Wording>{
           {"Removing Member [10.0.0.2]:4000 because it has not sent any heartbeats for 10342 ms.",
            LogKind::Removed, "10.0.0.2:4000", Cause::Heartbeat},
           {"Master Address[10.0.0.2]:4000 left the cluster. Assigning new master Member "
            "[10.0.0.3]:4000 this",
            LogKind::MasterLeft, "10.0.0.2:4000"},
           {"Connection [Address[10.0.0.2]:4000] lost. Reason: java.io.EOFException[Remote socket "
            "closed!]",
            LogKind::ConnectionClosed, "10.0.0.2:4000", Cause::ClosedByPeer},
           {"Address[10.0.0.2]:4000 is STARTED", LogKind::Started, "10.0.0.2:4000"},
           {"Address[10.0.0.2]:4000 is added to the blacklist.", LogKind::Blacklisted,
            "10.0.0.2:4000"},
       }) {
    check_wording(wording);
  }
  const auto removed = read_message(
      "Removing Member [10.0.0.2]:4000 because it has not sent any heartbeats for 10342 ms.");
  CHECK(removed->duration == std::chrono::milliseconds{10'342});
}

TEST_CASE("messages of Carbon's clustering agent are understood", "[incident]") {
  const std::string uuid(Uuid);
  for (const Wording& wording : std::vector<Wording>{
           {"Member joined [" + uuid + "]: /10.0.0.5:4000", LogKind::PeerJoined, "10.0.0.5:4000"},
           {"Member left [" + uuid + "]: host-5/10.0.0.5:4000", LogKind::PeerLeft, "10.0.0.5:4000"},
           {"Member left: [UUID] " + uuid + ", [Address] /10.244.7.62:4000", LogKind::PeerLeft,
            "10.244.7.62:4000"},
           {"Elected this member [" + uuid + "] as the Coordinator node", LogKind::Coordinator, ""},
           {"Local member: [" + uuid + "] - Host:10.0.0.1, Remote Host:null, Port: 4000, HTTP:9763",
            LogKind::LocalMember, "10.0.0.1:4000"},
           {"Using wka based membership management scheme", LogKind::FindsByList, ""},
       }) {
    check_wording(wording);
  }
}

TEST_CASE("a heartbeat's line tells since when and after how long", "[incident]") {
  const auto event = read_message(
      "Suspecting Member [10.0.0.2]:5701 - 866fbad9-26df-49c2-a832-e25331dc49cc because it has not "
      "sent any heartbeats since 2024-05-01 12:00:10.578. Now: 2024-05-01 12:00:20.639, heartbeat "
      "timeout: 10000 ms, suspicion level: 1.00");
  REQUIRE(event.has_value());
  REQUIRE(event->since.has_value());
  CHECK(event->since->time_since_epoch() == std::chrono::milliseconds{1'714'564'810'578});
  CHECK(event->duration == std::chrono::seconds{10});
}

TEST_CASE("what resembles a message and is none is passed over", "[incident]") {
  for (const std::string_view text :
       {"Connecting to jdbc:mysql://root:secret@10.0.0.9:3306/db", "Removing Member of staff",
        "the process is STARTED", "Member joined the mailing list", "Mastership of the seas", "",
        "Suspecting Member [", "endpoint= closed. Reason: x", "[10.0.0.1]:99999 is STARTED",
        "[10.0.0.1]:0 is STARTED", "[<script>]:5701 is STARTED"}) {
    INFO(text);
    CHECK_FALSE(read_message(text).has_value());
  }
}

TEST_CASE("lists of members are read in the form of each version", "[incident]") {
  const LogEvent newer = list_of({"Members {size:2, ver:7} [",
                                  "\tMember [10.0.0.1]:5701 - 866fbad9-26df-49c2-a832-e25331dc49cc",
                                  "\tMember [10.0.0.2]:5701 - c2d6102d-e5f1-4001-b52e-bdf0dc33b9d2 "
                                  "this lite",
                                  "]"});
  CHECK(newer.version == 7);
  CHECK(newer.is_whole);
  REQUIRE(newer.members.size() == 2);
  CHECK(newer.members[1].is_this);
  CHECK_FALSE(newer.members[0].uuid.is_nil());

  const LogEvent older = list_of(
      {"Members [2] {", "", "\tMember [10.0.0.1]:4000 this", "\tMember [10.0.0.2]:4000", "}"});
  CHECK_FALSE(older.version.has_value());
  CHECK(older.is_whole);
  CHECK(older.members[0].is_this);
  CHECK(older.members[1].uuid.is_nil());

  const LogEvent flat =
      list_of({" Members [2] { Member [10.0.0.1]:4000 this Member [10.0.0.2]:4000 }"});
  CHECK(flat.is_whole);
  CHECK(flat.members.size() == 2);
}

TEST_CASE("a list that breaks off, or lacks members, is not whole", "[incident]") {
  CHECK_FALSE(list_of({"Members {size:2, ver:7} [", "\tMember [10.0.0.1]:5701 - x", "2024 INFO y"})
                  .is_whole);
  CHECK_FALSE(list_of({"Members {size:3, ver:7} [", "\tMember [10.0.0.1]:5701", "]"}).is_whole);
  CHECK_FALSE(MemberList::begin("Members of the board").has_value());
  CHECK_FALSE(MemberList::begin("Members {size:x").has_value());
  CHECK_FALSE(MemberList::begin("Members {size:3, ver:3").has_value());
}

TEST_CASE("a list ends at its maximum", "[incident]") {
  auto list = MemberList::begin("Members {size:2000, ver:1} [");
  REQUIRE(list.has_value());
  bool is_taken = true;
  std::size_t lines = 0;
  while (!list->add("Member [10.0.0.1]:5701", is_taken)) ++lines;
  CHECK(lines == MemberList::MembersMax);
  CHECK(list->event().members.size() == MemberList::MembersMax);
  CHECK_FALSE(list->event().is_whole);
}

TEST_CASE("the prefix of a message tells whose log it is and the engine's version", "[incident]") {
  const auto prefix = find_prefix("INFO: [10.0.0.1]:5701 [dev] [5.3.8] [10.0.0.1]:5701 is STARTED");
  REQUIRE(prefix.has_value());
  CHECK(to_text(prefix->own) == "10.0.0.1:5701");
  CHECK(prefix->major == 5);
  CHECK(prefix->minor == 3);
  CHECK_FALSE(find_prefix("[2024-05-01 12:00:00,123] [] [10.0.0.1] x").has_value());
  CHECK(to_text(find_prefix("[2001:db8::10]:5701 [dev] [4.2] x")->own) == "[2001:db8::10]:5701");
}
