// Rules on the schemes that ask a cloud: AWS, ECS, Kubernetes.
#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "scenarios/import/lint_checks.hpp"

namespace splitscope::scenarios {
namespace {

using schemes::Engine;
using schemes::SchemeKind;

constexpr std::uint16_t FirstAwsPort = 5701;  // com.hazelcast.aws.AwsProperties, hz-port
constexpr std::uint16_t LastAwsPort = 5708;

std::string_view parameter(const LintNode& node, std::string_view name) {
  const auto& parameters = node.config().cloud.parameters;
  const auto found = parameters.find(std::string{name});
  return found == parameters.end() ? std::string_view{} : std::string_view{found->second};
}

bool has_any(const LintNode& node, std::span<const std::string_view> names) {
  return std::any_of(names.begin(), names.end(),
                     [&node](std::string_view name) { return !parameter(node, name).empty(); });
}

Place parameter_place(const LintNode& node, std::string_view name) {
  for (const Setting& setting : node.file().settings.items()) {
    if (setting.name == name || setting.name.ends_with(fmt::format(".{}", name))) {
      return setting.place;
    }
  }
  return node.file().section;
}

void check_aws_port(const LintNode& node, Findings& findings) {
  const std::uint16_t port = node.config().port;
  // In FILE mode hz-port may name other ports.
  const bool names_ports = !node.config().wso2 && !parameter(node, "hz-port").empty();
  if (node.engine() == Engine::Hz35 || names_ports) return;
  if (port >= FirstAwsPort && port <= LastAwsPort) return;
  findings.add("L-AWS-PORT", node.place_of(node.config().wso2 ? "localMemberPort" : "port"),
               {fmt::format("The plugin tries ports 5701 to 5708 and this node listens on {}: each "
                            "node stays alone.",
                            port),
                "Use port 5701."});
}

constexpr std::array<std::string_view, 8> Ec2Filters{
    "iamRole",  "securityGroup",       "tagKey",  "tagValue",
    "iam-role", "security-group-name", "tag-key", "tag-value"};
constexpr std::array<std::string_view, 6> Selecting{"securityGroup",       "tagKey",  "tagValue",
                                                    "security-group-name", "tag-key", "tag-value"};
constexpr std::array<std::string_view, 5> NativeEcs{"cluster", "family", "service-name",
                                                    "serviceName", "taskFamily"};
constexpr std::array<std::string_view, 7> CamelCase{
    "accessKey", "secretKey", "iamRole", "securityGroup", "hostHeader", "tagKey", "tagValue"};

void check_filters(const LintNode& node, Findings& findings) {
  const bool is_native = has_any(node, NativeEcs);
  const bool names_cluster = !parameter(node, "clusterName").empty();
  // WSO2's aws-ecs goes through EC2 on purpose when the host header says so.
  const bool asks_ec2 = parameter(node, "hostHeader").starts_with("ec2");
  if ((is_native || (names_cluster && !asks_ec2 && node.config().scheme == SchemeKind::Aws)) &&
      has_any(node, Ec2Filters)) {
    findings.add(
        "L-MIX", parameter_place(node, is_native ? "cluster" : "clusterName"),
        {"The plugin refuses EC2 filters beside ECS properties; discovery fails and the node "
         "stays alone.",
         "Keep the tags and the security group, or the ECS names, not both."});
  }
  if (node.config().scheme == SchemeKind::Aws && !has_any(node, Selecting)) {
    findings.add(
        "L-AWS-OPEN", node.place_of("membershipScheme"),
        {"Every running instance of the region is asked at eight ports, also those of other "
         "clusters.",
         "Set tagKey and tagValue, or securityGroup."});
  }
}

bool drops_camel_case(const KernelVersion& kernel) {
  const bool first = kernel >= KernelVersion{4, 7, 0} && kernel <= KernelVersion{4, 9, 29};
  return first || (kernel >= KernelVersion{4, 11, 0} && kernel <= KernelVersion{4, 11, 19});
}

void check_camel_case(const LintNode& node, Findings& findings) {
  const auto& kernel = node.options.kernel;
  if (!node.config().wso2 || (kernel && !drops_camel_case(*kernel))) return;
  for (const Setting& setting : node.file().settings.items()) {
    const bool is_camel =
        std::find(CamelCase.begin(), CamelCase.end(), setting.name) != CamelCase.end();
    if (!is_camel || setting.is_inferred) continue;
    findings.add("L-CAMEL-47", kernel ? Severity::Error : Severity::Note, setting.place,
                 {fmt::format("{} {} and the keys like it without a word.",
                              kernel ? "This kernel drops"
                                     : "Kernels 4.7.0 to 4.9.29 and 4.11.0 to 4.11.19 drop",
                              setting.name),
                  "Write the names with hyphens (access-key, security-group-name), or use kernel "
                  "4.10 or 4.12."});
    return;
  }
}

void check_metadata_service(const LintNode& node, Findings& findings) {
  const auto& required = node.options.requires_imds_v2;
  const bool uses_it = !node.config().cloud.has_static_keys;
  if (node.engine() == Engine::Hz53 || !uses_it || (required && !*required)) return;
  findings.add("L-IMDSV1", required ? Severity::Error : Severity::Note,
               node.place_of("membershipScheme"),
               {fmt::format("{} the engine gets no credentials and each node stays alone.",
                            required ? "The instances require tokens, so"
                                     : "If the instances require tokens (HttpTokens=required),"),
                "Use an engine of 5.2.2 or later, or set HttpTokens=optional."});
}

void check_ecs(const LintNode& node, Findings& findings) {
  if (node.config().scheme != SchemeKind::Ecs || !node.config().wso2) return;
  if (parameter(node, "networkInterface").empty()) {
    findings.add("L-ECS-NIC", node.place_of("membershipScheme"),
                 {"The scheme fails at start: it needs a pattern of the members' addresses.",
                  R"(Write vpcCidrBlock = "10.0.*.*" with the pattern of your network.)"});
  }
  if (parameter(node, "tagKey") == "aws:cloudformation:stack-name") {
    findings.add("L-ECS-TAG", node.place_of("tagKey"),
                 {"Instances of clusters made since January 2023 do not carry this tag: none is "
                  "found.",
                  "Set tagKey and tagValue to a tag of your own, or of the autoscaling group."});
  }
  const auto& mode = node.options.network_mode;
  if (mode == NetworkMode::Host) return;
  findings.add("L-ECS-MODE", mode ? Severity::Error : Severity::Note,
               node.place_of("membershipScheme"),
               {"Outside of host mode the addresses that EC2 tells are not those that members "
                "listen on.",
                "Use the network mode host."});
}

void check_kubernetes(const LintNode& node, Findings& findings) {
  const bool is_built_in = node.file().settings.find("membershipSchemeClassName") == nullptr;
  if (!node.config().wso2 || !is_built_in) return;
  for (const Setting& setting : node.file().settings.items()) {
    const std::string_view name = setting.name;
    const bool is_of_kubernetes =
        name.starts_with("KUBERNETES_") || name == "USE_DNS" || name == "DNS_LOOKUP_TIMEOUT";
    if (!is_of_kubernetes || name == "KUBERNETES_NAMESPACE" || name == "KUBERNETES_SERVICES") {
      continue;
    }
    findings.add("L-K8S-DEAD", setting.place,
                 {fmt::format("The built-in scheme does not read {}.", name),
                  "Remove it, or set membershipSchemeClassName to the add-on that reads it."});
  }
}

}  // namespace

void check_cloud(const LintNode& node, Findings& findings) {
  for (const Setting& setting : node.file().settings.items()) {
    if (!setting.is_plain_secret) continue;
    findings.add("L-SECRET-PLAIN", setting.place,
                 {fmt::format("Whoever reads this file has {}.", setting.key),
                  "Use an instance role, or a reference such as $secret{alias}."});
  }
  const SchemeKind scheme = node.config().scheme;
  if (scheme == SchemeKind::Kubernetes) check_kubernetes(node, findings);
  if (scheme != SchemeKind::Aws && scheme != SchemeKind::Ecs) return;
  check_aws_port(node, findings);
  check_filters(node, findings);
  check_camel_case(node, findings);
  check_metadata_service(node, findings);
  check_ecs(node, findings);
  for (const std::string_view name : {"hz-port", "hzPort"}) {
    const Setting* setting = node.file().settings.find(name);
    if (!node.config().wso2 || setting == nullptr) continue;
    findings.add("L-HZ-PORT", setting->place,
                 {"The agent does not pass it on; ports 5701 to 5708 are tried.",
                  "Remove it, and let the members listen on 5701."});
  }
}

}  // namespace splitscope::scenarios
