// splitscope table, and the page that it writes.
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "tests/support/program_run.hpp"

using namespace splitscope;
using Catch::Matchers::Contains;
using tests::run_program;
using tests::ScratchFolder;

TEST_CASE("docs/comparison.md is what splitscope table writes", "[cli]") {
  const ScratchFolder folder;
  const auto run = run_program(folder.path(), {"table", "--markdown", "c.md", "--html", "c.html"});
  INFO(run.out << run.err);
  CHECK(run.exit_code == 0);
  std::ifstream file(SPLITSCOPE_SOURCE "/docs/comparison.md");
  std::stringstream kept;
  kept << file.rdbuf();
  INFO("write it anew with: splitscope table --markdown docs/comparison.md");
  CHECK(folder.read("c.md") == kept.str());
  CHECK_THAT(folder.read("c.html"), Contains("<th>WKA</th>") && !Contains("<script"));
}

TEST_CASE("a table that cannot be derived says why", "[cli]") {
  const ScratchFolder folder;
  const auto run = run_program(folder.path(), {"table", "--library", "none"});
  CHECK(run.exit_code == 2);
  CHECK_THAT(run.err, Contains("multicast_across_router"));
  CHECK(run_program(folder.path(), {"table", "--seeds", "0"}).exit_code == 2);
}
