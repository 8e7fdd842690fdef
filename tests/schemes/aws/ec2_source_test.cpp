#include "schemes/aws/ec2_source.hpp"

#include "tests/support/aws_bench.hpp"

using namespace std::chrono_literals;
using namespace splitscope;
using namespace splitscope::schemes;
using tests::AwsBench;
using tests::FakeKeys;
using tests::read_recordings;

namespace {

AwsOptions options_of(Engine engine = Engine::Hz53) {
  AwsOptions options;
  options.behaviour = aws_behaviour_of(engine);
  options.retries = options.behaviour.retries_default;
  options.tags = {{"cluster", "flt"}};
  return options;
}

AwsOptions with_keys(AwsOptions options) {
  options.keys = FakeKeys;
  options.region = "us-east-1";
  return options;
}

const std::vector<base::Ipv4> BothMembers{base::ipv4(10, 77, 0, 11), base::ipv4(10, 77, 0, 12)};

env::HttpResponse answer(std::uint16_t status, std::string body = "") {
  return {status, {}, std::move(body)};
}

// Instance metadata that answer everything, and EC2 as told.
struct Cloud {
  AwsBench& bench;
  std::vector<std::string> urls;
  AwsBench::Answer ec2 = answer(200, "<DescribeInstancesResponse/>");

  void serve() {
    bench.host.web = [this](const env::HttpRequest& request) -> AwsBench::Answer {
      urls.push_back(request.method + " " + request.url);
      if (request.url.find("api/token") != std::string::npos) return answer(200, "token");
      if (request.url.ends_with("zone/")) return answer(200, "eu-west-1b");
      if (request.url.ends_with("credentials/")) return answer(200, "role");
      if (request.url.ends_with("group-name/")) return answer(404);
      if (request.url.ends_with("/role")) {
        return answer(200, R"({"AccessKeyId":"A","SecretAccessKey":"S","Token":"T"})");
      }
      return ec2;
    };
  }
  std::size_t count(const std::string& part) const {
    std::size_t found = 0;
    for (const std::string& url : urls) found += url.find(part) != std::string::npos ? 1 : 0;
    return found;
  }
};

}  // namespace

TEST_CASE("aws: with a role our calls are those of Hazelcast 5.3.8, signatures included",
          "[schemes][aws]") {
  AwsBench bench;
  bench.play(read_recordings("hazelcast-5.3.8-ec2"));
  bench.run<Ec2Source>(options_of());
  bench.ask();
  CHECK(bench.position == 7);
  CHECK(bench.addresses == BothMembers);
  CHECK_FALSE(bench.failed);
}

TEST_CASE("aws: with keys and a region our calls are those of Hazelcast 5.5.0", "[schemes][aws]") {
  AwsBench bench;
  bench.play(read_recordings("hazelcast-5.5.0-ec2"));
  bench.run<Ec2Source>(with_keys(options_of()));
  bench.ask();
  CHECK(bench.position == 4);
  CHECK(bench.addresses == BothMembers);
}

TEST_CASE("aws: a throttled call is tried again, as Hazelcast 5.3.8 was recorded to",
          "[schemes][aws]") {
  AwsBench bench;
  bench.play(read_recordings("hazelcast-5.3.8-throttled"));
  bench.run<Ec2Source>(with_keys(options_of()));
  bench.ask();
  CHECK(bench.position == 5);
  CHECK(bench.addresses == BothMembers);
}

TEST_CASE("aws: the plugin of 3.12 asks metadata without a token and signs in the query",
          "[schemes][aws]") {
  AwsBench bench;
  bench.play(read_recordings("hazelcast-3.12.13-aws2.4-ec2"));
  bench.run<Ec2Source>(with_keys(options_of(Engine::Hz312)));
  bench.ask();
  CHECK(bench.position == 2);
  CHECK(bench.addresses == BothMembers);
}

TEST_CASE("aws: the second question asks for credentials and instances alone", "[schemes][aws]") {
  AwsBench bench;
  Cloud cloud{bench, {}};
  cloud.serve();
  bench.run<Ec2Source>(options_of());
  bench.ask();
  cloud.urls.clear();
  bench.ask();
  REQUIRE(cloud.urls.size() == 2);
  CHECK(cloud.urls[0].ends_with("/iam/security-credentials/role"));
  CHECK(cloud.urls[1].starts_with("GET https://ec2.eu-west-1.amazonaws.com/?Action=Describe"));
}

TEST_CASE("aws: the metadata token is renewed after half of its life", "[schemes][aws]") {
  AwsBench bench;
  Cloud cloud{bench, {}};
  cloud.serve();
  bench.run<Ec2Source>(options_of());
  bench.ask();
  bench.world.run_for(MetadataTokenLife / 2 - 1min);
  bench.ask();
  CHECK(cloud.count("api/token") == 1);
  bench.world.run_for(2min);
  bench.ask();
  CHECK(cloud.count("api/token") == 2);
}

TEST_CASE("aws: an API that refuses leaves nobody found, after three more tries",
          "[schemes][aws]") {
  AwsBench bench;
  Cloud cloud{bench, {}};
  cloud.ec2 = GENERATE(answer(503), answer(403), answer(401), answer(500),
                       answer(200, "<html>no XML of ours</html>"));
  cloud.serve();
  bench.run<Ec2Source>(options_of());
  const base::Instant before = bench.world.now();
  bench.ask();
  CHECK(bench.failed);
  CHECK(bench.addresses.empty());
  CHECK_FALSE(bench.unusable);
  const bool is_answer = cloud.ec2->status == 200;
  CHECK(cloud.count("DescribeInstances") == (is_answer ? 1 : 4));
  if (!is_answer) CHECK(bench.world.now() - before > 7100ms);
}

TEST_CASE("aws: without a token metadata are asked the old way; without metadata we cannot start",
          "[schemes][aws]") {
  AwsBench bench;
  std::vector<std::string> urls;
  const bool allows_old_way = GENERATE(true, false);
  bench.host.web = [&](const env::HttpRequest& request) -> AwsBench::Answer {
    urls.push_back(request.method + " " + request.url);
    CHECK(tests::header_of(request.headers, "X-aws-ec2-metadata-token").empty());
    if (request.method == "PUT") return answer(403);
    if (!allows_old_way) return answer(401);
    return request.url.find("DescribeInstances") == std::string::npos
               ? answer(200, "us-east-1a")
               : answer(200, "<DescribeInstancesResponse/>");
  };
  bench.run<Ec2Source>(with_keys(options_of()));
  bench.ask();
  CHECK(bench.unusable == !allows_old_way);
  CHECK(std::count(urls.begin(), urls.end(), "PUT http://169.254.169.254/latest/api/token") == 4);
}

TEST_CASE("aws: pages are read only where the switch says so, and never without end",
          "[schemes][aws]") {
  AwsBench bench;
  Cloud cloud{bench, {}};
  cloud.ec2 = answer(200,
                     "<DescribeInstancesResponse><reservationSet><item><instancesSet><item>"
                     "<privateIpAddress>10.0.0.1</privateIpAddress></item></instancesSet></item>"
                     "</reservationSet><nextToken>more</nextToken></DescribeInstancesResponse>");
  cloud.serve();
  AwsOptions options = options_of();
  options.reads_pages = GENERATE(true, false);
  bench.run<Ec2Source>(options);
  bench.ask();
  CHECK(cloud.count("DescribeInstances") == (options.reads_pages ? Ec2Source::PagesMax : 1));
  CHECK((cloud.count("NextToken=more") > 0) == options.reads_pages);
  CHECK((cloud.count("MaxResults") > 0) == options.reads_pages);
}
