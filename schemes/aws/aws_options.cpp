#include "schemes/aws/aws_options.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace splitscope::schemes {

using base::Result;

namespace {

struct NamePair {
  std::string_view wso2;
  std::string_view plugin;
};
// What the WSO2 agent hands on, and under which name.
constexpr std::array<NamePair, 8> Wso2Names{{{"accessKey", "access-key"},
                                             {"secretKey", "secret-key"},
                                             {"iamRole", "iam-role"},
                                             {"securityGroup", "security-group-name"},
                                             {"hostHeader", "host-header"},
                                             {"region", "region"},
                                             {"tagKey", "tag-key"},
                                             {"tagValue", "tag-value"}}};

std::optional<std::uint32_t> number_of(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// The plugin's properties as it is given them.
class Properties {
 public:
  explicit Properties(const ClusterConfig& config) : config_(config) {}

  std::string text(std::string_view plugin_name) const {
    const auto& parameters = config_.cloud.parameters;
    std::string_view name = plugin_name;
    if (config_.wso2) {
      const auto pair = std::find_if(Wso2Names.begin(), Wso2Names.end(), [&](const NamePair& one) {
        return one.plugin == plugin_name;
      });
      if (pair == Wso2Names.end()) return {};  // the agent does not hand it on
      name = config_.cloud.drops_camel_case ? pair->plugin : pair->wso2;
    }
    const auto found = parameters.find(std::string(name));
    return found == parameters.end() ? std::string{} : found->second;
  }

  Result<std::uint32_t> number(std::string_view name, std::uint32_t otherwise,
                               std::uint32_t most) const {
    const std::string written = text(name);
    if (written.empty()) return otherwise;
    const auto number = number_of(written);
    if (number && *number <= most) return *number;
    return base::failure(
        fmt::format("{}: \"{}\" is no number of 0 to {}", name, written.substr(0, 80), most));
  }

 private:
  const ClusterConfig& config_;
};

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    parts.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

// Comma lists of keys and values belong together in order; a longer one goes on alone.
Result<std::vector<AwsTag>> read_tags(std::string_view keys, std::string_view values) {
  const std::vector<std::string> key_list = split(keys);
  const std::vector<std::string> value_list = split(values);
  const std::size_t count = std::max(key_list.size(), value_list.size());
  if (count > AwsOptions::TagsMax) {
    return base::failure(fmt::format("tag-key: at most {} tags", AwsOptions::TagsMax));
  }
  std::vector<AwsTag> tags(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (i < key_list.size()) tags[i].key = key_list[i];
    if (i < value_list.size()) tags[i].value = value_list[i];
  }
  return tags;
}

// RegionValidator: two letters, "-" or "-gov-", a direction, and one digit.
bool is_region(std::string_view region) {
  constexpr std::array<std::string_view, 9> Directions{"north",     "northeast", "east",
                                                       "southeast", "south",     "southwest",
                                                       "west",      "northwest", "central"};
  const std::size_t first = region.find('-');
  const std::size_t last = region.rfind('-');
  if (first != 2 || last <= first || last + 2 != region.size()) return false;
  if (region[last + 1] < '0' || region[last + 1] > '9') return false;
  std::string_view direction = region.substr(3, last - 3);
  if (direction.starts_with("gov-")) direction.remove_prefix(4);
  return std::find(Directions.begin(), Directions.end(), direction) != Directions.end();
}

// "5701" or "5701-5708"
Result<void> read_ports(const std::string& text, AwsOptions& options) {
  if (text.empty()) return {};
  const std::size_t dash = text.find('-');
  const auto first = number_of(std::string_view(text).substr(0, dash));
  const auto last = dash == text.npos ? first : number_of(std::string_view(text).substr(dash + 1));
  constexpr std::uint32_t PortsMax = 100;
  if (!first || !last || *first == 0 || *last < *first || *last > 65535 ||
      *last - *first >= PortsMax) {
    return base::failure(fmt::format(
        "hz-port: \"{}\" is no port range; write for example 5701-5708", text.substr(0, 80)));
  }
  options.port_first = static_cast<std::uint16_t>(*first);
  options.port_count = static_cast<std::uint16_t>(*last - *first + 1);
  return {};
}

Result<void> check_mix(const AwsOptions& options, bool has_iam_role) {
  const bool has_ec2 = has_iam_role || !options.security_group.empty();
  const bool has_ecs =
      !options.cluster.empty() || !options.family.empty() || !options.service_name.empty();
  if (!has_ec2 || !has_ecs) return {};
  return base::failure(
      "aws: iam-role and security-group-name select EC2 instances, cluster, family and "
      "service-name select ECS tasks; keep one kind");
}

// WSO2's aws-ecs asks EC2 for tags whatever else is said.
Result<void> apply_wso2_ecs(const ClusterConfig& config, AwsOptions& options) {
  const auto found = config.cloud.parameters.find("networkInterface");
  if (found == config.cloud.parameters.end() || found->second.empty()) {
    return base::failure(
        "aws-ecs: networkInterface is missing (vpcCidrBlock in deployment.toml), and the scheme "
        "does not start without it; write for example \"10.0.*.*\"");
  }
  options.interface_pattern = found->second;
  options.asks_ecs = false;
  if (options.host_header.empty()) options.host_header = "ec2";
  return {};
}

Result<void> read_limits(const Properties& properties, AwsOptions& options) {
  constexpr std::uint32_t RetriesMax = 100;
  constexpr std::uint32_t SecondsMax = 3600;
  const auto retries =
      properties.number("connection-retries", options.behaviour.retries_default, RetriesMax);
  if (!retries) return std::unexpected(retries.error());
  const auto seconds = properties.number("read-timeout-seconds", 10, SecondsMax);
  if (!seconds) return std::unexpected(seconds.error());
  options.retries = *retries;
  options.timeout = std::chrono::seconds{*seconds == 0 ? SecondsMax : *seconds};
  return {};
}

std::string with_region(std::string host, std::string_view service, std::string_view region) {
  const std::string from = fmt::format("{}.", service);
  const std::size_t at = host.find(from);
  if (at != host.npos) host.replace(at, from.size(), fmt::format("{}.{}.", service, region));
  return host;
}

}  // namespace

std::string CloudIdentity::variable(const std::string& name) const {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string{} : found->second;
}

AwsBehaviour aws_behaviour_of(Engine engine) {
  if (engine == Engine::Hz53) return {};
  return {.uses_metadata_tokens = false,
          .asks_placement_group = false,
          .signs_in_query = true,
          .retries_default = 10};
}

std::string AwsOptions::ec2_host(std::string_view in_region) const {
  const bool is_default =
      host_header.empty() || host_header == "ec2" || host_header.starts_with("ecs");
  return with_region(is_default ? "ec2.amazonaws.com" : host_header, "ec2", in_region);
}

std::string AwsOptions::ecs_host(std::string_view in_region) const {
  const bool is_default = host_header.empty() || host_header == "ecs";
  return with_region(is_default ? "ecs.amazonaws.com" : host_header, "ecs", in_region);
}

Result<AwsOptions> make_aws_options(const ClusterConfig& config, const CloudIdentity& identity) {
  const Properties properties(config);
  AwsOptions options;
  options.behaviour = aws_behaviour_of(config.engine);
  options.region = properties.text("region");
  if (!options.region.empty() && !is_region(options.region)) {
    return base::failure(fmt::format("aws: \"{}\" is no region; write for example us-east-1",
                                     options.region.substr(0, 80)));
  }
  options.host_header = properties.text("host-header");
  options.role = properties.text("iam-role");
  options.keys = identity.keys;
  options.security_group = properties.text("security-group-name");
  options.cluster = properties.text("cluster");
  options.family = properties.text("family");
  options.service_name = properties.text("service-name");
  options.reads_pages = config.cloud.reads_pages;
  auto tags = read_tags(properties.text("tag-key"), properties.text("tag-value"));
  if (!tags) return std::unexpected(tags.error());
  options.tags = *std::move(tags);
  for (const auto& done :
       {read_ports(properties.text("hz-port"), options), read_limits(properties, options),
        check_mix(options, !options.role.empty())}) {
    if (!done) return std::unexpected(done.error());
  }
  options.on_ecs = identity.variable("AWS_EXECUTION_ENV").find("ECS") != std::string::npos;
  const bool names_ecs = !options.cluster.empty() || options.host_header.starts_with("ecs");
  options.asks_ecs = names_ecs || (options.on_ecs && !options.host_header.starts_with("ec2"));
  const std::string uri = identity.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  if (!uri.empty()) options.credentials_url = fmt::format("http://169.254.170.2{}", uri);
  options.task_metadata_url = identity.variable("ECS_CONTAINER_METADATA_URI");
  const bool is_wso2_ecs = config.wso2 && config.scheme == SchemeKind::Ecs;
  if (config.engine != Engine::Hz53 && !is_wso2_ecs &&
      (options.asks_ecs || config.scheme == SchemeKind::Ecs)) {
    return base::failure(
        "aws-ecs: the plugin of hz-3.12 does not know ECS; use hz-5.3, or find the instances with "
        "the aws scheme");
  }
  if (is_wso2_ecs) {
    if (auto done = apply_wso2_ecs(config, options); !done) return std::unexpected(done.error());
  }
  return options;
}

bool matches_pattern(base::Ipv4 address, std::string_view pattern) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    const std::size_t end = std::min(pattern.find('.'), pattern.size());
    const std::string_view part = pattern.substr(0, end);
    if ((end == pattern.size()) != (shift == 0)) return false;
    pattern.remove_prefix(std::min(end + 1, pattern.size()));
    if (part == "*") continue;
    const std::size_t dash = part.find('-');
    const auto low = number_of(part.substr(0, dash));
    const auto high = dash == part.npos ? low : number_of(part.substr(dash + 1));
    const std::uint32_t octet = (address.value >> shift) & 0xff;
    if (!low || !high || octet < *low || octet > *high) return false;
  }
  return true;
}

}  // namespace splitscope::schemes
