#include "cloud/metadata.hpp"

#include "tests/support/cloud_bench.hpp"

using namespace std::chrono_literals;
using namespace splitscope;
using namespace splitscope::cloud;
using tests::CloudBench;

namespace {

constexpr const char* Zone = "/latest/meta-data/placement/availability-zone/";
constexpr const char* TokenPath = "/latest/api/token";

wire::HeaderList with_token(std::string token) {
  return {{"X-aws-ec2-metadata-token", std::move(token)}};
}

std::string take_token(CloudBench& bench, std::string seconds = "21600") {
  return bench
      .metadata("PUT", TokenPath, {{"X-aws-ec2-metadata-token-ttl-seconds", std::move(seconds)}})
      .response.body;
}

struct Running : CloudBench {
  std::uint64_t number = launch(11, "m1");
  MetadataOptions& options() { return cloud.inventory().find(number)->spec.metadata; }
};

}  // namespace

TEST_CASE("metadata: a token is good for its life, and only here", "[cloud]") {
  Running bench;
  bench.options().tokens_required = true;
  CHECK(bench.metadata("GET", Zone).response.status == 401);
  CHECK(bench.metadata("GET", Zone, with_token("nonsense")).response.status == 401);
  const std::string token = take_token(bench, "60");
  CHECK(bench.metadata("GET", Zone, with_token(token)).response.body == "us-east-1a");
  std::string forged = token;
  forged.back() = forged.back() == '0' ? '1' : '0';
  CHECK(bench.metadata("GET", Zone, with_token(forged)).response.status == 401);
  bench.launch(12, "m2");
  bench.caller = base::ipv4(10, 77, 0, 12);
  CHECK(bench.metadata("GET", Zone, with_token(token)).response.status == 401);
  bench.caller = base::ipv4(10, 77, 0, 11);
  bench.now += 61s;
  CHECK(bench.metadata("GET", Zone, with_token(token)).response.status == 401);
}

TEST_CASE("metadata: a life of a token that cannot be is refused", "[cloud]") {
  Running bench;
  for (const char* life : {"", "0", "21601", "x", "-1", "60s"}) {
    INFO(life);
    const auto answer =
        bench.metadata("PUT", TokenPath, {{"X-aws-ec2-metadata-token-ttl-seconds", life}});
    CHECK(answer.response.status == 400);
  }
}

TEST_CASE("metadata: without a token where it is allowed; off, unknown, or not ours", "[cloud]") {
  Running bench;
  CHECK(bench.metadata("GET", Zone).response.status == 200);
  CHECK(bench.metadata("GET", "/latest/meta-data/placement/availability-zone").response.body ==
        "us-east-1a");
  CHECK(bench.metadata("GET", "/latest/meta-data/placement/group-name/").response.status == 404);
  bench.options().enabled = false;
  CHECK(bench.metadata("GET", Zone).response.status == 403);
  bench.caller = base::ipv4(10, 77, 0, 99);
  CHECK(bench.metadata("GET", Zone).is_lost);
}

TEST_CASE("metadata: behind a bridge the token's answer does not arrive", "[cloud]") {
  Running bench;
  bench.options().hops = 2;
  const wire::HeaderList life{{"X-aws-ec2-metadata-token-ttl-seconds", "60"}};
  CHECK(bench.metadata("PUT", TokenPath, life).is_lost);
  CHECK(bench.metadata("GET", Zone).response.status == 200);
  bench.options().hop_limit = 2;
  CHECK_FALSE(bench.metadata("PUT", TokenPath, life).is_lost);
}

TEST_CASE("metadata: a role's credentials sign calls until their life is over", "[cloud]") {
  Running bench;
  CHECK(bench.metadata("GET", "/latest/meta-data/iam/security-credentials/").response.body ==
        "hz-role");
  const auto fetch = [&bench] {
    const std::string body =
        bench.metadata("GET", "/latest/meta-data/iam/security-credentials/hz-role").response.body;
    const auto document = wire::Document::read_json(body);
    REQUIRE(document.has_value());
    bench.keys = {std::string(document->root().child("AccessKeyId").text()),
                  std::string(document->root().child("SecretAccessKey").text()),
                  std::string(document->root().child("Token").text())};
  };
  fetch();
  const auto ask = [&bench] { return bench.ec2("Action=DescribeInstances").response; };
  CHECK(ask().status == 200);
  const wire::Credentials first = bench.keys;
  bench.now += 7h;
  CHECK(ask().status == 400);
  CHECK(tests::count_of(ask().body, "RequestExpired") == 1);
  fetch();
  CHECK(bench.keys.access_key_id != first.access_key_id);
  CHECK(ask().status == 200);
  bench.keys.session_token += "x";
  CHECK(ask().status == 401);

  const auto fault = bench.cloud.add_fault({.kind = CloudFaultKind::ExpireCredentials});
  fetch();
  CHECK(ask().status == 400);
  CHECK(bench.cloud.touched(*fault) == 1);
}

TEST_CASE("metadata: a task knows itself in versions 3 and 4, and its role", "[cloud]") {
  CloudBench bench;
  bench.run_task(11);
  const auto get = [&bench](std::string path) {
    Call call = bench.call();
    call.host = "169.254.170.2";
    call.path = std::move(path);
    return bench.cloud.answer(call);
  };
  for (const char* path : {"/v3/self/task", "/v4/1/task", "/v4/1/task/"}) {
    CHECK(tests::count_of(get(path).response.body, "\"Cluster\":\"flt\"") == 1);
  }
  CHECK(tests::count_of(get("/v2/credentials/1").response.body, "AccessKeyId") == 1);
  CHECK(get("/other").response.status == 404);
  bench.caller = base::ipv4(10, 77, 0, 99);
  CHECK(get("/v3/self/task").is_lost);
}
