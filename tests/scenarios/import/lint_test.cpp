// Each lint rule fires where it should and keeps silent where it should not. The last test sees to
// it that no rule is without a case.
#include <functional>
#include <set>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "import_support.hpp"
#include "scenarios/import/lint_rules.hpp"

namespace splitscope::tests {
namespace {

using scenarios::KernelVersion;
using scenarios::LintFinding;
using scenarios::LintOptions;
using scenarios::NetworkMode;
using scenarios::Severity;
using schemes::Engine;
using Files = std::vector<SourceFile>;

struct Trap {
  std::string rule;
  Files trapped;
  std::uint32_t line = 0;  // of the finding, in the last file that has one
  Files sound;
  LintOptions trapped_options;
  LintOptions sound_options;
};

constexpr std::string_view Two = R"("10.0.0.1:4000", "10.0.0.2:4000")";

SourceFile wka(std::string_view members, std::string_view more = "") {
  return wka_toml("deployment.toml", "10.0.0.1", members, more);
}
SourceFile scheme(std::string_view name, std::string_view more = "") {
  return toml(
      fmt::format("membership_scheme = \"{}\"\ndomain = \"d\"\n"
                  "local_member_host = \"10.0.0.1\"\n{}",
                  name, more));
}
SourceFile properties(std::string_view name, std::string_view value) {
  return wka(Two, fmt::format("[hazelcast]\n\"hazelcast.{}\" = \"{}\"", name, value));
}
SourceFile parameter(std::string_view name, std::string_view value) {
  return axis2(fmt::format("<parameter name=\"{}\">{}</parameter>", name, value));
}
SourceFile cloud(std::string_view name, std::string_view more) {
  return scheme(name, fmt::format("local_member_port = \"5701\"\n[clustering.properties]\n"
                                  "tagKey = \"k\"\n{}",
                                  more));
}
SourceFile native(std::string_view head, std::string_view join) {
  return hazelcast_xml(
      fmt::format("{}\n<network>\n<port auto-increment=\"false\">5701</port>\n<join>\n{}\n</join>"
                  "</network>",
                  head, join));
}
constexpr std::string_view Old = "<group><name>g</name></group>";
constexpr std::string_view Now = "<cluster-name>g</cluster-name>";
SourceFile node(std::string path, std::string_view host, std::string_view members,
                std::string_view more = "") {
  return wka_toml(std::move(path), host, members, more);
}
SourceFile group(std::string path, std::string_view address) {
  return axis2(fmt::format("<parameter name=\"mcastAddress\">{}</parameter>", address),
               std::move(path));
}

std::vector<Trap> well_known_cases() {
  return {
      {"L-WKA-ONE", {wka(R"("10.0.0.2:4000")")}, 5, {wka(Two)}},
      {"L-WKA-SELF", {wka(R"("10.0.0.1:4000")")}, 5, {wka(Two)}},
      {"L-WKA-NONE", {scheme("wka")}, 2, {wka(Two)}},
      {"L-WKA-DUP", {wka("\"10.0.0.1-3:4000\",\n\"10.0.0.2:4000\"")}, 6, {wka(Two)}},
      {"L-WKA-PORT", {wka("\"10.0.0.2:4000\",\n\"10.0.0.3\"")}, 6, {wka(Two)}},
      {"L-WKA-SAME-PORT", {wka(Two)}, 5, {wka(R"("10.0.0.1:4000", "10.0.0.2:4001")")}},
      {"L-WKA-OUT", {wka(R"("10.0.0.2:4000", "10.0.0.3:4000")")}, 5, {wka(Two)}},
      {"L-WKA-DIFF",
       {node("a.toml", "10.0.0.1", Two), node("b.toml", "10.0.0.2", R"("10.0.0.1:4000")")},
       5,
       {node("a.toml", "10.0.0.1", Two), node("b.toml", "10.0.0.2", Two)}},
      {"L-WKA-ISLANDS",
       {node("a.toml", "10.0.0.1", R"("10.0.0.1:4000", "10.0.0.8:4000")"),
        node("b.toml", "10.0.0.2", R"("10.0.0.2:4000", "10.0.0.9:4000")")},
       5,
       {node("a.toml", "10.0.0.1", R"("10.0.0.1:4000", "10.0.0.9:4000")"),
        node("b.toml", "10.0.0.2", R"("10.0.0.2:4000", "10.0.0.9:4000")")}},
      {"L-AUTOINC",
       {wka(Two)},
       5,
       {native(Now, "<tcp-ip enabled=\"true\"><member>10.0.0.1:5701</member></tcp-ip>")}},
      {"L-PORT-OVERLAP", {data_file("x05-wka-ports.deployment.toml")}, 9, {wka(Two)}},
      {"L-SAME-ADDRESS",
       {node("a.toml", "10.0.0.1", Two), node("b.toml", "10.0.0.1", Two)},
       4,
       {node("a.toml", "10.0.0.1", Two), node("b.toml", "10.0.0.2", Two)}},
      {"L-REQUIRED-MEMBER",
       {data_file("x16-native.hazelcast.xml")},
       8,
       {native(Now, "<tcp-ip enabled=\"true\"><member>10.0.0.1:5701</member></tcp-ip>")}},
      {"L-MEMBERS-IGNORED",
       {scheme("multicast", "members = [\"10.0.0.1:4000\"]")},
       5,
       {scheme("multicast")}},
  };
}

std::vector<Trap> address_cases() {
  return {
      {"L-LOOPBACK", {node("deployment.toml", "127.0.0.1", Two)}, 4, {wka(Two)}},
      {"L-LOOPBACK-LISTED", {wka("\"10.0.0.2:4000\",\n\"localhost:4000\"")}, 6, {wka(Two)}},
      {"L-TTL", {data_file("x02-multicast.axis2.xml")}, 7, {parameter("mcastTTL", "2")}},
      {"L-MCAST-LOCAL", {group("axis2.xml", "224.0.0.251")}, 2, {group("axis2.xml", "224.0.1.1")}},
      {"L-MCAST-WAIT",
       {data_file("x07-multicast.deployment.toml")},
       1,
       {parameter("mcastTimeout", "29")}},
      {"L-MCAST-DUP",
       {scheme("multicast", "[clustering.properties]\nmcastTTL = 3")},
       6,
       {parameter("mcastTTL", "3")}},
      {"L-MCAST-DIFF",
       {group("a.xml", "239.0.0.1"), group("b.xml", "239.0.0.2")},
       2,
       {group("a.xml", "239.0.0.1"), group("b.xml", "239.0.0.1")}},
      {"L-GRP-PORT",
       {axis2("<groupManagement enable=\"true\">\n<applicationDomain port=\"4000\"/>"
              "</groupManagement>")},
       3,
       {data_file("x04-load-balancer.axis2.xml")}},
  };
}

std::vector<Trap> cloud_cases() {
  LintOptions old_engine;
  old_engine.engine = Engine::Hz35;
  LintOptions bad_kernel;
  bad_kernel.kernel = KernelVersion{4, 9, 29};
  LintOptions good_kernel;
  good_kernel.kernel = KernelVersion{4, 10, 9};
  LintOptions host_mode;
  host_mode.network_mode = NetworkMode::Host;
  LintOptions bridge_mode;
  bridge_mode.network_mode = NetworkMode::Bridge;
  LintOptions imds_v2;
  imds_v2.engine = Engine::Hz312;
  imds_v2.requires_imds_v2 = true;
  return {
      {"L-AWS-PORT",
       {data_file("x03-aws-wrong-port.axis2.xml")},
       6,
       {data_file("x08-aws-role.deployment.toml")}},
      {"L-AWS-PORT",
       {scheme("aws", "local_member_port = 5709")},
       5,
       {scheme("aws", "local_member_port = 4000")},
       {},
       old_engine},
      {"L-AWS-OPEN", {scheme("aws")}, 2, {data_file("x09-aws-keys.deployment.toml")}},
      {"L-CAMEL-47", {cloud("aws", "")}, 7, {cloud("aws", "")}, bad_kernel, good_kernel},
      {"L-ECS-TAG",
       {scheme("aws-ecs", "[clustering.properties]\nclusterName = \"c\"")},
       1,
       {data_file("x10-ecs.deployment.toml")}},
      {"L-ECS-NIC", {cloud("aws-ecs", "")}, 2, {data_file("x10-ecs.deployment.toml")}},
      {"L-ECS-MODE",
       {data_file("x10-ecs.deployment.toml")},
       2,
       {data_file("x10-ecs.deployment.toml")},
       bridge_mode,
       host_mode},
      {"L-MIX", {cloud("aws", "clusterName = \"c\"")}, 8, {data_file("x10-ecs.deployment.toml")}},
      {"L-MIX",
       {native(Now, "<aws enabled=\"true\"><tag-key>k</tag-key>\n<cluster>c</cluster></aws>")},
       7,
       {native(Now, "<aws enabled=\"true\"><cluster>c</cluster></aws>")}},
      {"L-IMDSV1",
       {data_file("x08-aws-role.deployment.toml")},
       2,
       {data_file("x09-aws-keys.deployment.toml")},
       imds_v2,
       imds_v2},
      {"L-HZ-PORT", {cloud("aws", "hz-port = \"4000\"")}, 8, {cloud("aws", "")}},
      {"L-SECRET-PLAIN",
       {data_file("x03-aws-wrong-port.axis2.xml")},
       7,
       {data_file("x09-aws-keys.deployment.toml")}},
      {"L-K8S-DEAD",
       {scheme("kubernetes", "[clustering.properties]\nKUBERNETES_API_SERVER = \"x\"")},
       6,
       {scheme("kubernetes", "[clustering.properties]\nKUBERNETES_SERVICES = \"x\"")}},
  };
}

std::vector<Trap> timing_cases() {
  LintOptions old_engine;
  old_engine.engine = Engine::Hz312;
  return {
      {"L-HB-600", {wka(Two)}, 1, {properties("max.no.heartbeat.seconds", "60")}},
      {"L-HB-TIGHT",
       {properties("max.no.heartbeat.seconds", "9")},
       7,
       {properties("max.no.heartbeat.seconds", "10")}},
      {"L-MERGE-SLOW",
       {properties("merge.next.run.delay.seconds", "301")},
       7,
       {properties("merge.next.run.delay.seconds", "300")}},
      {"L-MERGE-ORDER",
       {properties("merge.next.run.delay.seconds", "61")},
       7,
       {properties("merge.next.run.delay.seconds", "60")}},
      {"L-JOIN-WINDOW",
       {properties("wait.seconds.before.join", "21")},
       7,
       {properties("wait.seconds.before.join", "20")}},
      {"L-JOIN-SHORT",
       {scheme("multicast", "[hazelcast]\n\"hazelcast.max.join.seconds\" = 60")},
       6,
       {scheme("multicast", "[hazelcast]\n\"hazelcast.max.join.seconds\" = 61")}},
      {"L-PROP-TYPO",
       {properties("merge.next.run.delay.second", "60")},
       7,
       {properties("merge.next.run.delay.seconds", "60")}},
      {"L-PROP-PREFIX",
       {wka(Two, "[hazelcast]\n\"max.join.seconds\" = 60")},
       7,
       {properties("max.join.seconds", "60")}},
      {"L-PROP-ENGINE",
       {properties("max.no.master.confirmation.seconds", "60")},
       7,
       {properties("max.no.master.confirmation.seconds", "60")},
       {},
       old_engine},
  };
}

std::vector<Trap> file_cases() {
  const std::string_view tcp = "<tcp-ip enabled=\"true\"><member>a</member></tcp-ip>";
  const SourceFile schema{"hazelcast.xml",
                          "<hazelcast\n xsi:schemaLocation=\"x hazelcast-config-4.2.xsd\"/>"};
  const SourceFile exact{"hazelcast.xml",
                         "<hazelcast\n xsi:schemaLocation=\"x hazelcast-config-5.3.xsd\"/>"};
  LintOptions old_engine;
  old_engine.engine = Engine::Hz312;
  return {
      {"L-OFF", {data_file("x13-mi-coordination.deployment.toml")}, 1, {wka(Two)}},
      {"L-SCHEME-CASE", {scheme("AWS")}, 2, {scheme("aws")}},
      {"L-SCHEME-DIFF",
       {node("a.toml", "10.0.0.1", Two), scheme("multicast")},
       2,
       {node("a.toml", "10.0.0.1", Two), node("b.toml", "10.0.0.2", Two)}},
      {"L-DOMAIN-DIFF",
       {node("a.toml", "10.0.0.1", Two), data_file("x06-wka-range.deployment.toml")},
       3,
       {node("a.toml", "10.0.0.1", Two), node("b.toml", "10.0.0.2", Two)}},
      {"L-DOMAIN-DEFAULT",
       {toml("membership_scheme = \"wka\"\nmembers = [\"a:1\", \"b:1\"]")},
       1,
       {wka(Two)}},
      {"L-ENGINE-DIFF",
       {native(Old, tcp), hazelcast_xml(Now, "other.xml")},
       1,
       {native(Now, tcp), hazelcast_xml(Now, "other.xml")}},
      {"L-ENGINE-NEAR", {schema}, 1, {exact}},
      {"L-PROP-DIFF",
       {node("a.toml", "10.0.0.1", Two),
        node("b.toml", "10.0.0.2", Two, "[hazelcast]\n\"hazelcast.max.join.seconds\" = 9")},
       7,
       {node("a.toml", "10.0.0.1", Two), node("b.toml", "10.0.0.2", Two)}},
      {"L-FILE-BEATS",
       {data_file("x16-native.hazelcast.xml"), wka(Two)},
       1,
       {data_file("x16-native.hazelcast.xml")}},
      {"L-HZ-PROPS",
       {data_file("x16-native.hazelcast.xml"), {"hazelcast.properties", "a=b"}},
       1,
       {wka(Two), {"hazelcast.properties", "a=b"}}},
      {"L-UNKNOWN-KEY", {wka(Two, "local_member_prot = \"4000\"")}, 6, {wka(Two)}},
      {"L-UNKNOWN-KEY", {parameter("localMemberHots", "a")}, 2, {parameter("myOwnParameter", "a")}},
      {"L-DEADPARAM",
       {parameter("localMemberBindAddress", "0.0.0.0")},
       2,
       {parameter("localMemberHost", "10.0.0.1")}},
      {"L-PARAM-DUP",
       {axis2(
           "<parameter name=\"domain\">a</parameter>\n<parameter name=\"domain\">b</parameter>")},
       3,
       {parameter("domain", "a")}},
      {"L-GRP-PASSWORD",
       {parameter("groupPassword", "x")},
       2,
       {parameter("groupPassword", "x")},
       {},
       old_engine},
      {"L-JOIN-MANY",
       {native(Old, tcp)},
       6,
       {native(Old, "<multicast enabled=\"false\"/><tcp-ip enabled=\"true\"/>")}},
      {"L-IMPORT", {hazelcast_xml("\n<import resource=\"x.xml\"/>")}, 3, {native(Now, tcp)}},
  };
}

std::vector<Trap> all_cases() {
  std::vector<Trap> cases;
  for (auto&& some :
       {well_known_cases(), address_cases(), cloud_cases(), timing_cases(), file_cases()}) {
    cases.insert(cases.end(), some.begin(), some.end());
  }
  return cases;
}

TEST_CASE("lint: each rule fires on its trap, at its line, with consequence and mend",
          "[scenarios][import]") {
  for (const Trap& each : all_cases()) {
    INFO(each.rule << "\n" << each.trapped.back().text);
    const auto findings = linted(each.trapped, each.trapped_options);
    const LintFinding* finding = finding_of(findings, each.rule);
    REQUIRE(finding != nullptr);
    CHECK(finding->place.line == each.line);
    CHECK(finding->consequence.ends_with('.'));
    CHECK(finding->mend.ends_with('.'));
  }
}

TEST_CASE("lint: each rule is silent on the sound form of its trap", "[scenarios][import]") {
  for (const Trap& each : all_cases()) {
    INFO(each.rule << "\n" << each.sound.back().text);
    const auto findings = linted(each.sound, each.sound_options);
    CHECK(finding_of(findings, each.rule) == nullptr);
  }
}

TEST_CASE("lint: every rule of the table has a trapped and a sound case", "[scenarios][import]") {
  std::set<std::string> covered;
  for (const Trap& each : all_cases()) covered.insert(each.rule);
  for (const scenarios::LintRule& rule : scenarios::lint_rules()) {
    INFO(rule.id);
    CHECK(covered.contains(std::string{rule.id}));
  }
  CHECK(covered.size() == scenarios::lint_rules().size());
}

TEST_CASE("lint: what only the installation tells changes how grave a finding is",
          "[scenarios][import]") {
  const Files ttl{data_file("x02-multicast.axis2.xml")};
  CHECK(finding_of(linted(ttl), "L-TTL")->severity == Severity::Note);
  LintOptions routed;
  routed.is_routed = true;
  CHECK(finding_of(linted(ttl, routed), "L-TTL")->severity == Severity::Error);
  CHECK(finding_of(linted({parameter("mcastTTL", "0")}), "L-TTL")->severity == Severity::Error);

  const Files keys{data_file("x08-aws-role.deployment.toml")};
  CHECK(finding_of(linted(keys), "L-CAMEL-47")->severity == Severity::Note);
  LintOptions kernel;
  for (const auto version :
       {KernelVersion{4, 7, 0}, KernelVersion{4, 9, 29}, KernelVersion{4, 11, 19}}) {
    kernel.kernel = version;
    CHECK(finding_of(linted(keys, kernel), "L-CAMEL-47")->severity == Severity::Error);
  }
  for (const auto version : {KernelVersion{4, 6, 3}, KernelVersion{4, 9, 30},
                             KernelVersion{4, 11, 20}, KernelVersion{4, 12, 0}}) {
    kernel.kernel = version;
    CHECK(finding_of(linted(keys, kernel), "L-CAMEL-47") == nullptr);
  }

  LintOptions mode;
  const Files ecs{data_file("x10-ecs.deployment.toml")};
  CHECK(finding_of(linted(ecs), "L-ECS-MODE")->severity == Severity::Note);
  mode.network_mode = NetworkMode::AwsVpc;
  CHECK(finding_of(linted(ecs, mode), "L-ECS-MODE")->severity == Severity::Error);

  LintOptions old;
  old.engine = Engine::Hz312;
  CHECK(finding_of(linted(keys), "L-IMDSV1") == nullptr);
  CHECK(finding_of(linted(keys, old), "L-IMDSV1")->severity == Severity::Note);
  old.requires_imds_v2 = false;
  CHECK(finding_of(linted(keys, old), "L-IMDSV1") == nullptr);
}

TEST_CASE("lint: the example of two well-known members of three shows what it is known for",
          "[scenarios][import]") {
  const auto findings = linted({data_file("x01-wka.axis2.xml")});
  std::set<std::string> rules;
  for (const LintFinding& finding : findings) rules.insert(finding.rule);
  CHECK(rules == std::set<std::string>{"L-AUTOINC", "L-HB-600", "L-WKA-OUT", "L-WKA-SAME-PORT"});
  CHECK_THAT(finding_of(findings, "L-WKA-OUT")->consequence, Catch::StartsWith("10.20.1.13:4100"));
}

TEST_CASE("lint: findings follow the order of the files and their lines", "[scenarios][import]") {
  const auto findings = linted({node("b.toml", "127.0.0.1", R"("10.0.0.2:4000", "10.0.0.2:4000")"),
                                node("a.toml", "10.0.0.2", Two)});
  REQUIRE(findings.size() > 3);
  std::size_t changes = 0;
  for (std::size_t i = 1; i < findings.size(); ++i) {
    if (findings[i].place.file != findings[i - 1].place.file) {
      ++changes;
    } else {
      CHECK(findings[i].place.line >= findings[i - 1].place.line);
    }
  }
  CHECK(findings.front().place.file == "b.toml");
  CHECK(changes == 1);
}

TEST_CASE("lint: a forgotten node is told apart from one that is not well known by choice",
          "[scenarios][import]") {
  const Files three{node("a.toml", "10.0.0.1", Two), node("b.toml", "10.0.0.2", Two),
                    node("c.toml", "10.0.0.3", Two)};
  const auto findings = linted(three);
  const LintFinding* finding = finding_of(findings, "L-WKA-OUT");
  REQUIRE(finding != nullptr);
  CHECK(finding->place.file == "c.toml");
  CHECK_THAT(finding->consequence, Catch::Contains("although all other nodes are"));
}

TEST_CASE("lint: a line of hazelcast.properties is reported once for all nodes",
          "[scenarios][import]") {
  const auto findings = linted({node("a.toml", "10.0.0.1", Two),
                                node("b.toml", "10.0.0.2", Two),
                                {"hazelcast.properties", "max.join.seconds=60\n"}});
  std::size_t count = 0;
  for (const LintFinding& finding : findings) count += finding.rule == "L-PROP-PREFIX" ? 1 : 0;
  CHECK(count == 1);
}

TEST_CASE("lint: a file that cannot be read is an error, not a finding", "[scenarios][import]") {
  const auto result = scenarios::lint_files(Files{{"deployment.toml", "x ="}}, values(), {});
  REQUIRE_FALSE(result);
  CHECK_THAT(result.error().message, Catch::StartsWith("deployment.toml:1: TOML: "));
}

TEST_CASE("lint: kernel versions are three numbers", "[scenarios][import]") {
  CHECK(scenarios::parse_kernel_version("4.9.27").value() == KernelVersion{4, 9, 27});
  for (const char* text : {"", "4", "4.9", "4.9.", "4.9.27.1", "v4.9.27", "4..1", "-4.9.2"}) {
    INFO(text);
    CHECK_FALSE(scenarios::parse_kernel_version(text));
  }
}

}  // namespace
}  // namespace splitscope::tests
