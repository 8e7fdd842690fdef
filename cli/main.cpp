// The command line: one command a file, each returning its exit code (design section 7).
#include <cstdio>

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"

int main(int argc, char** argv) {
  CLI::App app{
      "Splitscope shows how a cluster behaves when its network, its machines or its cloud fail."};
  app.name("splitscope");
  app.require_subcommand(1);
  app.set_version_flag("--version", "splitscope " SPLITSCOPE_VERSION);
  app.footer(
      "Examples:\n"
      "  splitscope compare docs/examples/deployment.toml\n"
      "  splitscope run scenarios/library/master_killed.lua --seed 7\n"
      "  splitscope lint deployment.toml\n\n"
      "Exit codes: 0 pass, 1 an expectation or objective was missed, 2 usage or configuration,\n"
      "3 inconclusive, 70 a bug of ours.");
  int exit_code = 0;
  splitscope::cli::add_run(app, exit_code);
  splitscope::cli::add_cloud(app, exit_code);
  splitscope::cli::add_compare(app, exit_code);
  splitscope::cli::add_fidelity(app, exit_code);
  splitscope::cli::add_lab(app, exit_code);
  splitscope::cli::add_lint(app, exit_code);
  splitscope::cli::add_table(app, exit_code);
  splitscope::cli::add_trace(app, exit_code);
  splitscope::cli::add_node(app, exit_code);
  splitscope::cli::add_import_log(app, exit_code);
  splitscope::cli::add_replay(app, exit_code);
  splitscope::cli::add_plot(app, exit_code);
  splitscope::cli::add_why(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForAllHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForVersion& version) {
    return app.exit(version);
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "splitscope: %s; see splitscope --help\n", error.what());
    return 2;
  }
  return exit_code;
}
