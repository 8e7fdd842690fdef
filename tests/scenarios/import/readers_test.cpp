// Each kind of file: what is read, and what broken input gets.
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "import_support.hpp"

namespace splitscope::tests {
namespace {

using namespace std::chrono_literals;
using schemes::Engine;
using schemes::SchemeKind;
using schemes::WellKnownEntry;
using Entries = std::vector<WellKnownEntry>;

TEST_CASE("toml: members may be tables with a host and a port", "[scenarios][import]") {
  const auto result =
      imported({toml("membership_scheme = \"wka\"\nlocal_member_port = 4000\n"
                     "[[clustering.members]]\nhost = \"a.test\"\nport = 4000\n"
                     "[[clustering.members]]\nhostname = \"b.test\"\nport = \"4001\"\n")});
  CHECK(result.config.wka.members == Entries{{"a.test:4000"}, {"b.test:4001"}});
}

TEST_CASE("toml: $ref reads another key of the file, with the product's default for the node's IP",
          "[scenarios][import]") {
  const std::string lines =
      "membership_scheme = \"wka\"\nlocal_member_host = \"$ref{server.node_ip}\"\n"
      "members = [\"$ref{net.first}:4000\", \"${SECOND}:4000\"]\n";
  const auto set = imported({toml(lines + "[server]\nnode_ip = \"$env{IP}\"\n[net]\nfirst=\"n1\"")},
                            values({{"IP", "10.0.0.9"}, {"SECOND", "n2"}}));
  CHECK(set.first_node.host == "10.0.0.9");
  CHECK(set.config.wka.members == Entries{{"n1:4000"}, {"n2:4000"}});
  const auto unset = imported({toml(lines + "[net]\nfirst=\"n1\"")}, values({{"SECOND", "n2"}}));
  CHECK(unset.first_node.host == "127.0.0.1");
}

TEST_CASE("toml: without members the product's default list is used", "[scenarios][import]") {
  CHECK(imported({toml("membership_scheme = \"wka\"")}).config.wka.members ==
        Entries{{"127.0.0.1:4000"}});
  CHECK(imported({toml("membership_scheme = \"wka\"\nmembers = []")}).config.wka.members.empty());
}

TEST_CASE("toml: properties come from [hazelcast], with or without quotes, and two keys",
          "[scenarios][import]") {
  const auto result = imported(
      {toml("membership_scheme = \"wka\"\nshutdown_hook_enable = false\nlogging_type = \"log4j2\"\n"
            "[hazelcast]\nhazelcast.max.no.heartbeat.seconds = 61\n"
            "\"hazelcast.merge.next.run.delay.seconds\" = \"31\"\n"
            "\"hazelcast.custom.password\" = \"hunter2\"\n")});
  const std::map<std::string, std::string> expected{
      {"hazelcast.logging.type", "log4j2"},
      {"hazelcast.max.no.heartbeat.seconds", "61"},
      {"hazelcast.merge.next.run.delay.seconds", "31"},
      {"hazelcast.shutdownhook.enabled", "false"}};
  CHECK(result.config.properties == expected);
}

TEST_CASE("toml: placeholders elsewhere in the file are nobody's business", "[scenarios][import]") {
  const auto result =
      imported({toml("membership_scheme = \"wka\"\n"
                     "[database]\nurl = \"${DB_URL}\"\npassword = \"$secret{db}\"\n"
                     "[custom]\nx = [1.5, {a = 1979-05-27}]")});
  CHECK(result.config.scheme == SchemeKind::Wka);
}

TEST_CASE("toml: broken files name the line and the mend", "[scenarios][import]") {
  struct Case {
    std::string text;
    std::string error;  // how it begins
  };
  const std::string wka = "[clustering]\nmembership_scheme = \"wka\"\n";
  const std::vector<Case> cases{
      {"a = \n", "deployment.toml:1: TOML: "},
      {wka + "domain = \"a\"\ndomain = \"b\"\n", "deployment.toml:4: TOML: "},
      {wka + "domain = [1]\n", "deployment.toml:3: clustering.domain: it is no text; write domain"},
      {wka + "domain = true\n", "deployment.toml:3: clustering.domain: it is no text"},
      {wka + "members = \"a:1\"\n", "deployment.toml:3: clustering.members: it is no list"},
      {wka + "members = [\"a:1\",\n 5]\n",
       "deployment.toml:4: clustering.members[1]: it is no member"},
      {wka + "members = [{port = 1}]\n",
       "deployment.toml:3: clustering.members[0]: it is no member"},
      {wka + "members = [\"a:70000\"]\n", "deployment.toml:3: clustering.members[0]: the port of"},
      {wka + "members = [\"[::1]:4000\"]\n",
       "deployment.toml:3: clustering.members[0]: \"[::1]:4000\""},
      {wka + "members = [\"10.0.0.256:4000\"]\n", "deployment.toml:3: clustering.members[0]: "},
      {wka + "members = [\"10.*.*.1:4000\"]\n", "deployment.toml:3: clustering.members[0]: "},
      {wka + "members = [\"a b:4000\"]\n", "deployment.toml:3: clustering.members[0]: "},
      {wka + "local_member_port = \"x\"\n",
       "deployment.toml:3: clustering.local_member_port: \"x\" is no such number; write a whole "
       "number from 1 to 65535"},
      {wka + "local_member_port = 65536\n", "deployment.toml:3: clustering.local_member_port: "},
      {wka + "local_member_host = \"10.0.0.1-3\"\n",
       "deployment.toml:3: clustering.local_member_host: it is not one host"},
      {wka + "[clustering.properties]\nconnTimeout = 0\n",
       "deployment.toml:4: clustering.properties.connTimeout: \"0\" is no such number"},
      {wka + "[clustering.properties]\nx = []\n",
       "deployment.toml:4: clustering.properties.x: it is no single value"},
      {wka + "[hazelcast]\n\"hazelcast.max.no.heartbeat.seconds\" = \"1m\"\n",
       "deployment.toml:4: hazelcast.hazelcast.max.no.heartbeat.seconds: "},
      {wka + "[hazelcast]\n\"hazelcast.max.no.hartbeat.seconds\" = \"60\"\n",
       "deployment.toml:4: hazelcast.hazelcast.max.no.hartbeat.seconds: Hazelcast has no such "
       "property; write hazelcast.max.no.heartbeat.seconds"},
      {"clustering = 5\n", "deployment.toml:1: clustering: it is no table"},
      {"[clustering]\nproperties = 1\n",
       "deployment.toml:2: clustering.properties: it is no table"},
      {"hazelcast = 1\n", "deployment.toml:1: hazelcast: it is no table"},
      {"[server]\n", "deployment.toml:1: clustering.membership_scheme: it is not set"},
      {"[clustering]\nmembership_scheme = \"local\"\n",
       "deployment.toml:2: clustering.membership_scheme: \"local\" is no scheme of the Hazelcast "
       "agent"},
      {"[clustering]\nmembership_scheme = \"WKA\"\n",
       "deployment.toml:2: clustering.membership_scheme: schemes are written in small letters, so "
       "clustering fails to start; write \"wka\""},
      {"[clustering]\nmembership_scheme = \"multicast\"\n[clustering.properties]\nmcastAddress = "
       "\"10.0.0.1\"\n",
       "deployment.toml:4: clustering.properties.mcastAddress: \"10.0.0.1\" is no multicast "
       "address"},
      {wka + "domain = \"$ref{a.b}\"\n",
       "deployment.toml:3: clustering.domain: $ref{a.b} names a key that this file does not have"},
      {wka + "domain = \"$ref{clustering.domain}\"\n",
       "deployment.toml:3: clustering.domain: its references form a circle"},
      {wka + "domain = \"${X\"\n",
       "deployment.toml:3: clustering.domain: ${... has no closing brace"},
      {wka + "domain = \"$secret{x}\"\n", "deployment.toml:3: clustering.domain: it is a secret"},
  };
  for (const Case& each : cases) {
    INFO(each.text);
    const std::string error = import_error({{"deployment.toml", each.text}});
    CHECK_THAT(error, Catch::StartsWith(each.error));
    CHECK(error.find("; ") != std::string::npos);
  }
}

TEST_CASE("toml: nesting is refused before anything is parsed", "[scenarios][import]") {
  std::string dots = "a";
  for (int i = 0; i < 200'000; ++i) dots += ".a";
  const std::string brackets(100'000, '[');
  std::string inner;
  for (int i = 0; i < 40; ++i) inner += "{ a.\"=\".b = ";
  for (const std::string& text : {dots + " = 1", "x = " + brackets, "[" + dots + "]",
                                  "x = 1\ny = {" + dots + " = 1}", "z = " + inner + inner}) {
    CHECK_THAT(import_error({{"deployment.toml", text}}),
               Catch::Contains("TOML: it is nested too deeply"));
  }
  CHECK(imported({toml("membership_scheme = \"wka\"\ndomain = \"" + std::string(500, '.') +
                       "\" # " + std::string(500, '['))})
            .config.scheme == SchemeKind::Wka);
}

TEST_CASE("toml: errors never show a value that may be a secret", "[scenarios][import]") {
  for (const char* text : {"password = trhunter2x\n", "password = 'hunter2\n", "key = hunter2\n",
                           "key = \"\\qhunter2\"\n", "key = 12hunter2\n", "key = fahunter2\n"}) {
    const std::string error = import_error({{"deployment.toml", text}});
    INFO(error);
    CHECK(error.find("hunter2") == std::string::npos);
  }
}

TEST_CASE("axis2: a whole file works like a fragment", "[scenarios][import]") {
  const auto result = imported(
      {{"axis2.xml",
        "<?xml version=\"1.0\"?>\n<!-- <clustering enable=\"false\"/> -->\n<axisconfig "
        "name=\"x\">\n"
        "  <parameter name=\"hotdeployment\">true</parameter>\n"
        "  <clustering "
        "class=\"org.wso2.carbon.core.clustering.hazelcast.HazelcastClusteringAgent\"\n"
        "              enable=\"true\">\n"
        "    <parameter name=\"membershipScheme\">wka</parameter>\n"
        "    <parameter name=\"localMemberHost\">${HOST}</parameter>\n"
        "    <members><!-- two -->\n<member><hostName> a </hostName><port> 4000 </port></member>\n"
        "    <member><hostName>b</hostName><port>${PORT}</port></member></members>\n"
        "  </clustering>\n</axisconfig>\n"}},
      values({{"HOST", "10.0.0.1"}, {"PORT", "4001"}}));
  CHECK(result.config.wka.members == Entries{{"a:4000"}, {"b:4001"}});
  CHECK(result.config.cluster_name == "wso2.carbon.domain");
  CHECK(result.config.port == 4000);
  CHECK(result.first_node.host == "10.0.0.1");
  CHECK(result.provenance.at("membershipScheme").line == 7);
  CHECK(result.provenance.at("members/member[2]").line == 11);
  REQUIRE(result.warnings.size() == 1);
  CHECK_THAT(result.warnings[0], Catch::Contains("kernels up to 4.7"));
}

TEST_CASE("axis2: without a scheme it is multicast, and the last of two parameters counts",
          "[scenarios][import]") {
  const auto result =
      imported({axis2("<parameter name=\"mcastPort\">45565</parameter>\n"
                      "<parameter name=\"mcastPort\">45566</parameter>")});
  CHECK(result.config.scheme == SchemeKind::Multicast);
  CHECK(result.config.multicast.group == base::Endpoint{base::ipv4(224, 2, 2, 3), 45566});
}

TEST_CASE("axis2: broken files name the line and the mend", "[scenarios][import]") {
  struct Case {
    std::string text;
    std::string error;
  };
  const std::string open = "<clustering enable=\"true\">\n";
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<a>";
  for (int i = 0; i < 100; ++i) deep += "</a>";
  const std::vector<Case> cases{
      {"<clustering>\n<parameter", "axis2.xml:2: XML: "},
      {"<clustering>\n</axisconfig>", "axis2.xml:2: XML: "},
      {"<web-app/>", "axis2.xml:1: <web-app>: this root element holds no cluster"},
      {"plain text", "axis2.xml:1: <>: this root element holds no cluster"},
      {"<axisconfig>\n<clustering/>\n<clustering/></axisconfig>",
       "axis2.xml:3: <clustering>: it is there twice"},
      {"<axisconfig/>", "axis2.xml:1: clustering@enable: clustering is off"},
      {"\n<clustering enable=\"false\"/>", "axis2.xml:2: clustering@enable: clustering is off"},
      {"<clustering enable=\"maybe\"/>", "axis2.xml:1: clustering@enable: \"maybe\" is neither"},
      {open + "<parameter name=\"membershipScheme\">zookeeper</parameter></clustering>",
       "axis2.xml:2: membershipScheme: \"zookeeper\" is no scheme"},
      {open + "<parameter name=\"localMemberPort\">-1</parameter></clustering>",
       "axis2.xml:2: localMemberPort: \"-1\" is no such number"},
      {open + "<parameter name=\"mcastTTL\">256</parameter></clustering>",
       "axis2.xml:2: mcastTTL: \"256\" is no such number; write a whole number from 0 to 255"},
      {open + "<parameter name=\"membershipScheme\">wka</parameter><members>\n"
              "<member><port>1</port></member></members></clustering>",
       "axis2.xml:3: members/member[1]: "},
      {open + "<parameter name=\"domain\">${D}</parameter></clustering>",
       "axis2.xml:2: domain: the placeholder D has no value; set D in the environment or give "
       "--set "
       "D=VALUE"},
      {open + deep + "</clustering>", "axis2.xml:1: XML: it is nested beyond 64 levels"},
  };
  for (const Case& each : cases) {
    INFO(each.text);
    CHECK_THAT(import_error({{"axis2.xml", each.text}}), Catch::StartsWith(each.error));
  }
}

TEST_CASE("hazelcast.xml: the 3.x schema", "[scenarios][import]") {
  const auto result = imported({{"hazelcast.xml", R"(<?xml version="1.0" encoding="UTF-8"?>
<!-- a whole file -->
<hazelcast xsi:schemaLocation="http://www.hazelcast.com/schema/config hazelcast-config-3.12.xsd"
           xmlns="http://www.hazelcast.com/schema/config"
           xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <group><name>prod</name><password>hunter2</password></group>
  <management-center enabled="false">http://localhost:8080/mancenter</management-center>
  <properties>
    <property name="hazelcast.max.no.heartbeat.seconds">30</property>
    <property name="hazelcast.logging.type">${LOGGER}</property>
  </properties>
  <network>
    <public-address>10.0.0.7:5710</public-address>
    <port auto-increment="true" port-count="20">5705</port>
    <outbound-ports><ports>0</ports></outbound-ports>
    <join>
      <multicast enabled="true" loopbackModeEnabled="true">
        <multicast-group>224.2.2.9</multicast-group>
        <multicast-port>54328</multicast-port>
        <multicast-time-to-live>16</multicast-time-to-live>
        <multicast-timeout-seconds>4</multicast-timeout-seconds>
      </multicast>
      <tcp-ip enabled="false"><interface>127.0.0.1</interface></tcp-ip>
      <aws enabled="false"><access-key>AKIA</access-key></aws>
    </join>
  </network>
  <map name="default"><backup-count>1</backup-count></map>
</hazelcast>
)"}},
                               values({{"LOGGER", "slf4j"}}));
  const auto& config = result.config;
  CHECK(config.engine == Engine::Hz312);
  CHECK(config.engine_from_file);
  CHECK(config.scheme == SchemeKind::Multicast);
  CHECK(config.cluster_name == "prod");
  CHECK(config.port == 5705);
  CHECK(config.port_count == 20);
  CHECK(config.multicast.group == base::Endpoint{base::ipv4(224, 2, 2, 9), 54328});
  CHECK(config.multicast.ttl == 16);
  CHECK(config.multicast.timeout == 4s);
  CHECK(config.multicast.loopback);
  CHECK(config.properties.at("hazelcast.logging.type") == "slf4j");
  CHECK(config.properties.at("hazelcast.max.no.heartbeat.seconds") == "30");
  CHECK(result.first_node.host == "10.0.0.7");
  CHECK(result.first_node.port == 5710);
  CHECK_FALSE(config.cloud.has_static_keys);
}

TEST_CASE("hazelcast.xml: members come from every spelling, split at commas",
          "[scenarios][import]") {
  const auto result = imported({hazelcast_xml(
      "<cluster-name>c</cluster-name><network><join><multicast enabled=\"false\"/>\n"
      "<tcp-ip enabled=\"true\"><member>a</member><members>b, c:5702</members>\n"
      "<interface>10.0.0.4</interface><member-list><member>10.0.0.5-6</member></member-list>\n"
      "</tcp-ip></join></network>")});
  CHECK(result.config.wka.members ==
        Entries{{"a"}, {"b"}, {"c:5702"}, {"10.0.0.4"}, {"10.0.0.5-6"}});
  CHECK(result.config.engine == Engine::Hz53);
}

TEST_CASE("hazelcast.xml: the joiner is the first that is enabled", "[scenarios][import]") {
  const auto scheme = [](std::string_view head, std::string_view join) {
    return imported(
               {hazelcast_xml(fmt::format("{}<network><join>{}</join></network>", head, join))})
        .config.scheme;
  };
  const std::string_view old = "<group><name>g</name></group>";
  const std::string_view now = "<cluster-name>g</cluster-name>";
  const std::string_view tcp = "<tcp-ip enabled=\"true\"><member>a</member></tcp-ip>";
  CHECK(scheme(old, tcp) == SchemeKind::Multicast);  // on by default in 3.x
  CHECK(scheme(now, tcp) == SchemeKind::Wka);
  CHECK(scheme(now, "") == SchemeKind::Multicast);  // auto-detection
  CHECK(scheme(now, "<aws enabled=\"true\"><tag-key>k</tag-key></aws>") == SchemeKind::Aws);
  CHECK(scheme(now, "<aws enabled=\"true\"><cluster>k</cluster></aws>") == SchemeKind::Ecs);
  CHECK(scheme(now, "<kubernetes enabled=\"true\"><namespace>n</namespace></kubernetes>") ==
        SchemeKind::Kubernetes);
  CHECK(scheme(old,
               "<multicast enabled=\"false\"/><discovery-strategies><discovery-strategy "
               "enabled=\"true\" class=\"com.hazelcast.aws.AwsDiscoveryStrategy\"><properties>"
               "<property name=\"region\">eu</property><property name=\"secret-key\">s</property>"
               "</properties></discovery-strategy></discovery-strategies>") == SchemeKind::Aws);
}

TEST_CASE("hazelcast.xml: parameters of a discovery strategy are kept, its secrets are not",
          "[scenarios][import]") {
  const auto config =
      imported({hazelcast_xml(
                   "<cluster-name>c</cluster-name><network><join><discovery-strategies>"
                   "<discovery-strategy enabled=\"true\" class=\"com.hazelcast.aws.AwsStrategy\">"
                   "<properties><property name=\"region\">eu</property>"
                   "<property name=\"secret-key\">s3cr3t</property></properties>"
                   "</discovery-strategy></discovery-strategies></join></network>")})
          .config;
  CHECK(config.cloud.parameters == std::map<std::string, std::string>{{"region", "eu"}});
  CHECK(config.cloud.has_static_keys);
}

TEST_CASE("hazelcast.xml: broken files name the line and the mend", "[scenarios][import]") {
  struct Case {
    std::string text;
    std::string error;
  };
  const auto join = [](std::string_view inner) {
    return fmt::format(
        "<hazelcast><cluster-name>c</cluster-name><network><join>\n{}\n</join>"
        "</network></hazelcast>",
        inner);
  };
  const std::vector<Case> cases{
      {"<hazelcast>\n<network>\n</hazelcast>", "hazelcast.xml:3: XML: "},
      {"<hazelcast-client/>", "hazelcast.xml:1: <hazelcast-client>: "},
      {"<hazelcast>\n<network><port>0</port></network></hazelcast>",
       "hazelcast.xml:2: network.port: \"0\" is no such number"},
      {"<hazelcast>\n<network><port auto-increment=\"1\">5701</port></network></hazelcast>",
       "hazelcast.xml:2: network.port.auto-increment: \"1\" is neither true nor false"},
      {"<hazelcast>\n<advanced-network enabled=\"true\"/></hazelcast>",
       "hazelcast.xml:2: advanced-network.enabled: an advanced network is not read"},
      {join("<gcp enabled=\"true\"/>"),
       "hazelcast.xml:2: network.join.gcp.enabled: this way to join"},
      {join("<auto-detection enabled=\"false\"/>"),
       "hazelcast.xml:1: join: no way to join is enabled"},
      {join("<tcp-ip enabled=\"true\"><member>a:b:c</member></tcp-ip>"),
       "hazelcast.xml:2: network.join.tcp-ip.member: "},
      {join("<tcp-ip enabled=\"true\"><required-member>10.0.0.300</required-member></tcp-ip>"),
       "hazelcast.xml:2: network.join.tcp-ip.required-member: "},
      {"<hazelcast><properties>\n<property name=\"hazelcast.max.join.seconds\">x</property>"
       "</properties></hazelcast>",
       "hazelcast.xml:2: properties.hazelcast.max.join.seconds: "},
  };
  for (const Case& each : cases) {
    INFO(each.text);
    CHECK_THAT(import_error({{"hazelcast.xml", each.text}}), Catch::StartsWith(each.error));
  }
}

TEST_CASE("hazelcast.yaml: reads what hazelcast.xml says", "[scenarios][import]") {
  const auto result = imported({{"hazelcast.yaml", R"(# a whole file
hazelcast:
  cluster-name: yam
  license-key: abc
  network:
    public-address: 10.0.0.3
    port:
      auto-increment: false
      port-count: 5
      port: 5900
    join:
      multicast:
        enabled: false
      tcp-ip:
        enabled: true
        connection-timeout-seconds: 9
        required-member: ${REQUIRED}
        member-list:
          - 10.0.0.3:5900
          - 10.0.0.4:5900
        members: a, b
  properties:
    hazelcast.max.no.heartbeat.seconds: 25
  map:
    default:
      backup-count: 1
)"}},
                               values({{"REQUIRED", "10.0.0.4:5900"}}));
  const auto& config = result.config;
  CHECK(config.scheme == SchemeKind::Wka);
  CHECK(config.engine == Engine::Hz53);
  CHECK(config.cluster_name == "yam");
  CHECK(config.port == 5900);
  CHECK_FALSE(config.port_auto_increment);
  CHECK(config.port_count == 5);
  CHECK(config.wka.connection_timeout == 9s);
  CHECK(config.wka.required_member == "10.0.0.4:5900");
  CHECK(config.wka.members == Entries{{"10.0.0.3:5900"}, {"10.0.0.4:5900"}, {"a"}, {"b"}});
  CHECK(config.properties ==
        std::map<std::string, std::string>{{"hazelcast.max.no.heartbeat.seconds", "25"}});
  CHECK(result.first_node.host == "10.0.0.3");
  CHECK(result.provenance.at("cluster-name").line == 3);
  CHECK(result.provenance.at("network.join.tcp-ip.member-list").line == 19);
}

TEST_CASE("hazelcast.yaml: broken files name the line and the mend", "[scenarios][import]") {
  std::string deep = "hazelcast: ";
  for (int i = 0; i < 20'000; ++i) deep += '[';
  std::string bomb = "x: &a [1]\n";
  struct Case {
    std::string text;
    std::string error;
  };
  const std::vector<Case> cases{
      {"hazelcast:\n  a: [1\n", "hazelcast.yaml:"},
      {"hazelcast:\n\tcluster-name: x\n", "hazelcast.yaml:2: YAML: "},
      {"a: 1\n", "hazelcast.yaml:1: hazelcast: the file has no such table"},
      {"- hazelcast\n", "hazelcast.yaml:1: hazelcast: the file has no such table"},
      {"hazelcast: 5\n", "hazelcast.yaml:1: hazelcast: the file has no such table"},
      {"hazelcast:\n  network:\n    port: many\n", "hazelcast.yaml:3: network.port: \"many\""},
      {deep, "hazelcast.yaml:1: YAML: "},
      {"hazelcast:\n  network: &n\n    join: *n\n", "hazelcast.yaml:"},
  };
  for (const Case& each : cases) {
    INFO(each.text.substr(0, 200));
    CHECK_THAT(import_error({{"hazelcast.yaml", each.text}}), Catch::StartsWith(each.error));
  }
}

TEST_CASE("hazelcast.properties: lines beat the node's own properties", "[scenarios][import]") {
  const auto node = toml(
      "membership_scheme = \"wka\"\n[hazelcast]\n"
      "\"hazelcast.max.no.heartbeat.seconds\" = \"60\"\n");
  const SourceFile extra{"hazelcast.properties",
                         "# comment\n! another\n\nhazelcast.max.no.heartbeat.seconds = 90\r\n"
                         "hazelcast.merge.next.run.delay.seconds: 4\\\n  5\n"
                         "hazelcast.max.join.seconds 200\n"};
  const auto result = imported({node, extra});
  const std::map<std::string, std::string> expected{
      {"hazelcast.max.no.heartbeat.seconds", "90"},
      {"hazelcast.merge.next.run.delay.seconds", "45"},
      {"hazelcast.max.join.seconds", "200"}};
  CHECK(result.config.properties == expected);
  CHECK_THAT(import_error({extra}),
             Catch::Contains("it names no cluster; give the deployment.toml"));
  CHECK_THAT(
      import_error({node, {"hazelcast.properties", "a=1\n\nhazelcast.max.join.seconds=soon\n"}}),
      Catch::StartsWith("hazelcast.properties:3: hazelcast.max.join.seconds: "));
}

}  // namespace
}  // namespace splitscope::tests
