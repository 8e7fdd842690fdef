#include "tests/support/cloud_bench.hpp"

using namespace std::chrono_literals;
using namespace splitscope;
using namespace splitscope::cloud;
using tests::CloudBench;
using tests::count_of;
using tests::HttpRecording;
using tests::read_recording;

namespace {

// The trees are equal but for what differs from call to call.
void check_same(const wire::Node& ours, const wire::Node& recorded) {
  CHECK(ours.name() == recorded.name());
  const std::string name(ours.name());
  INFO(name);
  CHECK(ours.kind() == recorded.kind());
  if (name != "requestId" && name != "RequestID" && name != "message") {
    CHECK(ours.text() == recorded.text());
  }
  wire::Node mine = ours.first();
  wire::Node theirs = recorded.first();
  for (; mine.exists() && theirs.exists(); mine = mine.next(), theirs = theirs.next()) {
    check_same(mine, theirs);
  }
  CHECK(mine.exists() == theirs.exists());
}

// The recorded request gets, of a like inventory, the recorded answer.
void check_replay(CloudBench& bench, const std::string& path) {
  INFO(path);
  const HttpRecording recording = read_recording(path);
  const Answer answer = bench.replay(recording);
  CHECK(answer.response.status == recording.response.status);
  const std::string& body = recording.response.body;
  const auto ours = body.starts_with("<") ? wire::Document::read_xml(answer.response.body)
                                          : wire::Document::read_json(answer.response.body);
  const auto theirs =
      body.starts_with("<") ? wire::Document::read_xml(body) : wire::Document::read_json(body);
  REQUIRE(ours.has_value());
  REQUIRE(theirs.has_value());
  check_same(ours->root(), theirs->root());
  CHECK(tests::header_of(answer.response.headers, "Content-Type") ==
        tests::header_of(recording.response.headers, "Content-Type"));
}

// The rig that was recorded: two members, one of another cluster, and a dead one.
void launch_rig(CloudBench& bench, std::uint8_t decoy) {
  bench.launch(11, "m1");
  bench.launch(12, "m2");
  bench.launch(decoy, "decoy", "other", "web");
  bench.cloud.inventory().find(3)->spec.zone = "us-east-1a";
  bench.cloud.inventory().terminate(bench.launch(99, "dead"), bench.now);
  bench.now += 1min;
}

std::size_t listed_in(const Answer& answer) {
  return count_of(answer.response.body, "<instanceId>");
}

constexpr const char* All = "Action=DescribeInstances&Filter.1.Name=tag-key&Filter.1.Value.1=*";

}  // namespace

TEST_CASE("cloud: recorded requests of real clients get the recorded answers", "[cloud]") {
  CloudBench bench;
  const bool is_java = GENERATE(true, false);
  launch_rig(bench, is_java ? 13 : 200);
  bench.keys = tests::FakeKeys;
  bench.cloud.authority().add_key({"ASIAFAULTLINE0000002",
                                   "fakeRoleSecret/K7MDENG+bPxRfiCYEXAMPLEKEY",
                                   "FAKESESSIONTOKEN//example+/=="});
  if (is_java) {
    check_replay(bench, "hazelcast-5.3.8-ec2/07-api-DescribeInstances.http");
    check_replay(bench, "hazelcast-5.5.0-ec2/04-api-DescribeInstances.http");
    check_replay(bench, "hazelcast-3.12.13-aws2.4-ec2/02-api-DescribeInstances.http");
    check_replay(bench, "clients/hazelcast-3.5.4-DescribeInstances.http");
  } else {
    check_replay(bench, "clients/js-DescribeInstances-filters.http");
    check_replay(bench, "clients/js-DescribeInstances-NotFound.http");
    check_replay(bench, "clients/js-DescribeInstances-page.http");
    check_replay(bench, "clients/awscli-DescribeInstances.http");
    check_replay(bench, "clients/awscli-ec2-bad-signature.http");
  }
}

TEST_CASE("cloud: recorded ECS requests get the recorded answers", "[cloud]") {
  CloudBench bench;
  bench.run_task(11);
  bench.run_task(12);
  bench.cloud.authority().add_key({"ASIAFAULTLINE0000002",
                                   "fakeRoleSecret/K7MDENG+bPxRfiCYEXAMPLEKEY",
                                   "FAKESESSIONTOKEN//example+/=="});
  check_replay(bench, "hazelcast-5.3.8-ecs/05-api-ListTasks.http");
  check_replay(bench, "hazelcast-5.3.8-ecs/06-api-DescribeTasks.http");
  check_replay(bench, "clients/awscli-ListTasks-serviceName.http");
  check_replay(bench, "clients/awscli-ecs-bad-signature.http");
  check_replay(bench, "hazelcast-5.3.8-ecs/01-ecsmd-v3_self_task.http");
}

TEST_CASE("cloud: what is not signed right is refused as AWS refuses it", "[cloud]") {
  CloudBench bench;
  bench.launch(11, "m1");
  CHECK(bench.ec2(All).response.status == 200);

  SECTION("an unknown key") {
    bench.keys.access_key_id = "AKIAOTHER";
  }
  SECTION("a wrong secret") {
    bench.keys.secret_key = "wrong";
  }
  SECTION("a clock that is 16 minutes ahead") {
    bench.skew = 16min;
  }
  SECTION("a clock that is 16 minutes behind") {
    bench.skew = -16min;
  }
  const Answer answer = bench.ec2(All);
  CHECK(answer.response.status == 401);
  CHECK(count_of(answer.response.body, "<Code>AuthFailure</Code>") == 1);
  CHECK(bench.ecs("ListTasks", R"({"cluster":"flt"})").response.status == 400);
}

TEST_CASE("cloud: clocks within fifteen minutes will do", "[cloud]") {
  CloudBench bench;
  bench.skew = GENERATE(14min, -14min);
  CHECK(bench.ec2(All).response.status == 200);
}

TEST_CASE("cloud: a denied action and an unknown one have AWS's codes", "[cloud]") {
  CloudBench bench;
  bench.cloud.authority().deny("DescribeInstances");
  CHECK(bench.ec2(All).response.status == 403);
  CHECK(count_of(bench.ec2(All).response.body, "UnauthorizedOperation") == 1);
  bench.cloud.authority().allow("DescribeInstances");
  CHECK(bench.ec2(All).response.status == 200);
  CHECK(count_of(bench.ec2("Action=Nonsense").response.body, "InvalidAction") == 1);
  CHECK(count_of(bench.ecs("Nonsense", "{}").response.body, "UnknownOperationException") == 1);
}

TEST_CASE("cloud: more calls than the bucket holds are throttled, and then one a refill",
          "[cloud]") {
  CloudBench bench;
  for (int i = 0; i < 100; ++i) REQUIRE(bench.ec2(All).response.status == 200);
  const Answer over = bench.ec2(All);
  CHECK(over.is_throttled);
  CHECK(over.response.status == 503);
  CHECK(count_of(over.response.body, "RequestLimitExceeded") == 1);
  bench.now += 1s;
  for (int i = 0; i < 20; ++i) CHECK(bench.ec2(All).response.status == 200);
  CHECK(bench.ec2(All).is_throttled);
  CHECK(bench.cloud.counts().find("DescribeInstances")->second.throttled == 2);
  // A listing of everything draws on a bucket of its own, half as large.
  for (int i = 0; i < 50; ++i) REQUIRE_FALSE(bench.ec2("Action=DescribeInstances").is_throttled);
  CHECK(bench.ec2("Action=DescribeInstances").is_throttled);
  // ECS has its own code and status.
  for (int i = 0; i < 100; ++i) (void)bench.ecs("ListTasks", R"({"cluster":"flt"})");
  const Answer ecs = bench.ecs("DescribeTasks", R"({"tasks":["x"]})");
  CHECK((ecs.is_throttled && ecs.response.status == 400));
}

TEST_CASE("cloud: a throttling fault has a ledger, and ends", "[cloud]") {
  CloudBench bench;
  const auto fault = bench.cloud.add_fault({.kind = CloudFaultKind::Throttle,
                                            .action = "DescribeInstances",
                                            .capacity = 1,
                                            .refill = 0});
  REQUIRE(fault.has_value());
  CHECK_FALSE(bench.ec2(All).is_throttled);
  CHECK(bench.cloud.touched(*fault) == 0);
  CHECK(bench.ec2(All).is_throttled);
  CHECK(bench.cloud.touched(*fault) == 1);
  bench.cloud.remove_fault(*fault);
  bench.now += 5s;
  CHECK_FALSE(bench.ec2(All).is_throttled);
}

TEST_CASE("cloud: a late listing misses the new and keeps the dead", "[cloud]") {
  CloudBench bench;
  const auto fault = bench.cloud.add_fault(
      {.kind = CloudFaultKind::Lag, .late_new = {10s, 10s}, .late_dead = {20s, 20s}});
  const auto instance = bench.launch(11, "m1");
  CHECK(listed_in(bench.ec2(All)) == 0);
  CHECK(bench.cloud.touched(*fault) == 1);
  bench.now += 11s;
  CHECK(listed_in(bench.ec2(All)) == 1);
  CHECK(bench.cloud.touched(*fault) == 1);
  bench.cloud.inventory().terminate(instance, bench.now);
  bench.now += 19s;
  CHECK(count_of(bench.ec2(All).response.body, "<name>running</name>") == 1);
  CHECK(bench.cloud.touched(*fault) == 2);
  bench.now += 2s;
  CHECK(count_of(bench.ec2(All).response.body, "<name>running</name>") == 0);
}

TEST_CASE("cloud: tags may come later than their instance", "[cloud]") {
  CloudBench bench;
  (void)bench.cloud.add_fault({.kind = CloudFaultKind::Lag, .late_tags = {5s, 5s}});
  bench.launch(11, "m1");
  CHECK(listed_in(bench.ec2("Action=DescribeInstances")) == 1);
  CHECK(listed_in(bench.ec2(All)) == 0);
  bench.now += 6s;
  CHECK(listed_in(bench.ec2(All)) == 1);
}

TEST_CASE("cloud: listings may be empty, cut off, or lose their pages", "[cloud]") {
  CloudBench bench;
  for (std::uint8_t i = 0; i < 12; ++i) bench.launch(static_cast<std::uint8_t>(11 + i), "m");
  const std::string paged = std::string(All) + "&MaxResults=5";
  const Answer first = bench.ec2(paged);
  CHECK(listed_in(first) == 5);
  CHECK(count_of(first.response.body, "<nextToken>page-5</nextToken>") == 1);
  CHECK(listed_in(bench.ec2(paged + "&NextToken=page-10")) == 2);

  SECTION("empty") {
    const auto fault = bench.cloud.add_fault({.kind = CloudFaultKind::Empty});
    CHECK(listed_in(bench.ec2(All)) == 0);
    CHECK(bench.cloud.touched(*fault) == 1);
  }
  SECTION("cut off") {
    const auto fault = bench.cloud.add_fault({.kind = CloudFaultKind::Truncate, .count = 3});
    CHECK(listed_in(bench.ec2(All)) == 3);
    CHECK(bench.cloud.touched(*fault) == 1);
  }
  SECTION("a lost page") {
    const auto fault = bench.cloud.add_fault({.kind = CloudFaultKind::LosePage});
    CHECK(listed_in(bench.ec2(paged)) == 5);
    CHECK(bench.cloud.touched(*fault) == 0);
    CHECK(bench.ec2(paged + "&NextToken=page-5").response.status == 400);
    CHECK(bench.cloud.touched(*fault) == 1);
  }
}

TEST_CASE("cloud: calls fail, are lost or are late as a fault says, of whom it says", "[cloud]") {
  CloudBench bench;
  SECTION("the first two get 500") {
    const auto fault = bench.cloud.add_fault(
        {.kind = CloudFaultKind::Fail, .first = 2, .status = 500, .code = "InternalError"});
    CHECK(bench.ec2(All).response.status == 500);
    CHECK(count_of(bench.ec2(All).response.body, "InternalError") == 1);
    CHECK(bench.ec2(All).response.status == 200);
    CHECK(bench.cloud.touched(*fault) == 2);
  }
  SECTION("no answer") {
    (void)bench.cloud.add_fault({.kind = CloudFaultKind::Fail, .status = 0});
    CHECK(bench.ec2(All).is_lost);
  }
  SECTION("one caller is cut off") {
    (void)bench.cloud.add_fault({.kind = CloudFaultKind::Cut, .callers = {bench.caller}});
    CHECK(bench.ec2(All).is_lost);
    bench.caller = base::ipv4(10, 77, 0, 12);
    CHECK_FALSE(bench.ec2(All).is_lost);
  }
  SECTION("late") {
    (void)bench.cloud.add_fault({.kind = CloudFaultKind::Slow, .late_new = {2s, 3s}});
    const base::Duration late = bench.ec2(All).late;
    CHECK((late >= 2s && late <= 3s));
  }
}

TEST_CASE("cloud: one seed, one run", "[cloud]") {
  const auto run = [] {
    CloudBench bench(CloudOptions{});
    for (std::uint8_t i = 0; i < 9; ++i) bench.launch(static_cast<std::uint8_t>(11 + i), "m");
    return bench.ec2(All).response.body + bench.ec2(All).response.body;
  };
  CHECK(run() == run());
  CloudBench bench(CloudOptions{});
  for (std::uint8_t i = 0; i < 9; ++i) bench.launch(static_cast<std::uint8_t>(11 + i), "m");
  const auto order = [&bench] {
    const std::string body = bench.ec2(All).response.body;
    return body.substr(body.find("<reservationSet>"));
  };
  CHECK(order() != order());  // AWS promises no order
}
