#include "schemes/aws/cloud_caller.hpp"

#include <catch2/catch.hpp>

#include "tests/support/fake_environment.hpp"

using namespace std::chrono_literals;
using namespace splitscope;
using namespace splitscope::schemes;

namespace {

class Caller final : public env::Program, public CloudCallHandler {
 public:
  Caller(env::Environment environment, bool accepts_missing)
      : caller(environment, 3, *this), accepts_missing_(accepts_missing) {}
  void start() override { caller.begin(CloudCall::DescribeInstances, accepts_missing_); }
  void shut_down() override {}
  env::HttpRequest make_request(CloudCall) override { return {}; }
  void on_call_ended(CloudCall, const base::Result<env::HttpResponse>& response) override {
    ended = true;
    good = response.has_value();
  }
  CloudCaller caller;
  bool ended = false;
  bool good = false;

 private:
  bool accepts_missing_;
};

}  // namespace

TEST_CASE("cloud calls: the waits are those recorded of Hazelcast, up to five minutes",
          "[schemes][aws]") {
  CHECK(retry_wait(2) == 1500ms);
  CHECK(retry_wait(3) == 2250ms);
  CHECK(retry_wait(4) == 3375ms);
  CHECK(retry_wait(100) == RetryWaitMax);
}

TEST_CASE("cloud calls: what fails is tried four times, and each try is a fact", "[schemes][aws]") {
  tests::FakeWorld world;
  tests::FakeHost& host = world.add_host(base::ipv4(10, 0, 0, 1));
  std::vector<base::Instant> tries;
  host.web = [&](const env::HttpRequest&) -> base::Result<env::HttpResponse> {
    tries.push_back(world.now());
    if (tries.size() == 2) return base::failure("timed out");
    return env::HttpResponse{503, {}, ""};
  };
  auto program = std::make_unique<Caller>(host.environment(), false);
  const Caller& caller = *program;
  host.run(std::move(program));
  world.run_for(1min);
  REQUIRE(tries.size() == 4);
  CHECK(tries[1] - tries[0] == 1500ms + host.web_latency);
  CHECK(tries[3] - tries[2] == 3375ms + host.web_latency);
  CHECK((caller.ended && !caller.good));
  CHECK(host.count(base::EventKind::CloudCallEnded) == 4);
}

TEST_CASE("cloud calls: 404 is an answer where something may be missing", "[schemes][aws]") {
  tests::FakeWorld world;
  tests::FakeHost& host = world.add_host(base::ipv4(10, 0, 0, 1));
  const bool accepts = GENERATE(true, false);
  host.web = [](const env::HttpRequest&) { return env::HttpResponse{404, {}, ""}; };
  auto program = std::make_unique<Caller>(host.environment(), accepts);
  const Caller& caller = *program;
  host.run(std::move(program));
  world.run_for(1min);
  CHECK(caller.good == accepts);
}

TEST_CASE("cloud calls: a process that ends leaves nothing under way", "[schemes][aws]") {
  tests::FakeWorld world;
  tests::FakeHost& host = world.add_host(base::ipv4(10, 0, 0, 1));
  host.web_latency = 1s;
  host.run(std::make_unique<Caller>(host.environment(), false));
  world.run_for(500ms);
  host.kill();
  world.run_for(5s);
  CHECK(host.count(base::EventKind::CloudCallEnded) == 0);
}
