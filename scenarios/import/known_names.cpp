#include "scenarios/import/known_names.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace splitscope::scenarios {
namespace {

constexpr std::size_t MaxDistance = 2;
constexpr std::size_t MaxNameSize = 120;

constexpr std::array<std::string_view, 37> Parameters{"AvoidInitiation",
                                                      "membershipScheme",
                                                      "membershipSchemeClassName",
                                                      "domain",
                                                      "groupPassword",
                                                      "mcastAddress",
                                                      "mcastPort",
                                                      "mcastTTL",
                                                      "mcastTimeout",
                                                      "mcastBindAddress",
                                                      "localMemberBindAddress",
                                                      "localMemberBindPort",
                                                      "localMemberHost",
                                                      "localMemberPort",
                                                      "localMemberIdentifier",
                                                      "connTimeout",
                                                      "licenseKey",
                                                      "mgtCenterURL",
                                                      "hazelcastSerializers",
                                                      "properties",
                                                      "accessKey",
                                                      "secretKey",
                                                      "iamRole",
                                                      "securityGroup",
                                                      "hostHeader",
                                                      "region",
                                                      "tagKey",
                                                      "tagValue",
                                                      "clusterName",
                                                      "networkInterface",
                                                      "vpcCidrBlock",
                                                      "KUBERNETES_NAMESPACE",
                                                      "KUBERNETES_SERVICES",
                                                      "KUBERNETES_API_SERVER",
                                                      "KUBERNETES_API_SERVER_TOKEN",
                                                      "USE_DNS",
                                                      "KUBERNETES_MASTER_SKIP_SSL_VERIFICATION"};
constexpr std::array<std::string_view, 9> TomlKeys{
    "membership_scheme", "domain",     "agent",        "local_member_host",   "members",
    "local_member_port", "properties", "logging_type", "shutdown_hook_enable"};

// Letters to insert, remove or replace.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

std::optional<std::string_view> nearest(std::span<const std::string_view> names,
                                        std::string_view name) {
  if (name.size() > MaxNameSize) return std::nullopt;
  std::optional<std::string_view> best;
  std::size_t best_distance = MaxDistance + 1;
  for (const std::string_view known : names) {
    const std::size_t found = distance(known, name);
    if (found == 0) return std::nullopt;
    // A short name two letters away is another name.
    if (found < best_distance && found * 3 < known.size()) {
      best = known;
      best_distance = found;
    }
  }
  return best;
}

}  // namespace

std::optional<std::string_view> likely_parameter(std::string_view name) {
  return nearest(Parameters, name);
}

std::optional<std::string_view> likely_toml_key(std::string_view name) {
  return nearest(TomlKeys, name);
}

}  // namespace splitscope::scenarios
