// splitscope compare, as its users meet it.
#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "tests/support/program_run.hpp"

using namespace splitscope;
using Catch::Matchers::Contains;
using tests::ProgramRun;
using tests::run_program;
using tests::ScratchFolder;

namespace {

const std::string Example = SPLITSCOPE_SOURCE "/docs/examples/deployment.toml";

ProgramRun compare(const ScratchFolder& folder, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"compare", Example});
  return run_program(folder.path(), std::move(arguments));
}

}  // namespace

TEST_CASE("a comparison leaves the files that were asked for", "[cli]") {
  const ScratchFolder folder;
  const ProgramRun run =
      compare(folder, {"--seeds", "3", "--scenarios", "master_killed,wka_down_then_newcomer",
                       "--json", "c.json", "--html", "c.html", "--picture", "c.svg"});
  CHECK(run.exit_code == 0);
  CHECK(folder.names() == std::vector<std::string>{"c.html", "c.json", "c.svg"});
  CHECK_THAT(run.out, Contains("With n1 only, the members never came back to one list"));
  CHECK_THAT(folder.read("c.svg"), Contains(">wka_down_then_newcomer</text>"));
}

TEST_CASE("the command beside a finding shows the very run that was compared", "[cli]") {
  const ScratchFolder folder;
  REQUIRE(compare(folder,
                  {"--seeds", "4", "--scenarios", "wka_down_then_newcomer", "--json", "all.json"})
              .exit_code == 0);
  const auto all = boost::json::parse(folder.read("all.json"));
  CHECK_THAT(std::string(all.at("findings").at(0).at("replay").as_string()),
             Contains("--scenarios wka_down_then_newcomer --schemes 'n1 only' --seeds 1..1"));
  const ProgramRun one =
      compare(folder, {"--scenarios", "wka_down_then_newcomer", "--schemes", "n1 only", "--seeds",
                       "3..3", "--trace", "run.trace", "--json", "one.json"});
  CHECK(one.exit_code == 0);
  const auto single = boost::json::parse(folder.read("one.json"));
  CHECK(single.at("scenarios").at(0).at("schemes").at(0).at("digests").at(0) ==
        all.at("scenarios").at(0).at("schemes").at(1).at("digests").at(2));
  const ProgramRun trace = run_program(folder.path(), {"trace", "run.trace"});
  CHECK(trace.exit_code == 0);
  CHECK(folder.names() ==
        std::vector<std::string>{"all.json", "one.json", "run.literal.lua", "run.trace"});
}

TEST_CASE("in a cloud all four schemes are compared, with their calls and what they cost",
          "[cli]") {
  const ScratchFolder folder;
  folder.write("prices.toml", "currency = \"EUR\"\nmillion_calls = 10\ninstance_hour = 0.5\n");
  const ProgramRun run =
      compare(folder, {"--site", "vpc", "--seeds", "2", "--scenarios", "aws_api_outage", "--prices",
                       "prices.toml", "--json", "c.json"});
  CHECK(run.exit_code == 0);
  CHECK_THAT(run.out, Contains("calls/h") && Contains("throttled"));
  CHECK_THAT(run.out, Contains("1095.00 EUR for instances"));
  const auto report = boost::json::parse(folder.read("c.json"));
  const auto& schemes = report.at("scenarios").at(0).at("schemes").as_array();
  REQUIRE(schemes.size() == 5);
  CHECK(schemes[0].at("metrics").at("api_calls").at("count") == 0);
  CHECK(schemes[3].at("scheme") == "aws");
  CHECK(schemes[3].at("metrics").at("api_calls").at("median").as_int64() > 0);
  CHECK(schemes[3].at("monthly_cost").at("calls").as_double() > 0);
  // The outage touches those that ask the cloud, and nobody else.
  CHECK(schemes[0].at("not_exposed") == 2);
  CHECK(schemes[3].at("not_exposed") == 0);
}

TEST_CASE("a comparison that cannot be made costs no time and leaves nothing", "[cli]") {
  const ScratchFolder folder;
  folder.write("bad.lua", "-- Wrong.\nkil('n1')");
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{"--junit", "j.xml"}, "--slo"},
      {{"--trace", "t.trace"}, "--seeds 17..17"},
      {{"--html", "none/such/c.html", "--json", "c.json"}, "none/such/c.html"},
      {{"--schemes", "carrier pigeon"}, "\"your list\""},
      {{"--scenarios", "no_such_scenario"}, "no_such_scenario"},
      {{"--scenarios", "bad.lua", "--seeds", "2", "--json", "c.json"}, "bad.lua:2:"},
      {{"--profile", "hz-9"}, "hz-5.3"},
      {{"--site", "moon"}, "multi-az"},
      {{"--prices", "missing.toml"}, "missing.toml"},
      {{"--seeds", "none"}, "--seeds none"},
      {{"--members", "0"}, "--members"},
      {{"--slo", "missing.toml"}, "missing.toml"}};
  for (const auto& [arguments, words] : cases) {
    const ProgramRun run = compare(folder, arguments);
    INFO(arguments.front() << ": " << run.err);
    CHECK(run.exit_code == 2);
    CHECK_THAT(run.err, Contains(words));
    CHECK(run.out.empty());
  }
  CHECK(folder.names() == std::vector<std::string>{"bad.lua"});
}

TEST_CASE("objectives turn a comparison into a gate", "[cli]") {
  const ScratchFolder folder;
  folder.write("slo.toml",
               "[[objective]]\nname = \"newcomers join\"\nmetric = \"discovery_availability\"\n"
               "min = 90\nscheme = \"n1 only\"\n");
  const std::vector<std::string> arguments{"--seeds", "2",        "--scenarios", "master_killed",
                                           "--slo",   "slo.toml", "--junit",     "slo.xml"};
  const ProgramRun run = compare(folder, arguments);
  INFO(run.err);
  CHECK(run.exit_code == 1);
  CHECK_THAT(run.out, Contains("missed: newcomers join"));
  CHECK_THAT(folder.read("slo.xml"), Contains("<failure"));
}
