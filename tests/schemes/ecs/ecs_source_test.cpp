#include "schemes/ecs/ecs_source.hpp"

#include "tests/support/aws_bench.hpp"

using namespace splitscope;
using namespace splitscope::schemes;
using tests::AwsBench;
using tests::read_recordings;

namespace {

AwsOptions on_ecs() {
  AwsOptions options;
  options.asks_ecs = true;
  options.family = "hz";
  options.task_metadata_url = "http://169.254.170.2/v3/self";
  options.credentials_url = "http://169.254.170.2/v2/credentials/fake-uuid";
  return options;
}

env::HttpResponse answer(std::uint16_t status, std::string body = "") {
  return {status, {}, std::move(body)};
}

// Tasks that a page of 100 does not hold.
std::string task_page(std::size_t first, std::size_t count, const std::string& next) {
  std::string body = R"({"taskArns":[)";
  for (std::size_t i = 0; i < count; ++i) {
    body += (i == 0 ? "\"t" : ",\"t") + std::to_string(first + i) + "\"";
  }
  return body + "]" + (next.empty() ? "" : ",\"nextToken\":\"" + next + "\"") + "}";
}

}  // namespace

TEST_CASE("ecs: our calls are those of Hazelcast 5.3.8, signatures included", "[schemes][ecs]") {
  AwsBench bench;
  bench.play(read_recordings("hazelcast-5.3.8-ecs"));
  bench.run<EcsSource>(on_ecs());
  bench.ask();
  CHECK(bench.position == 7);
  CHECK(bench.addresses ==
        std::vector<base::Ipv4>{base::ipv4(10, 77, 0, 11), base::ipv4(10, 77, 0, 12)});
}

TEST_CASE("ecs: interfaces that cannot be read are put up with", "[schemes][ecs]") {
  AwsBench bench;
  bench.play(read_recordings("hazelcast-5.3.8-ecs"));
  const auto recorded = bench.host.web;
  bench.host.web = [recorded](const env::HttpRequest& request) -> AwsBench::Answer {
    if (request.url.find("DescribeNetworkInterfaces") == std::string::npos)
      return recorded(request);
    return base::failure("reset");
  };
  AwsOptions options = on_ecs();
  options.retries = 0;
  bench.run<EcsSource>(options);
  bench.ask();
  CHECK(bench.addresses.size() == 2);
  CHECK_FALSE(bench.failed);
}

TEST_CASE("ecs: a process that does not run on ECS cannot start", "[schemes][ecs]") {
  AwsBench bench;
  AwsOptions options;
  options.asks_ecs = true;
  options.cluster = "flt";
  options.region = "us-east-1";
  options.keys = tests::FakeKeys;
  bench.run<EcsSource>(options);
  bench.ask();
  CHECK(bench.unusable);
}

TEST_CASE("ecs: only the first hundred tasks are seen, unless pages are read", "[schemes][ecs]") {
  AwsBench bench;
  std::size_t described = 0;
  bench.host.web = [&](const env::HttpRequest& request) -> AwsBench::Answer {
    const std::string target = tests::header_of(request.headers, "X-Amz-Target");
    if (target.ends_with("ListTasks")) {
      const bool is_second = request.body.find("nextToken") != std::string::npos;
      return answer(200, is_second ? task_page(100, 30, "") : task_page(0, 100, "more"));
    }
    if (target.ends_with("DescribeTasks")) {
      const auto commas = std::count(request.body.begin(), request.body.end(), ',');
      described += static_cast<std::size_t>(commas) - 1;
      return answer(200, R"({"tasks":[{"containers":[{"networkInterfaces":[)"
                         R"({"privateIpv4Address":"10.0.0.9"}]}]}]})");
    }
    if (request.url.ends_with("/task")) {
      return answer(200, R"({"TaskARN":"arn:aws:ecs:eu-west-1:1:task/c/t1","Cluster":"c",)"
                         R"("AvailabilityZone":"eu-west-1a"})");
    }
    return answer(200, R"({"AccessKeyId":"A","SecretAccessKey":"S"})");
  };
  AwsOptions options = on_ecs();
  options.reads_pages = GENERATE(true, false);
  bench.run<EcsSource>(options);
  bench.ask();
  CHECK(described == (options.reads_pages ? 130 : 100));
  CHECK(bench.addresses.size() == (options.reads_pages ? 2 : 1));
}

TEST_CASE("ecs: an API that refuses leaves nobody found", "[schemes][ecs]") {
  AwsBench bench;
  bench.play(read_recordings("hazelcast-5.3.8-ecs"));
  const auto recorded = bench.host.web;
  bench.host.web = [recorded](const env::HttpRequest& request) -> AwsBench::Answer {
    return request.method == "POST" ? answer(400, R"({"__type":"ThrottlingException"})")
                                    : recorded(request);
  };
  bench.run<EcsSource>(on_ecs());
  bench.ask();
  CHECK(bench.failed);
  CHECK(bench.addresses.empty());
}
