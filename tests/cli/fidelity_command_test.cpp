// splitscope fidelity, as its users meet it.
#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "tests/support/program_run.hpp"

using namespace splitscope;
using Catch::Matchers::Contains;
using tests::ProgramRun;
using tests::run_program;
using tests::ScratchFolder;

TEST_CASE("fidelity holds a recorded scenario against its recording", "[cli][fidelity]") {
  const ScratchFolder folder;
  const ProgramRun run = run_program(
      folder.path(), {"fidelity", "--only", "e_kill_member", "--version", "5.3.8", "--seeds", "20",
                      "--all", "--json", "out.json", "--markdown", "out.md", "--html", "out.html"});
  INFO(run.out << run.err);
  CHECK(run.exit_code == 0);
  CHECK_THAT(run.out, Contains("detect_ms") && Contains("agrees"));
  const auto json = boost::json::parse(folder.read("out.json"));
  CHECK(json.at("seeds").to_number<int>() == 20);
  CHECK_THAT(folder.read("out.md"), Contains("### e_kill_member"));
  CHECK_THAT(folder.read("out.html"), Contains("id=\"e_kill_member\""));
}

TEST_CASE("fidelity says what a scenario without a recording comes to", "[cli][fidelity]") {
  const ScratchFolder folder;
  const ProgramRun run = run_program(
      folder.path(), {"fidelity", "--only", "g_split_3_2", "--version", "3.12.13", "--seeds", "5"});
  CHECK(run.exit_code == 0);
  CHECK_THAT(run.out, Contains("side_n4+n5.detect_ms") && Contains("not recorded"));
}

TEST_CASE("fidelity answers mistakes with what to write", "[cli][fidelity]") {
  const ScratchFolder folder;
  const ProgramRun label = run_program(folder.path(), {"fidelity", "--only", "nothing"});
  CHECK(label.exit_code == 2);
  CHECK_THAT(label.err, Contains("nothing.lua"));
  const ProgramRun world = run_program(folder.path(), {"fidelity", "--world", "moon"});
  CHECK(world.exit_code == 2);
  const ProgramRun version = run_program(folder.path(), {"fidelity", "--version", "9.9"});
  CHECK(version.exit_code == 2);
  CHECK_THAT(version.err, Contains("--version"));
}

TEST_CASE(
    "fidelity on real sockets says what it leaves out, how long it takes, and asks for --long",
    "[cli][fidelity][sockets]") {
  const ScratchFolder folder;
  const ProgramRun run =
      run_program(folder.path(), {"fidelity", "--world", "sockets", "--version", "5.3.8"});
  INFO(run.out << run.err);
  CHECK(run.exit_code == 2);
  CHECK_THAT(run.err, Contains("lasts longer than two minutes: b_wka_frozen, Hazelcast 5.3.8"));
  CHECK_THAT(run.err, Contains("3 times each") && Contains("--long"));
}

// One scenario of each family, on few seeds.
TEST_CASE("fidelity: recorded outcomes are predicted", "[cli][fidelity]") {
  const ScratchFolder folder;
  const ProgramRun run = run_program(
      folder.path(),
      {"fidelity", "--seeds", "40", "--only",
       "a_sim_5,b_wka_restart_15s,d_routed,e_hostdown_master,f_stop_5s_member,g_partial_n2_n3,"
       "g_short_5s,i_pair,j_names"});
  INFO(run.out << run.err);
  CHECK(run.exit_code == 0);
}
