#include "schemes/aws/aws_options.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using namespace splitscope;
using namespace splitscope::schemes;

namespace {

ClusterConfig plugin(std::map<std::string, std::string> parameters) {
  ClusterConfig config;
  config.scheme = SchemeKind::Aws;
  config.cloud.parameters = std::move(parameters);
  return config;
}

ClusterConfig wso2(std::map<std::string, std::string> parameters) {
  ClusterConfig config = plugin(std::move(parameters));
  config.wso2 = true;
  config.port = 4000;
  return config;
}

AwsOptions options_of(const ClusterConfig& config, const CloudIdentity& identity = {}) {
  auto options = make_aws_options(config, identity);
  if (!options) FAIL(options.error().message);
  return *options;
}

std::string error_of(const ClusterConfig& config) {
  const auto options = make_aws_options(config, {});
  return options ? "" : options.error().message;
}

}  // namespace

TEST_CASE("aws options: the plugin's own names", "[schemes][aws]") {
  const AwsOptions options = options_of(plugin({{"region", "eu-west-1"},
                                                {"tag-key", "a,b,c"},
                                                {"tag-value", "1,2"},
                                                {"hz-port", "5701-5703"},
                                                {"connection-retries", "0"},
                                                {"read-timeout-seconds", "5"},
                                                {"iam-role", "hz"},
                                                {"security-group-name", "sg"}}));
  CHECK(options.tags == std::vector<AwsTag>{{"a", "1"}, {"b", "2"}, {"c", ""}});
  CHECK((options.port_first == 5701 && options.port_count == 3));
  CHECK((options.retries == 0 && options.timeout == 5s));
  CHECK((options.role == "hz" && options.security_group == "sg"));
  CHECK_FALSE(options.asks_ecs);
}

TEST_CASE("aws options: WSO2's agent hands on its own names, and not the ports", "[schemes][aws]") {
  ClusterConfig config =
      wso2({{"tagKey", "k"}, {"tagValue", "v"}, {"securityGroup", "g"}, {"hz-port", "4000"}});
  AwsOptions options = options_of(config);
  CHECK(options.tags == std::vector<AwsTag>{{"k", "v"}});
  CHECK(options.security_group == "g");
  CHECK((options.port_first == 5701 && options.port_count == 8));
  // B-4: some kernels drop them, and everything that runs in the region is listed.
  config.cloud.drops_camel_case = true;
  options = options_of(config);
  CHECK(options.tags.empty());
  CHECK(options.security_group.empty());
  config.cloud.parameters["tag-key"] = "k";
  CHECK(options_of(config).tags == std::vector<AwsTag>{{"k", ""}});
}

TEST_CASE("aws options: where the API is asked follows the plugin", "[schemes][aws]") {
  AwsOptions options;
  CHECK(options.ec2_host("us-east-1") == "ec2.us-east-1.amazonaws.com");
  CHECK(options.ecs_host("us-east-1") == "ecs.us-east-1.amazonaws.com");
  options.host_header = "ec2.amazonaws.com:8443";
  CHECK(options.ec2_host("us-east-1") == "ec2.us-east-1.amazonaws.com:8443");
  options.host_header = "ec2";
  CHECK(options.ec2_host("eu-west-1") == "ec2.eu-west-1.amazonaws.com");
  options.host_header = "proxy.internal";
  CHECK(options.ec2_host("eu-west-1") == "proxy.internal");
}

TEST_CASE("aws options: ECS is asked when a cluster is named, or when we run there",
          "[schemes][aws]") {
  CloudIdentity on_ecs;
  on_ecs.environment = {{"AWS_EXECUTION_ENV", "AWS_ECS_FARGATE"},
                        {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/1"},
                        {"ECS_CONTAINER_METADATA_URI", "http://169.254.170.2/v3/1"}};
  CHECK(options_of(plugin({{"cluster", "c"}})).asks_ecs);
  CHECK(options_of(plugin({{"host-header", "ecs"}})).asks_ecs);
  CHECK(options_of(plugin({}), on_ecs).asks_ecs);
  CHECK(options_of(plugin({}), on_ecs).credentials_url == "http://169.254.170.2/v2/credentials/1");
  CHECK_FALSE(options_of(plugin({{"host-header", "ec2"}}), on_ecs).asks_ecs);
  CHECK_FALSE(options_of(plugin({})).asks_ecs);
}

TEST_CASE("aws options: WSO2's aws-ecs asks EC2 for tags, and needs an interface",
          "[schemes][aws]") {
  ClusterConfig config = wso2({{"clusterName", "c"}, {"tagKey", "k"}});
  config.scheme = SchemeKind::Ecs;
  CHECK(error_of(config).find("networkInterface") != std::string::npos);
  config.cloud.parameters["networkInterface"] = "10.0.*.*";
  const AwsOptions options = options_of(config);
  CHECK_FALSE(options.asks_ecs);
  CHECK(options.interface_pattern == "10.0.*.*");
  CHECK(options.ec2_host("us-east-1") == "ec2.us-east-1.amazonaws.com");
}

TEST_CASE("aws options: what cannot be is refused with the words to mend it", "[schemes][aws]") {
  CHECK(error_of(plugin({{"region", "mars"}})).find("us-east-1") != std::string::npos);
  CHECK(error_of(plugin({{"region", "us-gov-west-1"}})).empty());
  CHECK(error_of(plugin({{"hz-port", "5708-5701"}})).find("5701-5708") != std::string::npos);
  CHECK(error_of(plugin({{"connection-retries", "many"}})).find("many") != std::string::npos);
  CHECK(error_of(plugin({{"cluster", "c"}, {"security-group-name", "g"}})).find("one kind") !=
        std::string::npos);
  const std::string many(AwsOptions::TagsMax * 2 + 1, ',');
  CHECK(error_of(plugin({{"tag-key", many}})).find("64") != std::string::npos);
}

TEST_CASE("aws options: interface patterns", "[schemes][aws]") {
  const base::Ipv4 address = base::ipv4(10, 77, 0, 11);
  for (const char* fits : {"10.77.0.11", "10.*.*.*", "10.77.0.10-20", "*.*.*.*"}) {
    INFO(fits);
    CHECK(matches_pattern(address, fits));
  }
  for (const char* other :
       {"", "10.77.0", "10.77.0.11.1", "10.77.1.*", "10.77.0.12-20", "x.*.*.*"}) {
    INFO(other);
    CHECK_FALSE(matches_pattern(address, other));
  }
}
