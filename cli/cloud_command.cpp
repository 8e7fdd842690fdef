// splitscope cloud serve: the simulated account of a cloud for real clients.
#include <cstdio>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/usage_error.hpp"
#include "cloud/serve/cloud_server.hpp"
#include "engine/real/signal_watch.hpp"
#include "scenarios/import/source_file.hpp"

namespace splitscope::cli {
namespace {

struct CloudArguments {
  std::string api;
  std::string instance_metadata;
  std::string task_metadata;
  std::string state_path;
  std::vector<std::string> tls;  // certificate, key
  std::uint64_t seed = 1;
};

base::Result<cloud::CloudState> load_state(const std::string& path) {
  const auto file = scenarios::read_source_file(path);
  if (!file.has_value()) return std::unexpected(file.error());
  return cloud::read_state(path, file->text);
}

base::Result<std::optional<base::Endpoint>> endpoint_of(const std::string& option,
                                                        const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto endpoint = base::parse_endpoint(text);
  if (endpoint.has_value()) return *endpoint;
  // Port 0: a free one.
  if (text.ends_with(":0")) {
    const auto address = base::parse_ipv4(std::string_view(text).substr(0, text.size() - 2));
    if (address.has_value()) return base::Endpoint{*address, 0};
  }
  return base::failure(
      fmt::format("{} {}: write ADDRESS:PORT, for example 127.0.0.1:4566", option, text));
}

base::Result<cloud::CloudServerOptions> server_options(const CloudArguments& arguments) {
  cloud::CloudServerOptions options;
  const auto api = endpoint_of("--api", arguments.api);
  const auto instances = endpoint_of("--imds", arguments.instance_metadata);
  const auto tasks = endpoint_of("--ecs-metadata", arguments.task_metadata);
  for (const auto* one : {&api, &instances, &tasks}) {
    if (!one->has_value()) return std::unexpected(one->error());
  }
  options.api = api->value_or(base::Endpoint{});
  options.instance_metadata = *instances;
  options.task_metadata = *tasks;
  options.seed = arguments.seed;
  if (arguments.tls.size() == 2) {
    options.certificate_path = arguments.tls[0];
    options.key_path = arguments.tls[1];
  }
  return options;
}

// What signals do.
class Operator {
 public:
  Operator(real::Loop& loop, cloud::CloudServer& server, std::string path)
      : loop_(loop), server_(server), path_(std::move(path)) {}
  void stop() { loop_.stop(); }
  void read_again() {
    const auto state = load_state(path_);
    if (!state.has_value()) {
      std::fprintf(stderr, "the state stays as it was: %s\n", state.error().message.c_str());
      return;
    }
    server_.apply(*state);
    tell(*state);
  }
  static void tell(const cloud::CloudState& state) {
    std::printf("state: %zu instances, %zu tasks, %zu keys, %zu faults\n", state.instances.size(),
                state.tasks.size(), state.keys.size(), state.faults.size());
    std::fflush(stdout);
  }

 private:
  real::Loop& loop_;
  cloud::CloudServer& server_;
  std::string path_;
};

void tell_counts(const cloud::Cloud& model) {
  for (const auto& [action, count] : model.counts()) {
    std::printf("%s: %llu calls, %llu failed, %llu throttled\n", action.c_str(),
                static_cast<unsigned long long>(count.calls),
                static_cast<unsigned long long>(count.failed),
                static_cast<unsigned long long>(count.throttled));
  }
}

int serve(const CloudArguments& arguments) {
  const auto options = server_options(arguments);
  if (!options.has_value()) return usage_error("cloud serve", options.error().message);
  const auto state = load_state(arguments.state_path);
  if (!state.has_value()) return usage_error("cloud serve", state.error().message);
  real::Loop loop;
  auto server = cloud::CloudServer::open(loop, *options, *state);
  if (!server.has_value()) return usage_error("cloud serve", server.error().message);
  Operator hands(loop, **server, arguments.state_path);
  const real::SignalWatch signals(loop, base::Callback::to<&Operator::stop>(hands),
                                  base::Callback::to<&Operator::read_again>(hands));
  std::printf("api: %s://%s\n", options->certificate_path.empty() ? "http" : "https",
              base::to_text((*server)->api()).c_str());
  if (options->instance_metadata) {
    std::printf("imds: http://%s\n", base::to_text((*server)->instance_metadata()).c_str());
  }
  if (options->task_metadata) {
    std::printf("ecs-metadata: http://%s\n", base::to_text((*server)->task_metadata()).c_str());
  }
  Operator::tell(*state);
  loop.run();
  tell_counts((*server)->model());
  return 0;
}

}  // namespace

void add_cloud(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<CloudArguments>();
  CLI::App* group = app.add_subcommand("cloud", "A simulated account of AWS");
  group->require_subcommand(1);
  CLI::App* command = group->add_subcommand("serve", "Serve EC2, ECS and metadata to real clients");
  command->add_option("--api", arguments->api, "Where EC2 and ECS answer: ADDRESS:PORT")
      ->required();
  command->add_option("--imds", arguments->instance_metadata,
                      "Where the metadata of instances answer: ADDRESS:PORT");
  command->add_option("--ecs-metadata", arguments->task_metadata,
                      "Where the metadata and credentials of tasks answer: ADDRESS:PORT");
  command
      ->add_option("--state", arguments->state_path,
                   "What runs, who may call, what is wrong: JSON (docs/cloud.md)")
      ->required();
  command->add_option("--tls", arguments->tls, "Certificate and key of the API, in PEM")
      ->expected(2);
  command->add_option("--seed", arguments->seed, "Of sessions, ids and what faults draw");
  command->footer(
      "Examples:\n"
      "  splitscope cloud serve --api 127.0.0.1:4566 --state docs/examples/cloud.json\n"
      "  splitscope cloud serve --api 10.77.0.1:443 --tls cert.pem key.pem \\\n"
      "    --imds 169.254.169.254:80 --ecs-metadata 169.254.170.2:80 --state cloud.json\n"
      "  aws --endpoint-url http://127.0.0.1:4566 --region us-east-1 ec2 describe-instances\n\n"
      "Port 0 takes a free one; the first lines say which. SIGHUP reads the state again; SIGTERM\n"
      "and Ctrl-C end it, and it prints what was asked.");
  command->callback([arguments, &exit_code] { exit_code = serve(*arguments); });
}

}  // namespace splitscope::cli
