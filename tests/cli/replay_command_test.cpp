// splitscope replay, as its users meet it.
#include <catch2/catch.hpp>

#include "tests/support/program_run.hpp"

using namespace splitscope;
using Catch::Matchers::Contains;
using tests::ProgramRun;
using tests::run_program;
using tests::ScratchFolder;

namespace {

void record(const ScratchFolder& folder, const std::string& scenario) {
  const ProgramRun run =
      run_program(folder.path(), {"run", SPLITSCOPE_SOURCE "/scenarios/library/" + scenario,
                                  "--seed", "7", "--trace", "run.trace"});
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
}

}  // namespace

TEST_CASE("a recorded run is driven again and never parts from itself", "[cli]") {
  const ScratchFolder folder;
  record(folder, "split_two_three.lua");
  const ProgramRun same = run_program(folder.path(), {"replay", "run.trace"});
  INFO(same.out << same.err);
  CHECK(same.exit_code == 0);
  CHECK_THAT(same.out, Contains("The worlds never part"));
}

TEST_CASE("another profile shows where the worlds part", "[cli]") {
  const ScratchFolder folder;
  record(folder, "wka_sole_member_restarts.lua");
  const ProgramRun other =
      run_program(folder.path(), {"replay", "run.trace", "--set", "profile=hz-3.12"});
  INFO(other.out << other.err);
  CHECK(other.exit_code == 1);
  CHECK_THAT(other.out, Contains("The worlds part first at n"));
}

TEST_CASE("what a replay lacks is answered with what to do", "[cli]") {
  const ScratchFolder folder;
  record(folder, "split_two_three.lua");
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{"replay", "none.trace"}, "none.trace"},
      {{"replay", "run.trace", "--world", "moon"}, "--world moon"},
      {{"replay", "run.trace", "--set", "members=9"}, "--set members"},
      {{"replay", "run.trace", "--settle", "soon"}, "--settle"},
      {{"replay", "run.trace", "--literal", "none.lua"}, "none.lua"},
  };
  for (const auto& [arguments, words] : cases) {
    const ProgramRun run = run_program(folder.path(), arguments);
    INFO(run.err);
    CHECK(run.exit_code == 2);
    CHECK_THAT(run.err, Contains(words));
    CHECK_THAT(run.err, !Contains("expected to take"));
  }
}
