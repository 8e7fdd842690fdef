// splitscope run, as its users meet it.

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "library.hpp"
#include "tests/support/json_schema.hpp"
#include "tests/support/program_run.hpp"

using namespace splitscope;
using Catch::Matchers::Contains;
using tests::Library;
using tests::ProgramRun;
using tests::run_program;
using tests::run_schema;
using tests::ScratchFolder;

namespace {

std::string digest_of(const ProgramRun& run) {
  return std::string(boost::json::parse(run.out).at("digest").as_string());
}

}  // namespace

TEST_CASE("the JSON of a run is valid by its schema, whatever became of it", "[cli]") {
  const ScratchFolder folder;
  folder.write("untouched.lua",
               "local c = cluster { scheme = 'wka:n1', members = 2 } c:start()\n"
               "run_until(c:agreed(), '120s') block { multicast = true } run_for('1s')\n"
               "sometimes(c:islands():above(9))");
  const auto schema = run_schema();
  tests::SchemaValidator validator(schema);
  const std::vector<std::pair<std::string, int>> scripts{
      {Library + "split_two_three.lua", 0},
      {Library + "wka_sole_member_restarts.lua", 1},
      {"untouched.lua", 3}};
  for (const auto& [script, code] : scripts) {
    const ProgramRun run = run_program(
        folder.path(), {"run", script, "--json", "--seed", "3", "--set", "profile=hz-3.12"});
    INFO(script << "\n" << run.err);
    if (script == "untouched.lua") {
      CHECK(run.exit_code == 2);  // it has no parameter of that name
      CHECK_THAT(run.err, Contains("profile"));
      const ProgramRun plain = run_program(folder.path(), {"run", script, "--json"});
      CHECK(plain.exit_code == code);
      CHECK(validator.errors(boost::json::parse(plain.out)) == std::vector<std::string>{});
      continue;
    }
    CHECK(run.exit_code == code);
    CHECK(validator.errors(boost::json::parse(run.out)) == std::vector<std::string>{});
  }
}

TEST_CASE("a trace has the literal script beside it, which gives the same run", "[cli]") {
  const ScratchFolder folder;
  const ProgramRun run =
      run_program(folder.path(), {"run", Library + "split_two_three.lua", "--seed", "7", "--trace",
                                  "split.trace", "--pcap", "split.pcapng", "--json"});
  REQUIRE(run.exit_code == 0);
  CHECK(folder.names() ==
        std::vector<std::string>{"split.literal.lua", "split.pcapng", "split.trace"});
  const ProgramRun again =
      run_program(folder.path(), {"run", "split.literal.lua", "--seed", "7", "--json"});
  REQUIRE(again.exit_code == 0);
  CHECK(digest_of(again) == digest_of(run));
}

TEST_CASE("a campaign counts verdicts and prints how to replay what failed", "[cli]") {
  const ScratchFolder folder;
  folder.write("even.lua",
               "local c = cluster { scheme = 'wka:n1', members = 2 } c:start()\n"
               "run_until(c:agreed(), '120s')\n"
               "if seed() % 2 == 1 then expect(c:islands():above(1), 'only even seeds') end");
  const ProgramRun run = run_program(folder.path(), {"run", "even.lua", "--seeds", "1..4"});
  CHECK(run.exit_code == 1);
  CHECK_THAT(run.out, Contains("4 seeds: 2 pass, 2 fail, 0 inconclusive"));
  CHECK_THAT(run.out, Contains("replay: splitscope run even.lua --seed 3"));
  CHECK(run.out.find('\x1b') == std::string::npos);
  CHECK(run.err.empty());
}

TEST_CASE("what cannot be run is answered with 2 and what to write", "[cli]") {
  const ScratchFolder folder;
  folder.write("typo.lua", "\nkil('n1')");
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{"run", "missing.lua"}, "missing.lua"},
      {{"run", "typo.lua"}, "typo.lua:2:"},
      {{"run", "typo.lua", "--seeds", "9..1"}, "--seeds 9..1"},
      {{"run", "typo.lua", "--seeds", "1..99999999999999"}, "at most ten million"},
      {{"run", "typo.lua", "--set", "novalue"}, "NAME=VALUE"},
      {{"run", "typo.lua", "--world", "moon"}, "--world moon"},
      {{"run", Library + "steady_state.lua", "--trace", "none/such/x.trace"}, "none/such/x.trace"},
      {{"run"}, "script"},
      {{"dance"}, "splitscope --help"}};
  for (const auto& [arguments, words] : cases) {
    const ProgramRun run = run_program(folder.path(), arguments);
    INFO(arguments.back());
    CHECK(run.exit_code == 2);
    CHECK_THAT(run.err, Contains(words));
    CHECK(run.out.empty());
  }
  CHECK(folder.names() == std::vector<std::string>{"typo.lua"});
}

TEST_CASE("every command explains itself with examples", "[cli]") {
  const ScratchFolder folder;
  for (const char* command : {"run", "compare", "lint", "trace"}) {
    const ProgramRun help = run_program(folder.path(), {command, "--help"});
    INFO(command);
    CHECK(help.exit_code == 0);
    CHECK_THAT(help.out, Contains("Examples:"));
  }
}
