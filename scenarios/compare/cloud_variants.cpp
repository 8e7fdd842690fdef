#include "scenarios/compare/cloud_variants.hpp"

#include <fmt/format.h>

#include "schemes/aws/aws_options.hpp"

namespace splitscope::scenarios {

namespace {

using schemes::SchemeKind;

constexpr std::uint16_t FirstTriedPort = 5701;
// What ECS consoles gave the instances of a cluster until January 2023.
constexpr std::string_view OldConsoleTag = "aws:cloudformation:stack-name";

const char* scheme_name(SchemeKind kind) {
  return kind == SchemeKind::Aws ? "aws" : "ecs";
}

// A pattern that all addresses match.
std::string pattern_of(const std::vector<base::Ipv4>& addresses) {
  const auto octet = [](base::Ipv4 address) { return address.value >> 24; };
  for (const base::Ipv4 address : addresses) {
    if (octet(address) != octet(addresses.front())) return "*.*.*.*";
  }
  return addresses.empty() ? "*.*.*.*" : fmt::format("{}.*.*.*", octet(addresses.front()));
}

class CloudVariantMaker {
 public:
  CloudVariantMaker(const ClusterSpec& base, CloudVariants& result)
      : base_(base), result_(result) {}

  // As configured, on instances or tasks that carry what it looks for.
  base::Result<void> add_own() {
    const SchemeKind kind = base_.config.scheme;
    const auto options = schemes::make_aws_options(base_.config, {});
    if (!options.has_value()) return std::unexpected(options.error());
    ClusterSpec spec = base_;
    place_for(*options, spec);
    const bool is_tried = options->port_first <= spec.config.port &&
                          spec.config.port < options->port_first + options->port_count;
    add(scheme_name(kind), spec);
    if (is_tried) return {};
    note_port(*options);
    spec.ports.clear();
    spec.config.port = options->port_first;
    add(fmt::format("{} on {}", scheme_name(kind), options->port_first), spec);
    return {};
  }

  void add_made_up(SchemeKind kind) {
    const bool is_old_engine = base_.config.engine != schemes::Engine::Hz53;
    if (kind == SchemeKind::Ecs && is_old_engine && !base_.config.wso2) {
      result_.notes.push_back(
          "ECS is left out: the plugin of hz-3.12 does not know it (--profile hz-5.3 does).");
      return;
    }
    ClusterSpec spec = base_;
    schemes::ClusterConfig& config = spec.config;
    config.scheme = kind;
    config.cloud = {};
    const bool is_task = kind == SchemeKind::Ecs && !config.wso2;
    config.cloud.parameters[config.wso2 ? "tagKey" : "tag-key"] = "cluster";
    config.cloud.parameters[config.wso2 ? "tagValue" : "tag-value"] = config.cluster_name;
    if (is_task) config.cloud.parameters["family"] = spec.cloud.family;
    if (kind == SchemeKind::Ecs && config.wso2) {
      config.cloud.parameters["clusterName"] = spec.cloud.ecs_cluster;
      config.cloud.parameters["networkInterface"] = pattern_of(spec.addresses);
    }
    spec.cloud.tags = {{"cluster", config.cluster_name}};
    spec.cloud.is_task = is_task;
    config.port = FirstTriedPort;
    spec.ports.clear();
    add(scheme_name(kind), spec);
    result_.notes.push_back(fmt::format(
        "\"{}\" is not in your files: its members are {} with the tag cluster = {} and listen on "
        "{}, the first port that the plugin tries.",
        scheme_name(kind), is_task ? "ECS tasks" : "EC2 instances", config.cluster_name,
        FirstTriedPort));
  }

 private:
  void add(const std::string& name, const ClusterSpec& spec) {
    result_.schemes.push_back({.name = name, .cluster = spec});
  }

  void place_for(const schemes::AwsOptions& options, ClusterSpec& spec) {
    CloudPlace& place = spec.cloud;
    for (const schemes::AwsTag& tag : options.tags) {
      if (tag.key == OldConsoleTag) {
        result_.notes.push_back(fmt::format(
            "No instance carries the tag {}: clusters made since January 2023 do not have it.",
            OldConsoleTag));
        continue;
      }
      place.tags[tag.key.empty() ? "cluster" : tag.key] = tag.value.empty() ? "yes" : tag.value;
    }
    place.security_group = options.security_group;
    if (!options.role.empty() && options.role != "DEFAULT") place.role = options.role;
    place.is_task =
        !spec.config.wso2 && (options.asks_ecs || spec.config.scheme == SchemeKind::Ecs);
    if (!options.cluster.empty()) place.ecs_cluster = options.cluster;
    if (!options.family.empty()) place.family = options.family;
    place.service = options.service_name;
  }

  void note_port(const schemes::AwsOptions& options) {
    result_.notes.push_back(fmt::format(
        "Port {} is none of those that the plugin tries ({} to {}): \"{}\" is your configuration "
        "as it is, \"{} on {}\" the same on the first of them.",
        base_.config.port, options.port_first, options.port_first + options.port_count - 1,
        scheme_name(base_.config.scheme), scheme_name(base_.config.scheme), options.port_first));
  }

  const ClusterSpec& base_;
  CloudVariants& result_;
};

}  // namespace

bool is_cloud_site(std::string_view site) {
  return site == "vpc" || site == "multi-az";
}

bool is_cloud_scheme(schemes::SchemeKind kind) {
  return kind == SchemeKind::Aws || kind == SchemeKind::Ecs;
}

base::Result<CloudVariants> derive_cloud_variants(const ClusterSpec& base, bool is_in_cloud) {
  CloudVariants result;
  CloudVariantMaker maker(base, result);
  const SchemeKind own = base.config.scheme;
  if (is_cloud_scheme(own)) {
    if (auto done = maker.add_own(); !done.has_value()) return std::unexpected(done.error());
  }
  if (!is_in_cloud && !is_cloud_scheme(own)) return result;
  for (const SchemeKind kind : {SchemeKind::Aws, SchemeKind::Ecs}) {
    if (kind != own) maker.add_made_up(kind);
  }
  return result;
}

}  // namespace splitscope::scenarios
