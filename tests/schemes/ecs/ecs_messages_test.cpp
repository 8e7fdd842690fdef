#include "schemes/ecs/ecs_messages.hpp"

#include <catch2/catch.hpp>

#include "tests/support/http_recording.hpp"

using namespace splitscope;
using namespace splitscope::schemes;
using tests::read_recording;

TEST_CASE("ecs messages: tasks are selected by their tags in the client", "[schemes][ecs]") {
  const std::string body = read_recording("clients/js-DescribeTasks.http").response.body;
  const auto count = [&body](std::vector<AwsTag> tags) {
    const auto addresses = parse_tasks(body, tags);
    REQUIRE(addresses.has_value());
    return addresses->size();
  };
  CHECK(count({}) == 3);
  CHECK(count({{"cluster", "flt"}}) == 2);
  CHECK(count({{"cluster", ""}}) == 2);
  CHECK(count({{"", "flt"}}) == 2);
  CHECK(count({{"cluster", "flt"}, {"stage", ""}}) == 0);
}

TEST_CASE("ecs messages: a task in bridge mode has no address", "[schemes][ecs]") {
  const auto addresses = parse_tasks(
      R"({"tasks":[{"containers":[{"name":"hz","networkInterfaces":[]}]},{"containers":[]}]})", {});
  REQUIRE(addresses.has_value());
  CHECK(addresses->empty());
}

TEST_CASE("ecs messages: task lists and metadata", "[schemes][ecs]") {
  const auto list = parse_task_list(read_recording("clients/js-ListTasks.http").response.body);
  REQUIRE(list.has_value());
  CHECK(list->tasks.size() == 3);
  const auto place = parse_task_metadata(
      read_recording("hazelcast-5.3.8-ecs/01-ecsmd-v3_self_task.http").response.body);
  REQUIRE(place.has_value());
  CHECK(*place == TaskPlace{"us-east-1", "flt", "us-east-1a"});
}

TEST_CASE("ecs messages: what is none is an error", "[schemes][ecs]") {
  CHECK_FALSE(parse_task_list("{}").has_value());
  CHECK_FALSE(parse_tasks("[]", {}).has_value());
  CHECK_FALSE(parse_task_metadata(R"({"TaskARN":"x"})").has_value());
  CHECK_FALSE(parse_task_metadata("").has_value());
}

TEST_CASE("ecs messages: names are quoted", "[schemes][ecs]") {
  AwsOptions options;
  options.service_name = "s\"";
  CHECK(list_tasks_body(options, "c", "p") ==
        R"({"cluster":"c","serviceName":"s\"","nextToken":"p"})");
}
