#include "scenarios/import/cluster_file.hpp"

#include <catch2/catch.hpp>

namespace splitscope::scenarios {

TEST_CASE("cluster file: what a runner has resolved is read back as it was",
          "[scenarios][import]") {
  schemes::ClusterConfig config;
  CHECK(parse_cluster_file(to_cluster_file(config)) == config);
  config.scheme = schemes::SchemeKind::Multicast;
  config.engine = schemes::Engine::Hz312;
  config.engine_from_file = true;
  config.wso2 = true;
  config.cluster_name = "wso2.\"am\"\n";
  config.port = 4000;
  config.port_auto_increment = false;
  config.port_count = 7;
  config.wka = {{{"10.0.0.1:4000"}, {"host-b"}}, std::chrono::milliseconds{1234}, "10.0.0.1"};
  config.multicast = {{base::ipv4(228, 0, 0, 4), 45564}, 100, std::chrono::seconds{60}, true};
  config.cloud = {{{"region", "eu-west-1"}}, true};
  config.data = {3, 4, schemes::MergePolicy::HigherHits};
  config.properties = {{"hazelcast.max.no.heartbeat.seconds", "5"}};
  CHECK(parse_cluster_file(to_cluster_file(config)) == config);
}

TEST_CASE("cluster file: anything else is refused", "[scenarios][import]") {
  const std::string text = to_cluster_file({});
  CHECK_FALSE(parse_cluster_file("").has_value());
  CHECK_FALSE(parse_cluster_file("[]").has_value());
  CHECK_FALSE(parse_cluster_file("{\"splitscope_cluster\":1}").has_value());
  for (std::size_t size = 0; size < text.size(); ++size) {
    CHECK_FALSE(parse_cluster_file(std::string_view(text).substr(0, size)).has_value());
  }
  const std::vector<std::pair<std::string, std::string>> wrong{{"\"port\":5701", "\"port\":99999"},
                                                               {"\"backups\":1", "\"backups\":7"},
                                                               {"put_if_absent", "put_if_present"}};
  for (const auto& [good, bad] : wrong) {
    std::string changed = text;
    REQUIRE(text.find(good) != std::string::npos);
    changed.replace(text.find(good), good.size(), bad);
    INFO(changed);
    CHECK_FALSE(parse_cluster_file(changed).has_value());
  }
}

}  // namespace splitscope::scenarios
