// splitscope plot and why, as their users meet them.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "tests/support/program_run.hpp"

using namespace splitscope;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using tests::ProgramRun;
using tests::run_program;
using tests::ScratchFolder;

namespace {

void record_split(const ScratchFolder& folder) {
  const ProgramRun run =
      run_program(folder.path(), {"run", SPLITSCOPE_SOURCE "/scenarios/library/split_two_three.lua",
                                  "--seed", "7", "--trace", "run.trace"});
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
}

std::string picture(const ScratchFolder& folder, const std::string& file,
                    std::vector<std::string> more) {
  std::vector<std::string> arguments{"plot", "run.trace", "-o", file};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const ProgramRun run = run_program(folder.path(), arguments);
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  std::ifstream in(folder.path() / file, std::ios::binary);
  std::stringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

}  // namespace

TEST_CASE("plot: one recorded run gives all pictures in all formats", "[cli]") {
  const ScratchFolder folder;
  record_split(folder);
  const std::string timeline = picture(folder, "timeline.svg", {});
  CHECK_THAT(timeline, Contains("split_two_three.lua, seed 7: pass") &&
                           Contains("partition(n2, n4 | n1, n3, n5)") && Contains("also master") &&
                           Contains("n2 partitioned from"));
  // Before the split was noticed there is nothing of it in sight.
  const std::string early = picture(folder, "early.svg", {"--window", "12s..60s"});
  CHECK_THAT(early, !Contains("also master") && !Contains("n2 partitioned"));
  CHECK_THAT(
      picture(folder, "matrix.svg", {"--what", "matrix", "--window", "..80s"}),
      Contains("who sees whom at 80.000s") && Contains("n2, follows n4") && Contains("suspects"));
  CHECK_THAT(picture(folder, "availability.svg", {"--what", "availability"}),
             Contains("% of the members") && Contains("agreed"));
  CHECK_THAT(picture(folder, "timeline.png", {"--dark"}), StartsWith("\x89PNG"));
  CHECK_THAT(picture(folder, "timeline.pdf", {}), StartsWith("%PDF-"));
}

TEST_CASE("why: the chain goes from a member's state to the fault", "[cli]") {
  const ScratchFolder folder;
  record_split(folder);
  const ProgramRun run = run_program(folder.path(), {"why", "run.trace", "n2", "--at", "80s"});
  CHECK(run.exit_code == 0);
  CHECK_THAT(run.out, StartsWith("At 80.000s n2 is partitioned, since ") &&
                          Contains("n4 has not heard n1 for") &&
                          Contains("fault: partition(n2, n4 | n1, n3, n5)"));
  const ProgramRun early = run_program(folder.path(), {"why", "run.trace", "n2", "--at", "0s"});
  CHECK(early.out == "At 0.000s n2 is down, as it was from the start.\n");
}

TEST_CASE("plot and why: what cannot be drawn or told is answered with what to write", "[cli]") {
  const ScratchFolder folder;
  record_split(folder);
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{"plot", "none.trace"}, "none.trace"},
      {{"plot", "run.literal.lua"}, "run.literal.lua"},
      {{"plot", "run.trace", "--what", "moon"}, "timeline, availability and matrix"},
      {{"plot", "run.trace", "--window", "90s"}, "40s..90s"},
      {{"plot", "run.trace", "--window", "90s..40s"}, "not after its beginning"},
      {{"plot", "run.trace", "--window", "x..40s"}, "--window x..40s"},
      {{"plot", "run.trace", "-o", "run.gif"}, "run.gif: pictures end in .svg, .png or .pdf"},
      {{"plot", "run.trace", "-o", "none/run.svg"}, "none/run.svg"},
      {{"why", "run.trace", "n9"}, "there is no member n9; the run has n1 to n5"},
      {{"why", "run.trace", "n1", "--at", "soon"}, "--at soon"},
  };
  for (const auto& [arguments, words] : cases) {
    const ProgramRun run = run_program(folder.path(), arguments);
    INFO(run.err);
    CHECK(run.exit_code == 2);
    CHECK_THAT(run.err, Contains(words));
  }
  CHECK(!std::filesystem::exists(folder.path() / "run.svg"));
  CHECK(!std::filesystem::exists(folder.path() / "run.gif"));
}
