// splitscope lint: traps in configuration files, before they are deployed.
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"
#include "cli/terminal.hpp"
#include "cli/usage_error.hpp"
#include "scenarios/import/import.hpp"
#include "scenarios/import/lint.hpp"
#include "scenarios/import/lint_report.hpp"

namespace splitscope::cli {
namespace {

struct LintArguments {
  std::vector<std::string> files;
  std::vector<std::string> settings;
  std::string profile;
  std::string kernel;
  std::string network_mode;
  std::string site = "lan";
  std::string sarif_path;
  std::string json_path;
  bool imds_v2 = false;
};

base::Result<scenarios::LintOptions> lint_options(const LintArguments& arguments) {
  scenarios::LintOptions options;
  if (!arguments.profile.empty()) {
    options.engine = schemes::engine_named(arguments.profile);
    if (!options.engine.has_value()) {
      return base::failure("--profile " + arguments.profile + ": write hz-3.5, hz-3.12 or hz-5.3");
    }
  }
  if (!arguments.kernel.empty()) {
    const auto kernel = scenarios::parse_kernel_version(arguments.kernel);
    if (!kernel.has_value()) return std::unexpected(kernel.error());
    options.kernel = *kernel;
  }
  if (arguments.network_mode == "host") options.network_mode = scenarios::NetworkMode::Host;
  if (arguments.network_mode == "bridge") options.network_mode = scenarios::NetworkMode::Bridge;
  if (arguments.network_mode == "awsvpc") options.network_mode = scenarios::NetworkMode::AwsVpc;
  if (arguments.imds_v2) options.requires_imds_v2 = true;
  options.is_routed = arguments.site != "lan";
  return options;
}

int lint(const LintArguments& arguments) {
  const auto settings = parse_settings(arguments.settings);
  if (!settings.has_value()) return usage_error("lint", settings.error().message);
  std::vector<scenarios::SourceFile> files;
  for (const std::string& path : arguments.files) {
    auto file = scenarios::read_source_file(path);
    if (!file.has_value()) return usage_error("lint", file.error().message);
    files.push_back(std::move(*file));
  }
  const auto options = lint_options(arguments);
  if (!options.has_value()) return usage_error("lint", options.error().message);
  const auto findings = scenarios::lint_files(files, placeholders_from(*settings), *options);
  if (!findings.has_value()) return usage_error("lint", findings.error().message);
  if (!arguments.sarif_path.empty() &&
      !write_file(arguments.sarif_path, scenarios::to_sarif(*findings))) {
    return usage_error("lint", "cannot write " + arguments.sarif_path);
  }
  if (!arguments.json_path.empty() &&
      !write_file(arguments.json_path, scenarios::to_json(*findings))) {
    return usage_error("lint", "cannot write " + arguments.json_path);
  }
  std::fputs(scenarios::to_plain_text(*findings).c_str(), stdout);
  return scenarios::count_findings(*findings).errors > 0 ? 1 : 0;
}

}  // namespace

void add_lint(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<LintArguments>();
  CLI::App* command = app.add_subcommand("lint", "Find traps in configuration files");
  command
      ->add_option("files", arguments->files,
                   "deployment.toml, axis2.xml, hazelcast.xml, hazelcast.yaml; one per node or one")
      ->required();
  command->add_option("--set", arguments->settings, "Value of a placeholder: NAME=VALUE");
  command->add_option("--profile", arguments->profile, "Engine: hz-3.12 or hz-5.3");
  command->add_option("--kernel", arguments->kernel,
                      "Version of carbon-kernel, for example 4.9.27");
  command->add_option("--ecs-network", arguments->network_mode, "host, bridge or awsvpc")
      ->check(CLI::IsMember({"host", "bridge", "awsvpc"}));
  command->add_option("--site", arguments->site, "lan or routed")
      ->check(CLI::IsMember({"lan", "routed"}));
  command->add_flag("--imds-v2", arguments->imds_v2, "Instances require metadata tokens");
  command->add_option("--sarif", arguments->sarif_path, "Also write SARIF 2.1.0 for CI");
  command->add_option("--json", arguments->json_path, "Also write JSON");
  command->footer(
      "Examples:\n"
      "  splitscope lint node1.toml node2.toml\n  splitscope lint deployment.toml --sarif "
      "lint.sarif\n\n"
      "Exit codes: 0 no errors found, 1 errors found, 2 unreadable configuration.");
  command->callback([arguments, &exit_code] { exit_code = lint(*arguments); });
}

}  // namespace splitscope::cli
