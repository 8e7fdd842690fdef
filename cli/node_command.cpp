// splitscope node: one member as a process on real sockets.
#include <cstdio>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/usage_error.hpp"
#include "engine/real/real_random.hpp"
#include "engine/real/signal_watch.hpp"
#include "scenarios/import/cluster_file.hpp"
#include "scenarios/import/import.hpp"
#include "scenarios/node/member_place.hpp"
#include "scenarios/node/member_process.hpp"

namespace splitscope::cli {
namespace {

using scenarios::MemberProcess;
using scenarios::MemberProcessOptions;

struct NodeArguments {
  std::string scheme;
  std::vector<std::string> config;
  std::string cluster_path;  // of a runner's own file
  std::string profile;
  std::vector<std::string> settings;
  std::vector<std::string> properties;
  std::uint32_t node = 0;
  std::string bind;
  std::string control_path;
  std::string trace_path;
  std::string join_secret_path;
  std::string metrics;
  std::uint64_t seed = 0;  // 0 = drawn from the machine
  std::uint32_t incarnation = 1;
  std::int64_t run_start = 0;  // 0 = now
  std::optional<std::int64_t> boot_ns;
  bool allow_faults = false;
  bool quiet = false;
};

// Each text at once, so that a reader of the pipe sees what has happened.
class PrintedLog final : public scenarios::LogSink {
 public:
  explicit PrintedLog(bool quiet) : quiet_(quiet) {}
  void on_log(std::string_view text) override {
    if (quiet_) return;
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fputc('\n', stdout);
    std::fflush(stdout);
  }

 private:
  bool quiet_;
};

base::Result<scenarios::ImportedConfig> read_config(const NodeArguments& arguments) {
  if (!arguments.cluster_path.empty()) {
    const auto file = scenarios::read_source_file(arguments.cluster_path);
    if (!file.has_value()) return std::unexpected(file.error());
    auto config = scenarios::parse_cluster_file(file->text);
    if (!config.has_value()) return std::unexpected(config.error());
    scenarios::ImportedConfig imported;
    imported.config = std::move(*config);
    return imported;
  }
  std::vector<scenarios::SourceFile> files;
  for (const std::string& path : arguments.config) {
    auto file = scenarios::read_source_file(path);
    if (!file.has_value()) return std::unexpected(file.error());
    files.push_back(std::move(*file));
  }
  const auto settings = parse_settings(arguments.settings);
  if (!settings.has_value()) return std::unexpected(settings.error());
  if (files.empty()) return scenarios::ImportedConfig{};
  return scenarios::import_files(files, placeholders_from(*settings));
}

base::Result<void> apply_arguments(const NodeArguments& arguments, schemes::ClusterConfig& config) {
  if (arguments.scheme == "wka") config.scheme = schemes::SchemeKind::Wka;
  if (arguments.scheme == "multicast") config.scheme = schemes::SchemeKind::Multicast;
  if (!arguments.profile.empty()) {
    const auto engine = schemes::engine_named(arguments.profile);
    if (!engine.has_value()) {
      return base::failure("--profile " + arguments.profile + ": write hz-5.3 or hz-3.12");
    }
    config.engine = *engine;
  }
  const auto properties = parse_settings(arguments.properties);
  if (!properties.has_value()) return std::unexpected(properties.error());
  for (const auto& [name, value] : *properties) config.properties[name] = value;
  return {};
}

// The file's, else the configuration's, else none.
base::Result<void> read_join_secret(const NodeArguments& arguments, MemberProcessOptions& options) {
  std::string text = options.config.join_secret;
  if (!arguments.join_secret_path.empty()) {
    auto file = scenarios::read_source_file(arguments.join_secret_path);
    if (!file.has_value()) return std::unexpected(file.error());
    text = std::move(file->text);
  } else if (text.empty()) {
    return {};
  }
  auto secret = auth::JoinSecret::from_text(text);
  if (!secret.has_value()) {
    return base::failure(arguments.join_secret_path + ": " + secret.error().message);
  }
  options.join_secret = std::move(*secret);
  return {};
}

base::Result<MemberProcessOptions> make_options(const NodeArguments& arguments) {
  auto imported = read_config(arguments);
  if (!imported.has_value()) return std::unexpected(imported.error());
  MemberProcessOptions options;
  options.config = std::move(imported->config);
  if (auto applied = apply_arguments(arguments, options.config); !applied.has_value()) {
    return std::unexpected(applied.error());
  }
  const auto place =
      scenarios::find_place(options.config, {arguments.node, arguments.bind, imported->first_node});
  if (!place.has_value()) return std::unexpected(place.error());
  options.port = place->port;
  options.process.node = base::NodeId{place->node - 1};
  options.process.incarnation = base::Incarnation{arguments.incarnation};
  options.process.seed = arguments.seed == 0 ? real::seed_of_the_machine() : arguments.seed;
  options.process.addresses = {place->address};
  options.control_path = arguments.control_path;
  options.trace_path = arguments.trace_path;
  options.allow_faults = arguments.allow_faults;
  if (arguments.boot_ns.has_value()) options.boot_time = base::Duration{*arguments.boot_ns};
  if (auto read = read_join_secret(arguments, options); !read.has_value()) {
    return std::unexpected(read.error());
  }
  if (!arguments.metrics.empty()) {
    const auto endpoint = base::parse_endpoint(arguments.metrics);
    if (!endpoint.has_value()) {
      return base::failure("--metrics " + arguments.metrics +
                           ": write ADDRESS:PORT, for example 127.0.0.1:9101");
    }
    options.metrics = *endpoint;
  }
  return options;
}

int run(const NodeArguments& arguments) {
  const auto options = make_options(arguments);
  if (!options.has_value()) return usage_error("node", options.error().message);
  real::Loop loop(arguments.run_start == 0 ? real::monotonic_clock()
                                           : base::Duration{arguments.run_start});
  PrintedLog log(arguments.quiet);
  auto process = MemberProcess::create(loop, *options, log);
  if (!process.has_value()) return usage_error("node", process.error().message);
  log.on_log(fmt::format(
      "Splitscope member n{} at {}, scheme {}, cluster {}, seed {}, {}. It speaks a protocol of "
      "its own and never joins a real Hazelcast cluster.",
      options->process.node.value + 1, base::to_text(options->process.addresses.front()),
      schemes::to_text(options->config.scheme), options->config.cluster_name, options->process.seed,
      options->join_secret.has_value() ? "with a join secret" : "open to any member"));
  const real::SignalWatch signals(loop, base::Callback::to<&MemberProcess::shut_down>(**process));
  (*process)->start();
  loop.run();
  return (*process)->exit_code();
}

void add_options(CLI::App& command, NodeArguments& arguments) {
  command.add_option("--scheme", arguments.scheme, "How members find each other: wka, multicast")
      ->check(CLI::IsMember({"wka", "multicast"}));
  command.add_option("--config", arguments.config,
                     "deployment.toml, axis2.xml, hazelcast.xml or .yaml");
  command.add_option("--cluster", arguments.cluster_path,
                     "What a runner has resolved, in its own format, instead of --config");
  command.add_option("--profile", arguments.profile, "hz-5.3 or hz-3.12; default: the file's");
  command.add_option("--set", arguments.settings, "A placeholder of the file: NAME=VALUE");
  command.add_option("--property", arguments.properties,
                     "A property by its real name: hazelcast.max.no.heartbeat.seconds=10");
  command.add_option("--node", arguments.node, "Which node of the configuration it is, from 1");
  command.add_option("--bind", arguments.bind, "Where it lives: ADDRESS or ADDRESS:PORT");
  command.add_option("--control", arguments.control_path, "Unix socket to ask and observe it");
  command.add_option("--trace", arguments.trace_path, "Write its facts as a trace");
  command.add_option("--join-secret-file", arguments.join_secret_path,
                     "Only members with this secret are heard; default: the file's groupPassword");
  command.add_option("--metrics", arguments.metrics,
                     "Serve Prometheus metrics at http://ADDRESS:PORT/metrics");
  command.add_option("--seed", arguments.seed, "Seed of its random numbers; 0 = drawn");
  command.add_option("--incarnation", arguments.incarnation,
                     "How often this node was started; with --seed, uuids differ by it");
  command.add_option("--run-start-ns", arguments.run_start,
                     "CLOCK_MONOTONIC of the run's time 0; default: now");
  command
      .add_option("--boot-ns", arguments.boot_ns,
                  "How long it boots; its port is bound half-way. Default: drawn, as a JVM takes")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{3'600'000'000'000}));
  command.add_flag("--allow-faults", arguments.allow_faults,
                   "Let the control socket drop messages, move the wall clock and make it slow");
  command.add_flag("--quiet", arguments.quiet, "No log");
}

}  // namespace

void add_node(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<NodeArguments>();
  CLI::App* command = app.add_subcommand("node", "Run one member on real sockets");
  add_options(*command, *arguments);
  command->footer(
      "Three members on this machine, each in a terminal (docs/node.md):\n"
      "  splitscope node --scheme wka --config hazelcast.yaml --bind 127.0.0.1:5701\n"
      "  splitscope node --scheme wka --config hazelcast.yaml --bind 127.0.0.2:5701\n"
      "  splitscope node --scheme wka --config hazelcast.yaml --bind 127.0.0.3:5701\n\n"
      "SIGTERM and Ctrl-C make it leave gracefully. Exit codes: 0 left, 1 gave up joining,\n"
      "2 usage, configuration, or a trace that could not be written, 70 a bug of ours.");
  command->callback([arguments, &exit_code] { exit_code = run(*arguments); });
}

}  // namespace splitscope::cli
