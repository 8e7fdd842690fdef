#include "schemes/registry/registry.hpp"

#include <fmt/format.h>

#include "engine/base/assert.hpp"
#include "schemes/aws/ec2_source.hpp"
#include "schemes/data/data_service.hpp"
#include "schemes/ecs/ecs_source.hpp"
#include "schemes/membership/address_joiner.hpp"
#include "schemes/multicast/multicast_joiner.hpp"
#include "schemes/wka/wka_discovery.hpp"

namespace splitscope::schemes {

using base::Result;

namespace {

// How long a JVM takes from main() to the first attempt to join, as recorded on a quiet machine.
struct BootTime {
  base::Duration min;
  base::Duration max;
};
BootTime boot_time_of(Engine engine) {
  using std::chrono::milliseconds;
  if (engine == Engine::Hz53) return {milliseconds{210}, milliseconds{340}};
  return {milliseconds{105}, milliseconds{205}};
}

// hazelcast.xml's required-member, where there is one.
Result<std::optional<base::Endpoint>> required_member(const ClusterConfig& config) {
  if (!config.wka.required_member) return std::nullopt;
  const PortRule ports{config.port, 1};
  auto entry = parse_entry(*config.wka.required_member, ports);
  if (!entry) return std::unexpected(entry.error());
  if (entry->is_name() || entry->addresses.size() != 1) {
    return base::failure(
        fmt::format("required-member \"{}\" must be one literal address, for example 10.0.0.1:5701",
                    *config.wka.required_member));
  }
  return base::Endpoint{entry->addresses.front(), entry->port};
}

NodeConfig node_config(const ClusterPlan& plan, const MemberSettings& member, JoinerKind joiner) {
  const ClusterConfig& config = plan.config();
  const BootTime boot = boot_time_of(config.engine);
  NodeConfig node;
  node.settings = plan.settings();
  node.cluster_name = config.cluster_name;
  node.port = member.port == 0 ? config.port : member.port;
  node.port_count = config.port_auto_increment ? config.port_count : std::uint16_t{1};
  node.data_member = member.data_member;
  node.joiner = joiner;
  node.version = member.version.value_or(release_of(config.engine));
  node.boot_time_min = member.boot_time.value_or(boot.min);
  node.boot_time_max = member.boot_time.value_or(boot.max);
  node.bugs = member.bugs;
  return node;
}

Member make_node(NodeConfig config, std::unique_ptr<Joiner> joiner, env::Environment environment,
                 env::ProgramHost& host) {
  auto data = std::make_unique<DataService>(environment);
  Member member;
  member.data = data.get();
  auto node = std::make_unique<ClusterNode>(environment, host, std::move(config), std::move(joiner),
                                            std::move(data));
  member.inspection = node.get();
  member.program = std::move(node);
  return member;
}

Result<Member> make_wka_member(const ClusterPlan& plan, const MemberSettings& settings,
                               env::Environment environment, env::ProgramHost& host) {
  auto options = make_wka_options(plan.config(), plan.settings());
  if (!options) return std::unexpected(options.error());
  auto required = required_member(plan.config());
  if (!required) return std::unexpected(required.error());
  auto joiner = std::make_unique<AddressJoiner>(
      environment, std::make_unique<WkaDiscovery>(environment, *std::move(options)),
      JoinerKind::TcpIp, *required);
  return make_node(node_config(plan, settings, JoinerKind::TcpIp), std::move(joiner), environment,
                   host);
}

Result<Member> make_multicast_member(const ClusterPlan& plan, const MemberSettings& settings,
                                     env::Environment environment, env::ProgramHost& host) {
  MulticastJoinerOptions options;
  options.multicast = plan.settings().multicast;
  options.base_port = plan.config().port;
  auto joiner = std::make_unique<MulticastJoiner>(environment, options);
  return make_node(node_config(plan, settings, JoinerKind::Multicast), std::move(joiner),
                   environment, host);
}

Result<Member> make_cloud_member(const ClusterPlan& plan, const MemberSettings& settings,
                                 env::Environment environment, env::ProgramHost& host) {
  auto options = make_aws_options(plan.config(), settings.cloud);
  if (!options) return std::unexpected(options.error());
  const CloudPorts ports{options->port_first, options->port_count};
  std::string pattern = options->interface_pattern;
  std::unique_ptr<AddressSource> source;
  if (options->asks_ecs) {
    source = std::make_unique<EcsSource>(environment, *std::move(options));
  } else {
    source = std::make_unique<Ec2Source>(environment, *std::move(options));
  }
  auto joiner = std::make_unique<AddressJoiner>(
      environment,
      std::make_unique<CloudDiscovery>(environment, std::move(source), ports, std::move(pattern)),
      JoinerKind::Discovery);
  return make_node(node_config(plan, settings, JoinerKind::Discovery), std::move(joiner),
                   environment, host);
}

base::Error not_available(SchemeKind scheme) {
  return {fmt::format(
      "the membership scheme \"{}\" is not available yet; use wka, multicast, aws or aws-ecs",
      to_text(scheme))};
}

}  // namespace

ClusterPlan::ClusterPlan(ClusterConfig config, Settings settings)
    : config_(std::move(config)), settings_(std::move(settings)) {}

Result<ClusterPlan> ClusterPlan::make(const ClusterConfig& config) {
  if (!is_available(config.scheme)) return std::unexpected(not_available(config.scheme));
  if (config.engine == Engine::Hz35) {
    return base::failure("the profile \"hz-3.5\" is not available yet; use hz-3.12 or hz-5.3");
  }
  if (config.cluster_name.empty() || config.cluster_name.size() > ClusterNameSizeMax) {
    return base::failure(fmt::format("the cluster name must have 1 to {} bytes, not {}",
                                     ClusterNameSizeMax, config.cluster_name.size()));
  }
  if (config.port == 0) return base::failure("the port must be 1 to 65535, not 0");
  auto settings = resolve_settings(config);
  if (!settings) return std::unexpected(settings.error());
  ClusterPlan plan(config, *std::move(settings));
  if (config.scheme == SchemeKind::Wka) {
    // A bad list is told now, not when the first member starts.
    if (auto options = make_wka_options(config, plan.settings()); !options) {
      return std::unexpected(options.error());
    }
    if (auto required = required_member(config); !required) {
      return std::unexpected(required.error());
    }
  }
  if (config.scheme == SchemeKind::Aws || config.scheme == SchemeKind::Ecs) {
    if (auto options = make_aws_options(config, {}); !options) {
      return std::unexpected(options.error());
    }
  }
  return plan;
}

Result<Member> make_member(const ClusterPlan& plan, const MemberSettings& settings,
                           env::Environment environment, env::ProgramHost& host) {
  switch (plan.config().scheme) {
    case SchemeKind::Wka:
      return make_wka_member(plan, settings, environment, host);
    case SchemeKind::Multicast:
      return make_multicast_member(plan, settings, environment, host);
    case SchemeKind::Aws:
    case SchemeKind::Ecs:
      return make_cloud_member(plan, settings, environment, host);
    case SchemeKind::Kubernetes:
    case SchemeKind::None:
      break;
  }
  return std::unexpected(not_available(plan.config().scheme));
}

Result<Member> make_member(const ClusterConfig& config, const MemberSettings& settings,
                           env::Environment environment, env::ProgramHost& host) {
  auto plan = ClusterPlan::make(config);
  if (!plan) return std::unexpected(plan.error());
  return make_member(*plan, settings, environment, host);
}

bool is_available(SchemeKind scheme) {
  return scheme != SchemeKind::Kubernetes && scheme != SchemeKind::None;
}

Version release_of(Engine engine) {
  switch (engine) {
    case Engine::Hz35:
      return {3, 5, 4};
    case Engine::Hz312:
      return {3, 12, 13};
    case Engine::Hz53:
      return {5, 3, 8};
  }
  SPLITSCOPE_UNREACHABLE();
}

}  // namespace splitscope::schemes
