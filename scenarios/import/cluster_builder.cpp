#include "scenarios/import/cluster_builder.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "scenarios/import/member_list.hpp"
#include "scenarios/import/setting_values.hpp"
#include "scenarios/import/setting_writer.hpp"
#include "schemes/membership/profile.hpp"
#include "schemes/membership/properties.hpp"

namespace splitscope::scenarios {
namespace {

using schemes::ClusterConfig;
using schemes::SchemeKind;
using Done = base::Result<void>;

constexpr std::uint16_t Wso2MulticastPort = 45564;
constexpr std::uint8_t Wso2MulticastTtl = 100;
constexpr base::Duration Wso2MulticastTimeout = std::chrono::seconds{60};
constexpr std::string_view Wso2Domain = "wso2.carbon.domain";
constexpr std::string_view Wso2DefaultMember = "127.0.0.1:4000";

bool is_wso2(FileKind kind) {
  return kind == FileKind::DeploymentToml || kind == FileKind::Axis2Xml;
}

Done add_members(const NodeFile& file, ClusterConfig& config) {
  std::size_t total = 0;
  for (const Setting* entry : file.settings.all("member")) {
    if (!entry->problem.empty()) return std::unexpected(problem_of(*entry));
    const auto expanded = expand_entry(entry->value);
    if (!expanded) return std::unexpected(member_error(*entry, expanded.error()));
    total += expanded->size();
    if (total > MaxListedMembers || config.wka.members.size() >= MaxListEntries) {
      return std::unexpected(
          error_of(*entry, fmt::format("the list holds more than {} addresses", MaxListedMembers),
                   "list the members themselves"));
    }
    config.wka.members.push_back({entry->value});
  }
  return {};
}

// ---- AXIS2 mode ---------------------------------------------------------------------------------

constexpr std::array<std::pair<std::string_view, SchemeKind>, 5> Wso2Schemes{
    {{"wka", SchemeKind::Wka},
     {"multicast", SchemeKind::Multicast},
     {"aws", SchemeKind::Aws},
     {"aws-ecs", SchemeKind::Ecs},
     {"kubernetes", SchemeKind::Kubernetes}}};

// Parameters with a place of their own in ClusterConfig, or of no meaning to a cluster.
constexpr std::array<std::string_view, 25> CoreParameters{"class",
                                                          "enable",
                                                          "AvoidInitiation",
                                                          "membershipScheme",
                                                          "membershipSchemeClassName",
                                                          "domain",
                                                          "localMemberHost",
                                                          "localMemberPort",
                                                          "localMemberBindAddress",
                                                          "localMemberBindPort",
                                                          "localMemberIdentifier",
                                                          "member",
                                                          "members.empty",
                                                          "mcastAddress",
                                                          "mcastPort",
                                                          "mcastTTL",
                                                          "mcastTimeout",
                                                          "mcastBindAddress",
                                                          "connTimeout",
                                                          "mgtCenterURL",
                                                          "hazelcastSerializers",
                                                          "groupManagement",
                                                          "applicationDomain.port",
                                                          "coordination",
                                                          "properties"};

base::Result<SchemeKind> wso2_scheme(const NodeFile& file) {
  const SettingValues values(file);
  if (file.kind == FileKind::Axis2Xml) {
    const auto enabled = values.flag("enable");
    if (!enabled) return std::unexpected(enabled.error());
    if (!file.has_section || !enabled->value_or(false)) return SchemeKind::None;
  }
  const auto written = values.text("membershipScheme");
  if (!written) return std::unexpected(written.error());
  if (!*written) {
    return file.kind == FileKind::Axis2Xml ? SchemeKind::Multicast : SchemeKind::None;
  }
  const std::string name = lower_case(**written);
  const auto found = std::find_if(Wso2Schemes.begin(), Wso2Schemes.end(),
                                  [&name](const auto& scheme) { return scheme.first == name; });
  if (found != Wso2Schemes.end()) return found->second;
  const std::string class_name = lower_case(file.settings.text("membershipSchemeClassName"));
  if (class_name.find("kubernetes") != class_name.npos) return SchemeKind::Kubernetes;
  return std::unexpected(error_of(*file.settings.find("membershipScheme"),
                                  fmt::format("\"{}\" is no scheme of the Hazelcast agent",
                                              std::string_view{**written}.substr(0, 80)),
                                  "write wka, multicast, aws, aws-ecs or kubernetes"));
}

Done add_cloud_parameters(const NodeFile& file, ClusterConfig& config) {
  for (const Setting& setting : file.settings.items()) {
    const bool is_core = std::find(CoreParameters.begin(), CoreParameters.end(), setting.name) !=
                         CoreParameters.end();
    if (is_core) continue;
    if (setting.is_secret) {
      const std::string name = lower_case(setting.name);
      if (name == "accesskey" || name == "secretkey") config.cloud.has_static_keys = true;
      continue;
    }
    if (!setting.problem.empty()) return std::unexpected(problem_of(setting));
    config.cloud.parameters[setting.name] = setting.value;
  }
  return {};
}

Done read_wso2_multicast(const SettingValues& values, ClusterConfig& config) {
  config.multicast.group.port = Wso2MulticastPort;
  config.multicast.ttl = Wso2MulticastTtl;
  config.multicast.timeout = Wso2MulticastTimeout;
  return all_of({values.read_group("mcastAddress", config.multicast.group.address),
                 values.read_port("mcastPort", config.multicast.group.port),
                 values.read_ttl("mcastTTL", config.multicast.ttl),
                 values.read_seconds("mcastTimeout", config.multicast.timeout)});
}

base::Result<ClusterConfig> wso2_config(const NodeFile& file) {
  const SettingValues values(file);
  ClusterConfig config;
  config.wso2 = true;
  config.cluster_name = Wso2Domain;
  config.port = schemes::Wso2Port;
  const auto scheme = wso2_scheme(file);
  if (!scheme) return std::unexpected(scheme.error());
  config.scheme = *scheme;
  if (config.scheme == SchemeKind::None) return config;
  if (auto done =
          all_of({values.read("domain", config.cluster_name),
                  values.read_port("localMemberPort", config.port),
                  values.read_seconds("connTimeout", config.wka.connection_timeout),
                  read_wso2_multicast(values, config), add_properties(file.properties, config)});
      !done) {
    return std::unexpected(done.error());
  }
  if (config.scheme == SchemeKind::Wka) {
    if (auto done = add_members(file, config); !done) return std::unexpected(done.error());
    const bool says_none = file.settings.find("members.empty") != nullptr;
    if (config.wka.members.empty() && !says_none) {
      config.wka.members.push_back({std::string{Wso2DefaultMember}});
    }
  } else if (config.scheme != SchemeKind::Multicast) {
    if (auto done = add_cloud_parameters(file, config); !done) return std::unexpected(done.error());
  }
  return config;
}

// ---- FILE mode ----------------------------------------------------------------------------------

// From the schema's version, else from names that only one generation has.
std::optional<schemes::Engine> engine_of(const NodeFile& file) {
  const std::string_view version = file.settings.text("schema-version");
  if (version.starts_with("3.")) return schemes::Engine::Hz312;
  if (version.starts_with("4.") || version.starts_with("5.")) return schemes::Engine::Hz53;
  if (file.settings.find("cluster-name") != nullptr) return schemes::Engine::Hz53;
  if (file.settings.find("group.name") != nullptr) return schemes::Engine::Hz312;
  return std::nullopt;
}

struct JoinFlags {
  bool multicast = false;
  bool tcp_ip = false;
  bool aws = false;
  bool kubernetes = false;
  bool strategy = false;
  bool automatic = true;
};

base::Result<JoinFlags> join_flags(const NodeFile& file, bool is_old) {
  const SettingValues values(file);
  JoinFlags flags;
  flags.multicast = is_old;  // MulticastConfig is on by default in 3.x only
  if (auto done = all_of({values.read("join.multicast.enabled", flags.multicast),
                          values.read("join.tcp-ip.enabled", flags.tcp_ip),
                          values.read("join.aws.enabled", flags.aws),
                          values.read("join.kubernetes.enabled", flags.kubernetes),
                          values.read("join.strategy.enabled", flags.strategy),
                          values.read("join.auto-detection.enabled", flags.automatic)});
      !done) {
    return std::unexpected(done.error());
  }
  for (const std::string_view other : {"gcp", "azure", "eureka"}) {
    bool enabled = false;
    const std::string name = fmt::format("join.{}.enabled", other);
    if (auto done = values.read(name, enabled); !done) return std::unexpected(done.error());
    if (enabled) {
      return std::unexpected(error_of(*file.settings.find(name),
                                      "this way to join is not simulated",
                                      "use multicast, tcp-ip, aws or kubernetes"));
    }
  }
  return flags;
}

SchemeKind aws_scheme(const NodeFile& file, std::string_view prefix) {
  const std::string cluster = fmt::format("{}cluster", prefix);
  const std::string header = fmt::format("{}host-header", prefix);
  const bool is_ecs =
      !file.settings.text(cluster).empty() || file.settings.text(header).starts_with("ecs");
  return is_ecs ? SchemeKind::Ecs : SchemeKind::Aws;
}

base::Result<SchemeKind> strategy_scheme(const NodeFile& file) {
  const std::string name = lower_case(file.settings.text("join.strategy.class"));
  if (name.find("kubernetes") != name.npos) return SchemeKind::Kubernetes;
  if (name.find("aws") != name.npos) return aws_scheme(file, "join.strategy.");
  return std::unexpected(error_of(*file.settings.find("join.strategy.enabled"),
                                  "this discovery strategy is not simulated",
                                  "use multicast, tcp-ip, aws or kubernetes"));
}

// The joiner is picked in this order (Node.createJoiner).
base::Result<SchemeKind> hazelcast_scheme(const NodeFile& file, const JoinFlags& flags,
                                          bool is_old) {
  if (flags.multicast) return SchemeKind::Multicast;
  if (flags.tcp_ip) return SchemeKind::Wka;
  if (flags.aws) return aws_scheme(file, "join.aws.");
  if (flags.kubernetes) return SchemeKind::Kubernetes;
  if (flags.strategy) return strategy_scheme(file);
  // Auto-detection of 4.1 and later ends at multicast outside of a cloud.
  return !is_old && flags.automatic ? SchemeKind::Multicast : SchemeKind::None;
}

Done add_discovery_parameters(const NodeFile& file, ClusterConfig& config) {
  for (const Setting& setting : file.settings.items()) {
    std::string_view name = setting.name;
    for (const std::string_view prefix : {"join.aws.", "join.kubernetes.", "join.strategy."}) {
      if (!name.starts_with(prefix)) continue;
      name.remove_prefix(prefix.size());
      if (name == "enabled" || name == "class") break;
      if (setting.is_secret) {
        config.cloud.has_static_keys = true;
        break;
      }
      if (!setting.problem.empty()) return std::unexpected(problem_of(setting));
      config.cloud.parameters[std::string{name}] = setting.value;
      break;
    }
  }
  return {};
}

Done read_hazelcast_network(const NodeFile& file, ClusterConfig& config) {
  const SettingValues values(file);
  const auto count = values.number("port.port-count", {1, 1000});
  if (!count) return std::unexpected(count.error());
  if (*count) config.port_count = static_cast<std::uint16_t>(**count);
  auto& multicast = config.multicast;
  auto& tcp_ip = config.wka;
  if (auto done = all_of(
          {values.read_port("port", config.port),
           values.read("port.auto-increment", config.port_auto_increment),
           values.read_group("join.multicast.multicast-group", multicast.group.address),
           values.read_port("join.multicast.multicast-port", multicast.group.port),
           values.read_ttl("join.multicast.multicast-time-to-live", multicast.ttl),
           values.read_seconds("join.multicast.multicast-timeout-seconds", multicast.timeout),
           values.read("join.multicast.loopback-mode-enabled", multicast.loopback),
           values.read_seconds("join.tcp-ip.connection-timeout-seconds",
                               tcp_ip.connection_timeout)});
      !done) {
    return done;
  }
  auto required = values.text("join.tcp-ip.required-member");
  if (!required) return std::unexpected(required.error());
  if (*required) {
    if (const auto entry = expand_entry(**required); !entry) {
      return std::unexpected(
          member_error(*file.settings.find("join.tcp-ip.required-member"), entry.error()));
    }
  }
  tcp_ip.required_member = *std::move(required);
  return {};
}

Done refuse_advanced_network(const NodeFile& file) {
  const auto enabled = SettingValues(file).flag("advanced-network.enabled");
  if (!enabled) return std::unexpected(enabled.error());
  if (!enabled->value_or(false)) return {};
  return std::unexpected(error_of(*file.settings.find("advanced-network.enabled"),
                                  "an advanced network is not read",
                                  "describe the members' port and join in <network>"));
}

base::Result<ClusterConfig> hazelcast_config(const NodeFile& file) {
  const SettingValues values(file);
  ClusterConfig config;
  const auto engine = engine_of(file);
  config.engine_from_file = engine.has_value();
  config.engine = engine.value_or(schemes::Engine::Hz53);
  const bool is_old = config.engine != schemes::Engine::Hz53;
  const auto flags = join_flags(file, is_old);
  if (!flags) return std::unexpected(flags.error());
  const auto scheme = hazelcast_scheme(file, *flags, is_old);
  if (!scheme) return std::unexpected(scheme.error());
  config.scheme = *scheme;
  const std::string_view name = is_old ? "group.name" : "cluster-name";
  if (auto done =
          all_of({refuse_advanced_network(file), values.read(name, config.cluster_name),
                  read_hazelcast_network(file, config), add_properties(file.properties, config)});
      !done) {
    return std::unexpected(done.error());
  }
  if (config.scheme == SchemeKind::Wka) {
    if (auto done = add_members(file, config); !done) return std::unexpected(done.error());
  } else if (config.scheme != SchemeKind::Multicast) {
    if (auto done = add_discovery_parameters(file, config); !done) {
      return std::unexpected(done.error());
    }
  }
  return config;
}

// "10.0.0.1" or "10.0.0.1:5701" of public-address.
base::Result<schemes::MemberConfig> self_of(const NodeFile& file, const ClusterConfig& config) {
  schemes::MemberConfig self;
  self.source_file = file.path;
  self.port = config.port;
  const bool wso2 = is_wso2(file.kind);
  if (config.scheme == SchemeKind::None) return self;
  // ECS takes the address from its interface pattern and leaves the public address unset.
  if (wso2 && config.scheme == SchemeKind::Ecs) return self;
  const std::string_view name = wso2 ? "localMemberHost" : "public-address";
  const auto host = SettingValues(file).text(name);
  if (!host) return std::unexpected(host.error());
  if (!*host) return self;
  const auto entry = expand_entry(**host);
  if (!entry) return std::unexpected(member_error(*file.settings.find(name), entry.error()));
  if (entry->size() != 1 || (wso2 && entry->front().port != 0)) {
    return std::unexpected(error_of(*file.settings.find(name), "it is not one host",
                                    "write one address or name without a port"));
  }
  self.host = entry->front().host;
  if (entry->front().port != 0) self.port = entry->front().port;
  return self;
}

}  // namespace

Done add_properties(const SettingList& properties, ClusterConfig& config) {
  for (const Setting& setting : properties.items()) {
    if (setting.is_secret) continue;
    if (!setting.problem.empty()) return std::unexpected(problem_of(setting));
    if (const schemes::PropertyRow* row = schemes::find_property(setting.name)) {
      if (const auto value = schemes::parse_property(*row, setting.value); !value) {
        return std::unexpected(error_of(setting, {value.error().message, "write another value"}));
      }
    }
    config.properties[setting.name] = setting.value;
  }
  return {};
}

base::Result<ImportedNode> build_node(NodeFile file) {
  auto config = is_wso2(file.kind) ? wso2_config(file) : hazelcast_config(file);
  if (!config) return std::unexpected(config.error());
  for (const std::string_view name : {"groupPassword", "group.password"}) {
    if (const Setting* password = file.settings.find(name)) {
      config->join_secret = password->join_secret;
    }
  }
  auto self = self_of(file, *config);
  if (!self) return std::unexpected(self.error());
  return ImportedNode{std::move(file), *std::move(config), *std::move(self)};
}

}  // namespace splitscope::scenarios
