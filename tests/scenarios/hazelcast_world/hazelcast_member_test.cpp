#include "scenarios/hazelcast_world/hazelcast_member.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

using namespace splitscope;
using namespace splitscope::scenarios;
using Catch::Matchers::Contains;

namespace {

HazelcastMember member_of(const std::string& version) {
  const auto release = hazelcast_release(version);
  REQUIRE(release.has_value());
  return {*release, {"/usr/bin/java", "member.jar:lib/*"}};
}

MemberLife life_of(schemes::SchemeKind scheme) {
  MemberLife life;
  life.node = base::NodeId{1};
  life.incarnation = base::Incarnation{3};
  life.place = {base::ipv4(10, 77, 0, 12), 5701};
  life.config.scheme = scheme;
  life.config.cluster_name = "blue";
  life.config.wka.members = {{"10.77.0.11:5701"}, {"n2"}};
  life.config.properties = {{"hazelcast.max.no.heartbeat.seconds", "10"}, {"other", "1"}};
  life.control_path = "/folder/n2.3.sock";
  life.run_start = base::Duration{77};
  return life;
}

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

TEST_CASE("a real member gets the list, its place and the properties of the cluster",
          "[hazelcast_world]") {
  const auto words = member_of("5.3.8").command_line(life_of(schemes::SchemeKind::Wka));
  REQUIRE(words.has_value());
  CHECK(words->front() == "/usr/bin/java");
  for (const std::string word :
       {"name=n2", "node=1", "incarnation=3", "host=10.77.0.12", "port=5701", "cluster=blue",
        "member=10.77.0.11:5701", "member=n2", "hazelcast.max.no.heartbeat.seconds=10",
        "control=/folder/n2.3.sock", "run_start_ns=77", "auto_increment=true"}) {
    INFO(word);
    CHECK(has(*words, word));
  }
  CHECK(!has(*words, "join=multicast"));
  CHECK(!has(*words, "other=1"));
}

TEST_CASE("a real member that joins by multicast gets the group and no list", "[hazelcast_world]") {
  MemberLife life = life_of(schemes::SchemeKind::Multicast);
  life.config.multicast.ttl = 7;
  life.config.multicast.timeout = std::chrono::milliseconds{1500};
  const auto words = member_of("3.12.13").command_line(life);
  REQUIRE(words.has_value());
  CHECK(has(*words, "join=multicast"));
  CHECK(has(*words, "multicast_group=224.2.2.3"));
  CHECK(has(*words, "multicast_ttl=7"));
  CHECK(has(*words, "multicast_timeout_seconds=2"));
  CHECK(!has(*words, "member=n2"));
}

TEST_CASE("a release follows one engine's rules, and refuses a cluster of another",
          "[hazelcast_world]") {
  CHECK(hazelcast_release("5.3")->version == "5.3.8");
  CHECK(hazelcast_release("3.12.2")->module == "hz3");
  for (const std::string wrong : {"", "5", "5.3.", "5.30.1", "4.2", "3.12.x", "3.5.4"}) {
    INFO(wrong);
    const auto release = hazelcast_release(wrong);
    REQUIRE(!release.has_value());
    CHECK_THAT(release.error().message, Contains("5.3.8"));
  }
  schemes::ClusterConfig config;
  config.engine = schemes::Engine::Hz312;
  CHECK(member_of("3.12.13").check(config).has_value());
  const auto refused = member_of("5.3.8").check(config);
  REQUIRE(!refused.has_value());
  CHECK_THAT(refused.error().message, Contains("not in this world") && Contains("hz-3.12"));
  config.wso2 = true;
  CHECK_THAT(member_of("3.12.13").check(config).error().message, Contains("WSO2"));
}

TEST_CASE("without its Maven project real Hazelcast is refused with words", "[hazelcast_world]") {
  const auto release = hazelcast_release("5.3.8");
  REQUIRE(release.has_value());
  const auto built = build_hazelcast(*release, {"/proc/self/no-such-folder", "/proc/self/none"});
  REQUIRE(!built.has_value());
  CHECK(!built.error().message.empty());
}
