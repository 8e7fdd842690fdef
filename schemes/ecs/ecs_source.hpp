// Addresses of ECS tasks, as Hazelcast's AWS plugin finds them from 4.1 on. Hides the order of its
// calls: at first where this task runs, then for every question credentials, the tasks, what they
// are, and their interfaces. Start reading at advance().
#pragma once

#include <string>
#include <vector>

#include "schemes/aws/aws_requests.hpp"
#include "schemes/aws/cloud_caller.hpp"
#include "schemes/aws/cloud_discovery.hpp"

namespace splitscope::schemes {

class EcsSource final : public AddressSource, private CloudCallHandler {
 public:
  static constexpr std::size_t PagesMax = 64;  // of one question

  // `environment` outlives *this.
  EcsSource(env::Environment environment, AwsOptions options);

  void ask(AddressSourceHandler& handler) override;

 private:
  enum class Step : std::uint8_t {
    Idle,
    Region,       // the plugin reads the task's metadata anew for each of these
    Cluster,      // unless it is configured
    Zone,         // told to the other members; without it the process ends
    Credentials,  // of the task's role, unless keys are configured
    List,
    Describe,
    Interfaces,  // for public addresses; a failure is put up with
  };

  void advance();
  Step next_step() const;
  void end_question(bool failed);
  void on_timer();

  env::HttpRequest make_request(CloudCall call) override;
  void on_call_ended(CloudCall call, const base::Result<env::HttpResponse>& response) override;
  void on_good_answer(const env::HttpResponse& response);
  void on_place(const env::HttpResponse& response);
  void on_tasks_listed(const env::HttpResponse& response);
  void on_tasks_described(const env::HttpResponse& response);
  void on_failure();
  std::span<const std::string> tasks_to_describe() const;

  env::Environment environment_;
  AwsOptions options_;
  CloudCaller caller_;
  env::Timer timer_;  // tells from the event loop that there are no metadata to ask
  AddressSourceHandler* handler_ = nullptr;
  Step step_ = Step::Idle;

  // Found once.
  std::string region_;
  std::string cluster_;
  bool knows_zone_ = false;
  // Of this question.
  std::optional<wire::Credentials> credentials_;
  bool is_listed_ = false;
  std::vector<std::string> tasks_;
  std::size_t described_count_ = 0;
  std::string page_;
  std::size_t page_count_ = 0;
  std::vector<base::Ipv4> addresses_;
};

}  // namespace splitscope::schemes
