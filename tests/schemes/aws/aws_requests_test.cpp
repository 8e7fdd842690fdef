#include "schemes/aws/aws_requests.hpp"

#include <catch2/catch.hpp>

#include "engine/wire/utc_text.hpp"
#include "schemes/membership/address_rules.hpp"
#include "tests/support/http_recording.hpp"

using namespace splitscope;
using namespace splitscope::schemes;
using tests::read_recording;

namespace {

const wire::Credentials Keys{"AKIA", "very secret", ""};

std::string url_of(const AwsOptions& options) {
  return describe_instances_request(
             options, {Keys, "us-east-1", *wire::parse_utc("2026-01-01T00:00:00Z")}, "")
      .url;
}

}  // namespace

TEST_CASE("aws requests: filters in the plugin's order, running instances last", "[schemes][aws]") {
  AwsOptions options;
  options.tags = {{"a b", "1"}, {"k", ""}, {"", "v"}};
  options.security_group = "sg";
  CHECK(url_of(options) ==
        "https://ec2.us-east-1.amazonaws.com/?Action=DescribeInstances"
        "&Filter.1.Name=tag%3Aa%20b&Filter.1.Value.1=1&Filter.2.Name=tag-key&Filter.2.Value.1=k"
        "&Filter.3.Name=tag-value&Filter.3.Value.1=v&Filter.4.Name=instance.group-name"
        "&Filter.4.Value.1=sg&Filter.5.Name=instance-state-name&Filter.5.Value.1=running"
        "&Version=2016-11-15");
}

TEST_CASE("aws requests: a secret is in no part of a request", "[schemes][aws]") {
  AwsOptions options;
  options.behaviour.signs_in_query = GENERATE(true, false);
  const env::HttpRequest request = describe_instances_request(
      options, {Keys, "us-east-1", *wire::parse_utc("2026-01-01T00:00:00Z")}, "");
  std::string all = request.url + request.body;
  for (const auto& [name, value] : request.headers) all += name + value;
  CHECK(all.find("secret") == std::string::npos);
  CHECK(all.find("AKIA") != std::string::npos);
}

TEST_CASE("aws requests: recorded answers are read to what they say", "[schemes][aws]") {
  for (const char* name : {"hazelcast-5.3.8-ec2/07-api-DescribeInstances.http",
                           "hazelcast-3.12.13-aws2.4-ec2/02-api-DescribeInstances.http",
                           "clients/js-DescribeInstances-filters.http"}) {
    INFO(name);
    const auto page = parse_instances(read_recording(name).response.body);
    REQUIRE(page.has_value());
    CHECK(page->addresses ==
          std::vector<base::Ipv4>{base::ipv4(10, 77, 0, 11), base::ipv4(10, 77, 0, 12)});
    CHECK(page->next_page.empty());
  }
  // Of four instances the terminated one has no address.
  const auto all = parse_instances(
      read_recording("clients/hazelcast-3.5.4-DescribeInstances.http").response.body);
  REQUIRE(all.has_value());
  CHECK(all->addresses.size() == 3);
}

TEST_CASE("aws requests: errors of both APIs name their code", "[schemes][aws]") {
  const auto code = [](const char* name) {
    return error_code(read_recording(std::string("errors/") + name).response.body);
  };
  CHECK(code("ec2-40-throttled-RequestLimitExceeded-503-injected.http") == "RequestLimitExceeded");
  CHECK(code("ec2-51-auth-on-bad-signature.http") == "AuthFailure");
  CHECK(code("ecs-40-throttled-ThrottlingException-400-injected.http") == "ThrottlingException");
  CHECK(code("ecs-30-err-ClusterNotFoundException.http") == "ClusterNotFoundException");
  CHECK(error_code("<html>").empty());
  CHECK(error_code("").empty());
}

TEST_CASE("aws requests: an answer that is none is an error, a long one is cut", "[schemes][aws]") {
  CHECK_FALSE(parse_instances("").has_value());
  CHECK_FALSE(parse_instances("<Other/>").has_value());
  CHECK_FALSE(parse_credentials("{}").has_value());
  CHECK_FALSE(parse_credentials("[").has_value());
  std::string xml = "<DescribeInstancesResponse><reservationSet><item><instancesSet>";
  for (std::size_t i = 0; i <= CandidateCountMax; ++i) {
    xml += "<item><privateIpAddress>10.0.0.1</privateIpAddress></item>";
  }
  xml += "</instancesSet></item></reservationSet></DescribeInstancesResponse>";
  CHECK(parse_instances(xml)->addresses.size() == CandidateCountMax);
}
