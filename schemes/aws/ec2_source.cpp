#include "schemes/aws/ec2_source.hpp"

#include <fmt/format.h>

#include "engine/base/assert.hpp"

namespace splitscope::schemes {
namespace {

constexpr std::size_t MetadataSizeMax = 4096;

CloudCall call_of_step(int step) {
  constexpr CloudCall Calls[] = {CloudCall::MetadataToken,   CloudCall::Zone,
                                 CloudCall::RoleName,        CloudCall::Zone,
                                 CloudCall::PlacementGroup,  CloudCall::PartitionNumber,
                                 CloudCall::RoleCredentials, CloudCall::DescribeInstances};
  return Calls[step];
}

// "us-east-1a" -> "us-east-1"
std::string region_of(std::string_view zone) {
  return std::string(zone.substr(0, zone.empty() ? 0 : zone.size() - 1));
}

}  // namespace

Ec2Source::Ec2Source(env::Environment environment, AwsOptions options)
    : environment_(environment),
      options_(std::move(options)),
      caller_(environment, options_.retries, *this),
      region_(options_.region) {
  // "DEFAULT" is how the plugin's documentation names the instance's own role.
  if (options_.role != "DEFAULT") role_ = options_.role;
}

void Ec2Source::ask(AddressSourceHandler& handler) {
  SPLITSCOPE_ASSERT(step_ == Step::Idle);
  handler_ = &handler;
  credentials_ = options_.keys;
  addresses_.clear();
  page_.clear();
  page_count_ = 0;
  advance();
}

void Ec2Source::advance() {
  step_ = next_step();
  if (asks_metadata(step_) && needs_token()) step_ = Step::Token;
  const bool may_be_missing = step_ == Step::Placement || step_ == Step::Partition;
  caller_.begin(call_of_step(static_cast<int>(step_) - 1), may_be_missing);
}

Ec2Source::Step Ec2Source::next_step() const {
  if (region_.empty()) return Step::Region;
  if (!options_.keys && role_.empty()) return Step::RoleName;
  if (!knows_zone_) return Step::Zone;
  if (options_.behaviour.asks_placement_group && !knows_placement_) return Step::Placement;
  if (asks_partition_) return Step::Partition;
  if (!credentials_) return Step::Credentials;
  return Step::Instances;
}

bool Ec2Source::asks_metadata(Step step) const {
  return step != Step::Instances;
}

// Half its life is over, as in the plugin. After a failure version 1 is used for good.
bool Ec2Source::needs_token() const {
  if (!options_.behaviour.uses_metadata_tokens) return false;
  if (!has_token_answer_) return true;
  const base::Duration age = environment_.clock.now() - token_since_;
  return !token_.empty() && age > MetadataTokenLife / 2;
}

env::HttpRequest Ec2Source::make_request(CloudCall) {
  switch (step_) {
    case Step::Token:
      return metadata_token_request();
    case Step::Region:
    case Step::Zone:
      return metadata_request("placement/availability-zone/", token_);
    case Step::RoleName:
      return metadata_request("iam/security-credentials/", token_);
    case Step::Placement:
      return metadata_request("placement/group-name/", token_);
    case Step::Partition:
      return metadata_request("placement/partition-number/", token_);
    case Step::Credentials:
      return metadata_request(fmt::format("iam/security-credentials/{}", role_), token_);
    case Step::Instances:
      return describe_instances_request(
          options_, {*credentials_, region_, environment_.clock.wall_now()}, page_);
    case Step::Idle:
      break;
  }
  SPLITSCOPE_UNREACHABLE();
}

void Ec2Source::on_call_ended(CloudCall, const base::Result<env::HttpResponse>& response) {
  if (!response) return on_failure();
  on_good_answer(*response);
}

void Ec2Source::on_good_answer(const env::HttpResponse& response) {
  const bool is_metadata = asks_metadata(step_);
  if (is_metadata && response.body.size() > MetadataSizeMax) return on_failure();
  switch (step_) {
    case Step::Token:
      token_ = response.body;
      token_since_ = environment_.clock.now();
      has_token_answer_ = true;
      return advance();
    case Step::Region:
      region_ = region_of(response.body);
      if (region_.empty()) return on_failure();
      return advance();
    case Step::RoleName:
      role_ = response.body;
      if (role_.empty()) return on_failure();
      return advance();
    case Step::Zone:
      knows_zone_ = true;
      return advance();
    case Step::Placement:
      knows_placement_ = true;
      asks_partition_ = response.status == 200;
      return advance();
    case Step::Partition:
      asks_partition_ = false;
      return advance();
    case Step::Credentials:
      if (auto credentials = parse_credentials(response.body)) {
        credentials_ = *std::move(credentials);
        return advance();
      }
      return on_failure();
    case Step::Instances:
      return on_instances(response);
    case Step::Idle:
      return;
  }
}

void Ec2Source::on_instances(const env::HttpResponse& response) {
  const auto page = parse_instances(response.body);
  if (!page) return on_failure();
  addresses_.insert(addresses_.end(), page->addresses.begin(), page->addresses.end());
  page_ = page->next_page;
  ++page_count_;
  if (options_.reads_pages && !page_.empty() && page_count_ < PagesMax) return advance();
  end_question(false);
}

void Ec2Source::on_failure() {
  switch (step_) {
    case Step::Token:
      token_.clear();
      has_token_answer_ = true;  // version 1 from now on
      return advance();
    case Step::Placement:
    case Step::Partition:
      knows_placement_ = true;
      asks_partition_ = false;
      return advance();
    case Step::Region:
    case Step::Zone:
      step_ = Step::Idle;
      return handler_->on_source_unusable();
    case Step::RoleName:
    case Step::Credentials:
    case Step::Instances:
      addresses_.clear();
      return end_question(true);
    case Step::Idle:
      return;
  }
}

void Ec2Source::end_question(bool failed) {
  step_ = Step::Idle;
  handler_->on_addresses(addresses_, failed);
}

}  // namespace splitscope::schemes
