// Addresses of EC2 instances, as Hazelcast's AWS plugin finds them. Hides the order of its calls:
// at first who we are (token, region, role, zone, placement), then for every question credentials
// and the instances. Start reading at advance().
#pragma once

#include <string>
#include <vector>

#include "schemes/aws/aws_requests.hpp"
#include "schemes/aws/cloud_caller.hpp"
#include "schemes/aws/cloud_discovery.hpp"

namespace splitscope::schemes {

class Ec2Source final : public AddressSource, private CloudCallHandler {
 public:
  static constexpr std::size_t PagesMax = 64;  // of one question

  // `environment` outlives *this.
  Ec2Source(env::Environment environment, AwsOptions options);

  void ask(AddressSourceHandler& handler) override;

 private:
  enum class Step : std::uint8_t {
    Idle,
    Token,        // of instance metadata, where version 2 is used
    Region,       // from our zone, unless it is configured
    RoleName,     // unless keys or a role are configured
    Zone,         // told to the other members; without it the process ends
    Placement,    // the same, but may be missing
    Partition,    // of the placement group
    Credentials,  // of the role, for every question
    Instances,
  };

  void advance();
  // The step to take now, of those that are still to be done.
  Step next_step() const;
  bool asks_metadata(Step step) const;
  bool needs_token() const;
  void end_question(bool failed);

  env::HttpRequest make_request(CloudCall call) override;
  void on_call_ended(CloudCall call, const base::Result<env::HttpResponse>& response) override;
  void on_good_answer(const env::HttpResponse& response);
  void on_instances(const env::HttpResponse& response);
  void on_failure();

  env::Environment environment_;
  AwsOptions options_;
  CloudCaller caller_;
  AddressSourceHandler* handler_ = nullptr;
  Step step_ = Step::Idle;

  // Found once.
  std::string region_;
  std::string role_;
  bool knows_zone_ = false;
  bool knows_placement_ = false;
  bool asks_partition_ = false;
  // The token of instance metadata; empty after a failure, which means version 1 from then on.
  std::string token_;
  bool has_token_answer_ = false;
  base::Instant token_since_{};
  // Of this question.
  std::optional<wire::Credentials> credentials_;
  std::vector<base::Ipv4> addresses_;
  std::string page_;
  std::size_t page_count_ = 0;
};

}  // namespace splitscope::schemes
