// Files as such, and several of them at once.
#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <rapidcheck.h>

#include "import_support.hpp"
#include "scenarios/import/member_list.hpp"

namespace splitscope::tests {
namespace {

using scenarios::FileKind;
using schemes::SchemeKind;
using schemes::WellKnownEntry;
using Entries = std::vector<WellKnownEntry>;

TEST_CASE("import: a file's kind is known by its name, else by its content",
          "[scenarios][import]") {
  const auto kind = [](std::string path, std::string text) {
    return scenarios::detect_kind({std::move(path), std::move(text)}).value();
  };
  CHECK(kind("conf/deployment.toml", "x = 1") == FileKind::DeploymentToml);
  CHECK(kind("a.xml", "<?xml version='1.0'?><!-- <hazelcast> -->\n<axisconfig/>") ==
        FileKind::Axis2Xml);
  CHECK(kind("a.xml", "\xef\xbb\xbf<hz:hazelcast xmlns:hz='x'/>") == FileKind::HazelcastXml);
  CHECK(kind("a.yml", "hazelcast:\n") == FileKind::HazelcastYaml);
  CHECK(kind("hazelcast.properties", "a=b") == FileKind::HazelcastProperties);
  CHECK(kind("backup", "  <clustering/>") == FileKind::Axis2Xml);
  CHECK(kind("backup", "# x\nhazelcast:\n") == FileKind::HazelcastYaml);
  CHECK(kind("backup", "# x\n[clustering]\n") == FileKind::DeploymentToml);
}

TEST_CASE("import: what is no text is refused with its line", "[scenarios][import]") {
  const auto error = [](std::string text) {
    return import_error({{"deployment.toml", std::move(text)}});
  };
  CHECK_THAT(error(""), Catch::StartsWith("deployment.toml:1: file: it is empty; give a"));
  CHECK_THAT(error(" \n\t\n"), Catch::Contains("it is empty"));
  CHECK_THAT(error(std::string("a = 1\nb\0c", 9)),
             Catch::StartsWith("deployment.toml:2: file: it is not UTF-8 text; save it as UTF-8"));
  CHECK_THAT(error("a\n\n\xff\xfe"), Catch::StartsWith("deployment.toml:3: file: it is not UTF-8"));
  CHECK_THAT(error("a = \"\xed\xa0\x80\""), Catch::Contains("not UTF-8"));
  CHECK_THAT(error("\x7f"
                   "ELF\x02\x01\x01"),
             Catch::Contains("not UTF-8"));
  CHECK_THAT(error(std::string(scenarios::MaxFileSize + 1, ' ')),
             Catch::Contains("larger than 4 MiB"));
}

TEST_CASE("import: a file that cannot be read is an error with its path", "[scenarios][import]") {
  const auto missing = scenarios::read_source_file("no/such/deployment.toml");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().message ==
        "no/such/deployment.toml:1: file: it cannot be read; check the path and its permissions");
  CHECK_FALSE(scenarios::read_source_file(SPLITSCOPE_TEST_DATA));
}

TEST_CASE("import: a byte order mark is no part of a file", "[scenarios][import]") {
  SourceFile file = toml("membership_scheme = \"wka\"");
  file.text.insert(0, "\xef\xbb\xbf");
  CHECK(imported({file}).config.scheme == SchemeKind::Wka);
}

TEST_CASE("import: one file for each node makes one cluster of them", "[scenarios][import]") {
  const std::string list = R"("10.0.0.1:4000", "10.0.0.2:4000")";
  const auto result =
      imported({wka_toml("n1.toml", "10.0.0.1", list), wka_toml("n2.toml", "10.0.0.2", list),
                wka_toml("n3.toml", "10.0.0.3", list)});
  REQUIRE(result.config.nodes.size() == 3);
  CHECK(result.config.nodes[2].host == "10.0.0.3");
  CHECK(result.config.nodes[2].port == 4000);
  CHECK(result.config.nodes[2].source_file == "n3.toml");
  CHECK(result.config.nodes[0].well_known.empty());
  CHECK(result.config.wka.members == Entries{{"10.0.0.1:4000"}, {"10.0.0.2:4000"}});
  CHECK(scenarios::default_member_count(result.config) == 3);
  CHECK(result.warnings.empty());
}

TEST_CASE("import: where lists differ each node keeps its own", "[scenarios][import]") {
  const auto result = imported({wka_toml("n1.toml", "10.0.0.1", R"("10.0.0.2:4000")"),
                                wka_toml("n2.toml", "10.0.0.2", R"("10.0.0.1:4000")")});
  CHECK(result.config.wka.members == Entries{{"10.0.0.2:4000"}, {"10.0.0.1:4000"}});
  CHECK(result.config.nodes[0].well_known == Entries{{"10.0.0.2:4000"}});
  CHECK(result.config.nodes[1].well_known == Entries{{"10.0.0.1:4000"}});
  REQUIRE(result.warnings.size() == 1);
}

TEST_CASE("import: files that contradict each other are errors of the second one",
          "[scenarios][import]") {
  const auto first = wka_toml("n1.toml", "10.0.0.1", R"("10.0.0.1:4000")");
  CHECK_THAT(
      import_error({first, toml("membership_scheme = \"multicast\"\ndomain = \"d\"", "n2.toml")}),
      Catch::StartsWith("n2.toml:2: membership scheme: it is multicast here but wka in the "
                        "first file"));
  CHECK_THAT(
      import_error({first, toml("membership_scheme = \"wka\"\n\ndomain = \"e\"", "n2.toml")}),
      Catch::StartsWith("n2.toml:4: domain: it is \"e\" here but \"d\" in the first file"));
  CHECK_THAT(import_error({first, toml("domain = \"d\"", "n2.toml")}),
             Catch::Contains("n2.toml:1: clustering.membership_scheme: it is not set"));
  CHECK_THAT(import_error({first, first}), Catch::Contains("it is given twice"));
  CHECK_THAT(import_error({}), Catch::Contains("no file is given"));
  CHECK_THAT(import_error({hazelcast_xml("<cluster-name>c</cluster-name>", "a.xml"),
                           hazelcast_xml("<group><name>c</name></group>", "b.xml")}),
             Catch::Contains("schema version: it is hz-3.12 here but hz-5.3"));
  const auto group = [](std::string_view address, std::string path) {
    return axis2(fmt::format("<parameter name=\"mcastAddress\">{}</parameter>", address),
                 std::move(path));
  };
  CHECK_THAT(import_error({group("239.0.0.1", "a.xml"), group("239.0.0.2", "b.xml")}),
             Catch::Contains("b.xml:1: multicast group: it is 239.0.0.2:45564 here"));
}

TEST_CASE("import: too many files are refused", "[scenarios][import]") {
  std::vector<SourceFile> files;
  for (std::size_t i = 0; i <= scenarios::MaxSourceFiles; ++i) {
    files.push_back(wka_toml(fmt::format("n{}.toml", i), "10.0.0.1", ""));
  }
  CHECK_THAT(import_error(files), Catch::Contains("more than 256 are given"));
  files.pop_back();
  CHECK(imported(files).config.nodes.size() == scenarios::MaxSourceFiles);
}

TEST_CASE("import: a list at its limit is read, one entry more is refused", "[scenarios][import]") {
  std::string list;
  for (std::size_t i = 0; i < scenarios::MaxListEntries; ++i) list += fmt::format("\"h{}:1\",", i);
  CHECK(imported({wka_toml("deployment.toml", "a", list)}).config.wka.members.size() ==
        scenarios::MaxListEntries);
  CHECK_THAT(import_error({wka_toml("deployment.toml", "a", list + "\"more:1\"")}),
             Catch::Contains("the list holds more than"));
}

TEST_CASE("import: too many settings are refused", "[scenarios][import]") {
  std::string lines = "membership_scheme = \"aws\"\n[clustering.properties]\n";
  for (std::size_t i = 0; i <= scenarios::MaxSettings; ++i) lines += fmt::format("k{} = 1\n", i);
  CHECK_THAT(import_error({toml(lines)}), Catch::Contains("it holds more than 4096 settings"));
}

TEST_CASE("import: a hazelcast.xml beats the files of AXIS2 mode", "[scenarios][import]") {
  const auto result = imported({wka_toml("deployment.toml", "10.0.0.1", R"("10.0.0.1:4000")"),
                                {"hazelcast.properties", "hazelcast.max.join.seconds=5\n"},
                                data_file("x16-native.hazelcast.xml")});
  CHECK_FALSE(result.config.wso2);
  CHECK(result.config.cluster_name == "acme.native");
  CHECK(result.config.properties.empty());
  REQUIRE(result.warnings.size() == 2);
  CHECK_THAT(result.warnings[0], Catch::StartsWith("deployment.toml is not used"));
  CHECK_THAT(result.warnings[1], Catch::StartsWith("hazelcast.properties is not used"));
}

TEST_CASE("import: secrets are in no value, warning, finding or error", "[scenarios][import]") {
  const std::string secret = "s3cr3t-value";
  const std::vector<SourceFile> files{
      toml(fmt::format("membership_scheme = \"aws\"\n[clustering.properties]\naccessKey = \"{0}\"\n"
                       "secretKey = \"{0}\"\nKUBERNETES_API_SERVER_TOKEN = \"{0}\"\n"
                       "licenseKey = \"{0}\"\n[hazelcast]\n\"hazelcast.x.password\" = \"{0}\"\n",
                       secret)),
  };
  const auto result = imported(files);
  for (const auto& [key, value] : result.config.cloud.parameters) CHECK(value != secret);
  for (const auto& [key, value] : result.config.properties) CHECK(value != secret);
  for (const auto& finding : linted(files)) {
    CHECK(finding.consequence.find(secret) == std::string::npos);
    CHECK(finding.mend.find(secret) == std::string::npos);
  }
}

TEST_CASE("placeholders: every spelling is replaced, also within a text", "[scenarios][import]") {
  const auto known = values({{"A", "1"}, {"b.c", "2"}, {"EMPTY", ""}});
  const auto resolve = [&known](std::string_view text) {
    return scenarios::resolve_placeholders(text, known, {}).value();
  };
  CHECK(resolve("${A}-${env.A}-$env{A}-$sys{b.c}") == "1-1-1-2");
  CHECK(resolve("${b.c}${EMPTY}") == "2");
  CHECK(resolve("a$b $ {A}") == "a$b $ {A}");
  CHECK_FALSE(scenarios::resolve_placeholders("$ref{a}", known, {}));
  CHECK_FALSE(scenarios::resolve_placeholders("${B}", {}, {}));
}

TEST_CASE("placeholders: a value that grows without end is refused", "[scenarios][import]") {
  const scenarios::Placeholders::Lookup doubled = [](std::string_view) {
    return std::string{"$ref{x}$ref{x}$ref{x}$ref{x}$ref{x}$ref{x}$ref{x}$ref{x}"};
  };
  CHECK_FALSE(scenarios::resolve_placeholders("$ref{x}", {}, doubled));
  const auto large = values({{"L", std::string(60'000, 'x')}});
  CHECK_FALSE(scenarios::resolve_placeholders("${L}${L}", large, {}));
}

TEST_CASE("import: a group's password is kept as the join secret, where it can be read",
          "[scenarios][import]") {
  const auto secret_of = [](std::string_view password) {
    const std::string elements = fmt::format(
        "<parameter name=\"membershipScheme\">wka</parameter>"
        "<parameter name=\"groupPassword\">{}</parameter>"
        "<members><member><hostName>10.0.0.1</hostName><port>4000</port></member></members>",
        password);
    return imported({axis2(elements, "axis2.xml")}, values({{"PASS", "from outside"}}))
        .config.join_secret;
  };
  CHECK(secret_of("hunter2") == "hunter2");
  CHECK(secret_of("${PASS}") == "from outside");
  CHECK(secret_of("${NOT_SET}").empty());
  CHECK(secret_of("$secret{vault}").empty());
}

TEST_CASE("placeholders: secrets are known by key and by reference", "[scenarios][import]") {
  for (const char* key : {"accessKey", "access-key", "SECRET_KEY", "groupPassword",
                          "KUBERNETES_API_SERVER_TOKEN", "join.aws.secret-key", "licenseKey"}) {
    CHECK(scenarios::is_secret_key(key));
  }
  for (const char* key : {"tagKey", "domain", "iamRole", "hazelcast.max.join.seconds"}) {
    CHECK_FALSE(scenarios::is_secret_key(key));
  }
  CHECK(scenarios::is_secret_reference("$secret{a}"));
  CHECK_FALSE(scenarios::is_secret_reference("$secret{a}b"));
}

TEST_CASE("member list: expanded lists are distinct and keep their order", "[scenarios][import]") {
  rc::check("each address once, the first one first", [] {
    const auto octets =
        *rc::gen::container<std::vector<std::uint8_t>>(rc::gen::arbitrary<std::uint8_t>());
    Entries entries;
    std::vector<scenarios::ListedMember> expected;
    for (const std::uint8_t octet : octets) {
      const scenarios::ListedMember member{fmt::format("10.0.0.{}", octet), 4000};
      entries.push_back({fmt::format("{}:4000", member.host)});
      if (std::find(expected.begin(), expected.end(), member) == expected.end()) {
        expected.push_back(member);
      }
    }
    RC_ASSERT(scenarios::listed_members(entries) == expected);
  });
}

TEST_CASE("member list: a range counts each of its addresses", "[scenarios][import]") {
  rc::check("last - first + 1", [] {
    const auto first = *rc::gen::inRange<unsigned>(0, 256);
    const auto last = *rc::gen::inRange<unsigned>(first, 256);
    const auto members = scenarios::expand_entry(fmt::format("10.0.0.{}-{}", first, last));
    RC_ASSERT(members.has_value());
    RC_ASSERT(members->size() == last - first + 1);
    RC_ASSERT(members->front().port == 0);
  });
}

TEST_CASE("member list: at least three members unless the nodes' own files say otherwise",
          "[scenarios][import]") {
  schemes::ClusterConfig config;
  config.wka.members = {{"a:1"}, {"a:1"}, {"b"}};
  CHECK(scenarios::default_member_count(config) == 3);
  config.wka.members = {{"10.0.0.1-5:1"}};
  CHECK(scenarios::default_member_count(config) == 5);
  config.nodes.resize(2);
  CHECK(scenarios::default_member_count(config) == 2);
}

}  // namespace
}  // namespace splitscope::tests
