#include "cloud/ecs_api.hpp"

#include "tests/support/cloud_bench.hpp"

using namespace splitscope;
using namespace splitscope::cloud;
using tests::CloudBench;
using tests::count_of;

TEST_CASE("ecs api: a hundred tasks a page, and no more than that described", "[cloud]") {
  CloudBench bench;
  for (int i = 0; i < 130; ++i) bench.run_task(11);
  const Answer first = bench.ecs("ListTasks", R"({"cluster":"flt"})");
  CHECK(count_of(first.response.body, "task/flt/") == 100);
  CHECK(count_of(first.response.body, R"("nextToken":"100")") == 1);
  const Answer rest = bench.ecs("ListTasks", R"({"cluster":"flt","nextToken":"100"})");
  CHECK(count_of(rest.response.body, "task/flt/") == 30);
  CHECK(count_of(rest.response.body, "nextToken") == 0);
  std::string tasks;
  for (int i = 0; i < 101; ++i) tasks += (i == 0 ? "\"x\"" : ",\"x\"");
  const Answer over = bench.ecs("DescribeTasks", "{\"tasks\":[" + tasks + "]}");
  CHECK(count_of(over.response.body, "InvalidParameterException") == 1);
}

TEST_CASE("ecs api: tasks are chosen by cluster, family and service; stopped ones are not listed",
          "[cloud]") {
  CloudBench bench;
  bench.run_task(11);
  const auto stopped = bench.run_task(12);
  bench.run_task(13, "web");
  bench.cloud.inventory().stop_task(stopped, bench.now);
  const auto count = [&bench](const std::string& body) {
    return count_of(bench.ecs("ListTasks", body).response.body, "task/flt/");
  };
  CHECK(count(R"({"cluster":"flt"})") == 2);
  CHECK(count(R"({"cluster":"arn:aws:ecs:us-east-1:1:cluster/flt"})") == 2);
  CHECK(count(R"({"cluster":"flt","family":"web"})") == 1);
  CHECK(count(R"({"cluster":"flt","serviceName":"hzsvc"})") == 1);
  CHECK(count("{}") == 0);
  const std::string arn = task_arn(bench.cloud.inventory().tasks()[1], "us-east-1");
  const std::string body =
      bench.ecs("DescribeTasks", "{\"tasks\":[\"" + arn + "\",\"x\"]}").response.body;
  CHECK(count_of(body, R"("lastStatus":"STOPPED","desiredStatus")") == 1);
  CHECK(count_of(body, R"({"arn":"x","reason":"MISSING"})") == 1);
  CHECK(count_of(body, "\"key\"") == 0);  // tags are told only if asked for
}

TEST_CASE("ecs api: of a task in bridge mode no address is known", "[cloud]") {
  CloudBench bench;
  TaskSpec spec;
  spec.address = base::ipv4(10, 77, 0, 11);
  spec.cluster = "flt";
  spec.is_bridged = true;
  bench.cloud.inventory().run_task(spec, bench.now);
  const std::string arn = task_arn(bench.cloud.inventory().tasks()[0], "us-east-1");
  const std::string body =
      bench.ecs("DescribeTasks", "{\"tasks\":[\"" + arn + "\"]}").response.body;
  CHECK(count_of(body, "10.77.0.11") == 0);
  CHECK(count_of(body, R"("networkInterfaces":[])") == 1);
}

TEST_CASE("ecs api: bodies that are none are refused", "[cloud]") {
  CloudBench bench;
  CHECK(bench.ecs("ListTasks", "").response.status == 400);
  CHECK(bench.ecs("DescribeTasks", "[").response.status == 400);
  CHECK(bench.ecs("DescribeTasks", "{}").response.status == 400);
  CHECK(bench.ecs("ListTasks", R"({"cluster":"flt","nextToken":"x"})").response.status == 400);
}
