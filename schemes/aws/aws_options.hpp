// The settings of Hazelcast's AWS plugin, from a cluster's configuration: its own property names in
// FILE mode, WSO2's parameters in AXIS2 mode, and what differs between the plugin's generations.
// Source: com.hazelcast.aws (5.3) and hazelcast-aws 2.4 (for 3.12), as recorded.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/endpoint.hpp"
#include "engine/base/result.hpp"
#include "engine/wire/sigv4.hpp"
#include "schemes/membership/cluster_config.hpp"

namespace splitscope::schemes {

// What a process is given by the machine it runs on, and no configuration file may say. Secrets are
// here alone: they reach signatures and nothing else.
struct CloudIdentity {
  std::optional<wire::Credentials> keys;           // static keys
  std::map<std::string, std::string> environment;  // AWS_EXECUTION_ENV and the like
  std::string variable(const std::string& name) const;
};

// A tag to select by; either part may be missing.
struct AwsTag {
  std::string key;
  std::string value;
  friend bool operator==(const AwsTag&, const AwsTag&) = default;
};

// Where the plugin's generations differ.
struct AwsBehaviour {
  bool uses_metadata_tokens = true;   // 5.2.2 and later; falls back to version 1
  bool asks_placement_group = true;   // 5.x
  bool signs_in_query = false;        // 2.x: X-Amz-Signature in the query, for 30 s
  std::uint32_t retries_default = 3;  // 2.x: 10
  friend bool operator==(const AwsBehaviour&, const AwsBehaviour&) = default;
};
AwsBehaviour aws_behaviour_of(Engine engine);

struct AwsOptions {
  static constexpr std::size_t TagsMax = 64;

  AwsBehaviour behaviour;
  // ECS tasks are listed rather than EC2 instances.
  bool asks_ecs = false;
  bool on_ecs = false;      // AWS_EXECUTION_ENV says so
  std::string region;       // empty: that of the zone we run in
  std::string host_header;  // empty: the default
  std::string role;         // empty or "DEFAULT": the one of the instance
  std::optional<wire::Credentials> keys;
  std::vector<AwsTag> tags;
  std::string security_group;
  std::string cluster;  // of ECS; empty: the one we run in
  std::string family;
  std::string service_name;
  std::uint16_t port_first = 5701;
  std::uint16_t port_count = 8;
  std::uint32_t retries = 3;
  base::Duration timeout = std::chrono::seconds{10};
  bool reads_pages = false;
  // WSO2's aws-ecs: our own address must match, or the node does not start. Empty: any.
  std::string interface_pattern;
  std::string credentials_url;    // of the task; empty: none
  std::string task_metadata_url;  // empty: none

  // "ec2.us-east-1.amazonaws.com"
  std::string ec2_host(std::string_view region) const;
  std::string ecs_host(std::string_view region) const;
};

// Errors are sentences: a region that cannot be, EC2 and ECS settings mixed, a bad port range, a
// missing interface pattern.
base::Result<AwsOptions> make_aws_options(const ClusterConfig& config,
                                          const CloudIdentity& identity);

// "10.0.*.*", "10.77.0.10-20", "10.77.0.11".
bool matches_pattern(base::Ipv4 address, std::string_view pattern);

}  // namespace splitscope::schemes
