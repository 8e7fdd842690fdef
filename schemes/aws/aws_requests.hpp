// What is asked of instance metadata, EC2 and ECS, and what their answers say. Pure: no clock, no
// network; the HTTP client adds the Host header, which is that of the URL.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/env/http_client.hpp"
#include "schemes/aws/aws_options.hpp"

namespace splitscope::schemes {

inline constexpr std::string_view MetadataAddress = "http://169.254.169.254";
inline constexpr base::Duration MetadataTokenLife = std::chrono::seconds{21600};

env::HttpRequest metadata_token_request();
// "placement/availability-zone/"; without a token it is version 1.
env::HttpRequest metadata_request(std::string_view path, std::string_view token);

// What signs a request, for one moment.
struct Signer {
  const wire::Credentials& credentials;
  std::string_view region;
  base::WallTime now;
};
// `page` is the token of the page to read; empty: the first.
env::HttpRequest describe_instances_request(const AwsOptions& options, const Signer& signer,
                                            std::string_view page);
env::HttpRequest describe_interfaces_request(const AwsOptions& options, const Signer& signer,
                                             std::span<const base::Ipv4> addresses);
// A call of the ECS API: `action` is "ListTasks", `body` its JSON.
env::HttpRequest ecs_request(const AwsOptions& options, const Signer& signer,
                             std::string_view action, std::string body);

struct InstancePage {
  std::vector<base::Ipv4> addresses;  // private ones, in the order listed
  std::string next_page;              // empty: there is no more
  friend bool operator==(const InstancePage&, const InstancePage&) = default;
};
// Instances without a private address are left out. At most CandidateCountMax addresses are kept.
base::Result<InstancePage> parse_instances(std::string_view xml);
// Of instance metadata or of a task's credentials.
base::Result<wire::Credentials> parse_credentials(std::string_view json);
// "RequestLimitExceeded", from the body of an error of either API; empty if it says none.
std::string error_code(std::string_view body);

}  // namespace splitscope::schemes
