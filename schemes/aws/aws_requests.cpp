#include "schemes/aws/aws_requests.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "engine/wire/document.hpp"
#include "engine/wire/escaping.hpp"
#include "schemes/membership/address_rules.hpp"

namespace splitscope::schemes {

using base::Result;

namespace {

constexpr std::string_view Version = "2016-11-15";
constexpr std::string_view PageSize = "1000";

// Parameters of an EC2 call; the plugin keeps them sorted by name.
class Ec2Query {
 public:
  explicit Ec2Query(std::string_view action) {
    add("Action", action);
    add("Version", Version);
  }
  void add(std::string_view name, std::string_view value) {
    pairs_.emplace_back(std::string(name), std::string(value));
  }
  void add_filter(std::string_view name, std::span<const std::string> values) {
    ++filters_;
    add(fmt::format("Filter.{}.Name", filters_), name);
    for (std::size_t i = 0; i < values.size(); ++i) {
      add(fmt::format("Filter.{}.Value.{}", filters_, i + 1), values[i]);
    }
  }
  void add_filter(std::string_view name, const std::string& value) {
    add_filter(name, std::span{&value, 1});
  }
  std::string text() {
    std::sort(pairs_.begin(), pairs_.end());
    return wire::write_query(pairs_);
  }

 private:
  std::vector<wire::QueryPair> pairs_;
  int filters_ = 0;
};

// Splits "https://host" or "host" for the URL; what is signed is the header as written.
std::string url_of(std::string_view host) {
  return host.starts_with("http") ? std::string(host) : fmt::format("https://{}", host);
}

void drop_host(wire::HeaderList& headers) {
  std::erase_if(headers, [](const auto& header) { return header.first == "Host"; });
}

env::HttpRequest ec2_request(const AwsOptions& options, const Signer& signer, Ec2Query query) {
  const std::string host = options.ec2_host(signer.region);
  wire::SignedPart part;
  part.query = query.text();
  part.headers = {{"Host", host}};
  const wire::SigningScope scope{signer.now, std::string(signer.region), "ec2"};
  if (options.behaviour.signs_in_query) {
    wire::sign_query(part, signer.credentials, scope);
  } else {
    wire::sign_headers(part, signer.credentials, scope);
  }
  drop_host(part.headers);
  env::HttpRequest request;
  request.url = fmt::format("{}/?{}", url_of(host), part.query);
  request.headers = std::move(part.headers);
  request.timeout = options.timeout;
  return request;
}

}  // namespace

env::HttpRequest metadata_token_request() {
  env::HttpRequest request;
  request.method = "PUT";
  request.url = fmt::format("{}/latest/api/token", MetadataAddress);
  const auto life = std::chrono::duration_cast<std::chrono::seconds>(MetadataTokenLife);
  request.headers.emplace_back("X-aws-ec2-metadata-token-ttl-seconds",
                               fmt::format("{}", life.count()));
  return request;
}

env::HttpRequest metadata_request(std::string_view path, std::string_view token) {
  env::HttpRequest request;
  request.url = fmt::format("{}/latest/meta-data/{}", MetadataAddress, path);
  if (!token.empty()) request.headers.emplace_back("X-aws-ec2-metadata-token", token);
  return request;
}

env::HttpRequest describe_instances_request(const AwsOptions& options, const Signer& signer,
                                            std::string_view page) {
  Ec2Query query("DescribeInstances");
  for (const AwsTag& tag : options.tags) {
    if (!tag.key.empty() && !tag.value.empty()) {
      query.add_filter(fmt::format("tag:{}", tag.key), tag.value);
    } else if (!tag.key.empty()) {
      query.add_filter("tag-key", tag.key);
    } else if (!tag.value.empty()) {
      query.add_filter("tag-value", tag.value);
    }
  }
  if (!options.security_group.empty()) {
    query.add_filter("instance.group-name", options.security_group);
  }
  query.add_filter("instance-state-name", std::string("running"));
  if (options.reads_pages) query.add("MaxResults", PageSize);
  if (!page.empty()) query.add("NextToken", page);
  return ec2_request(options, signer, std::move(query));
}

env::HttpRequest describe_interfaces_request(const AwsOptions& options, const Signer& signer,
                                             std::span<const base::Ipv4> addresses) {
  std::vector<std::string> values;
  for (const base::Ipv4 address : addresses) values.push_back(base::to_text(address));
  Ec2Query query("DescribeNetworkInterfaces");
  query.add_filter("addresses.private-ip-address", values);
  return ec2_request(options, signer, std::move(query));
}

env::HttpRequest ecs_request(const AwsOptions& options, const Signer& signer,
                             std::string_view action, std::string body) {
  const std::string host = options.ecs_host(signer.region);
  wire::SignedPart part;
  part.method = "POST";
  part.headers = {{"Host", host},
                  {"Accept-Encoding", "identity"},
                  {"Content-Type", "application/x-amz-json-1.1"},
                  {"X-Amz-Target", fmt::format("AmazonEC2ContainerServiceV20141113.{}", action)}};
  part.body = std::move(body);
  wire::sign_headers(part, signer.credentials, {signer.now, std::string(signer.region), "ecs"});
  drop_host(part.headers);
  env::HttpRequest request;
  request.method = part.method;
  request.url = fmt::format("{}/", url_of(host));
  request.headers = std::move(part.headers);
  request.body = std::move(part.body);
  request.timeout = options.timeout;
  return request;
}

Result<InstancePage> parse_instances(std::string_view xml) {
  const auto document = wire::Document::read_xml(xml);
  if (!document) return std::unexpected(document.error());
  if (document->root().name() != "DescribeInstancesResponse") {
    return base::failure("the answer is no DescribeInstancesResponse");
  }
  InstancePage page;
  page.next_page = document->root().child("nextToken").text();
  for (wire::Node reservation = document->root().child("reservationSet").first();
       reservation.exists(); reservation = reservation.next()) {
    for (wire::Node instance = reservation.child("instancesSet").first(); instance.exists();
         instance = instance.next()) {
      const auto address = base::parse_ipv4(instance.child("privateIpAddress").text());
      if (address && page.addresses.size() < CandidateCountMax) page.addresses.push_back(*address);
    }
  }
  return page;
}

Result<wire::Credentials> parse_credentials(std::string_view json) {
  const auto document = wire::Document::read_json(json);
  if (!document) return std::unexpected(document.error());
  const wire::Node root = document->root();
  wire::Credentials credentials{std::string(root.child("AccessKeyId").text()),
                                std::string(root.child("SecretAccessKey").text()),
                                std::string(root.child("Token").text())};
  if (credentials.access_key_id.empty() || credentials.secret_key.empty()) {
    return base::failure("the answer holds no credentials");
  }
  return credentials;
}

std::string error_code(std::string_view body) {
  if (const auto xml = wire::Document::read_xml(body)) {
    return std::string(xml->root().at("Errors", "Error", "Code").text());
  }
  const auto json = wire::Document::read_json(body);
  return json ? std::string(json->root().child("__type").text()) : std::string{};
}

}  // namespace splitscope::schemes
