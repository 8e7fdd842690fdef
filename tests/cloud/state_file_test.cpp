#include "cloud/state_file.hpp"

#include "tests/support/cloud_bench.hpp"

using namespace std::chrono_literals;
using namespace splitscope;
using namespace splitscope::cloud;
using Catch::Matchers::Contains;
using tests::CloudBench;
using tests::count_of;

namespace {

CloudState state_of(const std::string& text) {
  const auto state = read_state("s.json", text);
  INFO((state.has_value() ? "" : state.error().message));
  REQUIRE(state.has_value());
  return *state;
}

constexpr const char* Describe =
    "Action=DescribeInstances&Filter.1.Name=tag-key&Filter.1.Value.1=c";

}  // namespace

TEST_CASE("state: instances, tasks, keys and faults are read", "[cloud]") {
  const CloudState state = state_of(R"({
    "region": "eu-west-1", "clock": "2026-01-01T00:00:00Z", "shuffle": false,
    "times": { "pending": "30s" },
    "keys": [ { "id": "AKIA1", "secret": "s" } ], "denied": [ "ListTasks" ],
    "instances": [ { "name": "n1", "address": "10.0.0.1", "tags": { "c": "x" },
                     "security_groups": [ "hz" ], "metadata": "tokens", "hop_limit": 2 } ],
    "tasks": [ { "address": "10.0.0.2", "network": "bridge" } ],
    "faults": [ { "kind": "lag", "new": "1s..2s", "callers": [ "10.0.0.1" ] } ] })");
  CHECK(state.options.region == "eu-west-1");
  CHECK(state.options.times.pending == 30s);
  CHECK_FALSE(state.options.shuffles_listings);
  CHECK(state.clock == wire::parse_utc("2026-01-01T00:00:00Z"));
  CHECK(state.instances.at("n1").zone == "eu-west-1a");
  CHECK(state.instances.at("n1").metadata.tokens_required);
  CHECK(state.tasks.at("tasks-1").is_bridged);
  REQUIRE(state.faults.size() == 1);
  CHECK(state.faults[0].late_new == Range{1s, 2s});
  CHECK(state.faults[0].callers == std::vector{base::ipv4(10, 0, 0, 1)});
}

TEST_CASE("state: what is wrong is named with its mend", "[cloud]") {
  const std::pair<const char*, const char*> cases[] = {
      {"{", "s.json"},
      {"[]", "write { ... }"},
      {R"({"instance": []})", "choose from region"},
      {R"({"instances": [{"address": "ten"}]})", "10.77.0.11"},
      {R"({"instances": [{"name": "a", "address": "10.0.0.1"},
                         {"name": "a", "address": "10.0.0.2"}]})",
       "a name of its own"},
      {R"({"instances": [{"address": "10.0.0.1", "hop_limit": 65}]})", "0 to 64"},
      {R"({"tasks": [{"address": "10.0.0.1", "network": "host"}]})", "awsvpc"},
      {R"({"faults": [{"kind": "gremlin"}]})", "throttle, lag"},
      {R"({"faults": [{"kind": "fail", "status": 200}]})", "400 to 599"},
      {R"({"faults": [{"kind": "lag", "new": "9s..1s"}]})", "0s..10s"},
      {R"({"clock": "noon"})", "2026-01-01T00:00:00Z"}};
  for (const auto& [text, words] : cases) {
    const auto state = read_state("s.json", text);
    INFO(text);
    REQUIRE_FALSE(state.has_value());
    CHECK_THAT(state.error().message, Contains(words));
  }
}

TEST_CASE("state: the next one ends, changes and begins what differs", "[cloud]") {
  CloudBench bench;
  StateKeeper keeper(bench.cloud);
  const std::string keys = R"("keys": [{"id": "AKIAFAULTLINE0000001",
    "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}], )";
  keeper.apply(state_of("{" + keys + R"("instances": [
    {"name": "a", "address": "10.0.0.1", "tags": {"c": "1"}},
    {"name": "b", "address": "10.0.0.2", "tags": {"c": "1"}}]})"),
               bench.now);
  CHECK(count_of(bench.ec2(Describe).response.body, "<instanceId>") == 2);

  bench.now += 1min;
  keeper.apply(state_of("{" + keys + R"("instances": [
    {"name": "b", "address": "10.0.0.2", "tags": {"c": "2"}},
    {"name": "new", "address": "10.0.0.3", "tags": {"c": "2"}}],
    "faults": [{"kind": "fail", "status": 503, "action": "ListTasks"}]})"),
               bench.now);
  const std::string body = bench.ec2(Describe).response.body;
  CHECK(count_of(body, "<name>running</name>") == 2);
  CHECK(count_of(body, "<name>shutting-down</name>") == 1);
  CHECK(count_of(body, "<value>2</value>") == 2);
  // "b" is still the instance that it was.
  CHECK_THAT(body, Contains("<instanceId>i-00000000000000002</instanceId>"));
  CHECK(bench.ecs("ListTasks", "{}").response.status == 503);

  keeper.apply(state_of("{}"), bench.now);
  // The key is gone, and with it the fault.
  CHECK(bench.ec2(Describe).response.status == 401);
  CHECK(bench.ecs("ListTasks", "{}").response.status == 400);
}
