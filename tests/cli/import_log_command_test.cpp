// splitscope import-log, as its users meet it.
#include <fstream>
#include <sstream>

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "tests/support/json_schema.hpp"
#include "tests/support/program_run.hpp"

using namespace splitscope;
using Catch::Matchers::Contains;
using tests::ProgramRun;
using tests::run_program;
using tests::ScratchFolder;

namespace {

const std::string Logs = SPLITSCOPE_SOURCE "/docs/examples/incident/";

ProgramRun import_example(const ScratchFolder& folder, std::vector<std::string> arguments) {
  std::vector<std::string> all{"import-log"};
  for (const char member : {'1', '2', '3', '4', '5'}) all.push_back(Logs + "n" + member + ".log");
  all.insert(all.end(), arguments.begin(), arguments.end());
  return run_program(folder.path(), std::move(all));
}

}  // namespace

TEST_CASE("logs become a timeline, a page, a picture, JSON and a scenario that runs", "[cli]") {
  const ScratchFolder folder;
  const ProgramRun run =
      import_example(folder, {"--scenario", "incident.lua", "--html", "incident.html", "--svg",
                              "incident.svg", "--json", "incident.json"});
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  CHECK_THAT(run.out, Contains("n1 n2 | n3 n4 n5 lost each other"));
  CHECK_THAT(run.out, Contains("parted: n1 n2 agree; n4 n3 n5 agree"));
  CHECK_THAT(run.out, Contains("together: n4 n3 n5 n1 n2 agree"));
  CHECK_THAT(folder.read("incident.html"), Contains("merged into the cluster of n4"));
  CHECK_THAT(folder.read("incident.svg"), Contains("</svg>"));
  const ProgramRun scenario = run_program(folder.path(), {"run", "incident.lua", "--seed", "7"});
  INFO(scenario.out);
  CHECK(scenario.exit_code == 0);
}

TEST_CASE("the JSON of an incident is valid by its schema", "[cli]") {
  const ScratchFolder folder;
  REQUIRE(import_example(folder, {"--json", "incident.json"}).exit_code == 0);
  std::ifstream file(SPLITSCOPE_SOURCE "/docs/incident.schema.json");
  std::stringstream text;
  text << file.rdbuf();
  const auto schema = boost::json::parse(text.str());
  tests::SchemaValidator validator(schema);
  const auto document = boost::json::parse(folder.read("incident.json"));
  CHECK(validator.errors(document) == std::vector<std::string>{});
  CHECK(document.at("happenings").as_array().size() == 8);
}

TEST_CASE("members may be named, and every line may be listed", "[cli]") {
  const ScratchFolder folder;
  const ProgramRun run =
      run_program(folder.path(), {"import-log", "--all", "--member", "first=" + Logs + "n1.log",
                                  "--member", "n2=" + Logs + "n2.log"});
  REQUIRE(run.exit_code == 0);
  CHECK_THAT(run.out, Contains("first 10.77.0.11:5701"));
  CHECK_THAT(run.out, Contains(": its heartbeats stopped"));
}

TEST_CASE("a log that cannot be used is answered with what to do", "[cli]") {
  const ScratchFolder folder;
  folder.write("empty.log", "");
  folder.write("packed.log", "\x1f\x8b\x08");
  folder.write("other.log", "2024-05-01 12:00:00,000 INFO hello\n");
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{"there-is-none.log"}, "there-is-none.log: cannot be read"},
      {{"empty.log"}, "empty.log: cannot be read, or is empty"},
      {{"packed.log"}, "gunzip"},
      {{"other.log"}, "other.log: no line says which member it is of"},
      {{"--member", "n1"}, "write NAME=FILE"},
      {{}, "name the log files"},
  };
  for (const auto& [arguments, words] : cases) {
    std::vector<std::string> all{"import-log"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const ProgramRun run = run_program(folder.path(), std::move(all));
    INFO(run.err);
    CHECK(run.exit_code == 2);
    CHECK_THAT(run.err, Contains(words));
  }
}
