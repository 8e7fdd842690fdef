#include "cloud/ec2_api.hpp"

#include "tests/support/cloud_bench.hpp"

using namespace splitscope;
using namespace splitscope::cloud;
using tests::CloudBench;
using tests::count_of;

TEST_CASE("ec2 api: parameters that cannot be get AWS's codes", "[cloud]") {
  CloudBench bench;
  bench.launch(11, "m1");
  const auto code = [&bench](const std::string& query) {
    const std::string body = bench.ec2("Action=DescribeInstances&" + query).response.body;
    const auto document = wire::Document::read_xml(body);
    REQUIRE(document.has_value());
    return std::string(document->root().at("Errors", "Error", "Code").text());
  };
  CHECK(code("Filter.1.Name=bogus&Filter.1.Value.1=x") == "InvalidParameterValue");
  CHECK(code("MaxResults=4") == "InvalidParameterValue");
  CHECK(code("MaxResults=1001") == "InvalidParameterValue");
  CHECK(code("MaxResults=5&NextToken=other") == "InvalidNextToken");
  CHECK(code("InstanceId.1=i-0") == "InvalidInstanceID.NotFound");
  CHECK(code("InstanceId.1=i-0&MaxResults=5") == "InvalidParameterCombination");
  CHECK(code("InstanceId.1=i-00000000000000001").empty());
}

TEST_CASE("ec2 api: names in tags are written as XML", "[cloud]") {
  CloudBench bench;
  bench.launch(11, "a<b>&\"c\"");
  const auto document =
      wire::Document::read_xml(bench.ec2("Action=DescribeInstances").response.body);
  REQUIRE(document.has_value());
  const wire::Node instance = document->root().at("reservationSet", "item", "instancesSet", "item");
  CHECK(instance.at("tagSet", "item", "value").text() == "a<b>&\"c\"");
}

TEST_CASE("ec2 api: every address that runs has an interface", "[cloud]") {
  CloudBench bench;
  bench.launch(11, "m1");
  bench.run_task(12);
  const std::string query =
      "Action=DescribeNetworkInterfaces&Filter.1.Name=addresses.private-ip-address"
      "&Filter.1.Value.1=10.77.0.11&Filter.1.Value.2=10.77.0.12";
  CHECK(count_of(bench.ec2(query).response.body, "<networkInterfaceId>") == 2);
  CHECK(count_of(bench.ec2(query + "&Filter.2.Name=x").response.body, "InvalidParameterValue") ==
        1);
}
