#include "schemes/ecs/ecs_source.hpp"

#include <algorithm>

#include "engine/base/assert.hpp"
#include "schemes/ecs/ecs_messages.hpp"

namespace splitscope::schemes {
namespace {

constexpr std::size_t TasksAskedMax = 4096;  // of one question

CloudCall call_of_step(int step) {
  constexpr CloudCall Calls[] = {CloudCall::TaskMetadata,
                                 CloudCall::TaskMetadata,
                                 CloudCall::TaskMetadata,
                                 CloudCall::ContainerCredentials,
                                 CloudCall::ListTasks,
                                 CloudCall::DescribeTasks,
                                 CloudCall::DescribeNetworkInterfaces};
  return Calls[step];
}

}  // namespace

EcsSource::EcsSource(env::Environment environment, AwsOptions options)
    : environment_(environment),
      options_(std::move(options)),
      caller_(environment, options_.retries, *this),
      timer_(environment.timers, base::Callback::to<&EcsSource::on_timer>(*this)),
      region_(options_.region),
      cluster_(options_.cluster) {}

void EcsSource::ask(AddressSourceHandler& handler) {
  SPLITSCOPE_ASSERT(step_ == Step::Idle);
  handler_ = &handler;
  credentials_ = options_.keys;
  is_listed_ = false;
  tasks_.clear();
  described_count_ = 0;
  page_.clear();
  page_count_ = 0;
  addresses_.clear();
  advance();
}

void EcsSource::advance() {
  step_ = next_step();
  const bool has_metadata = !options_.task_metadata_url.empty();
  const bool has_credentials = !options_.credentials_url.empty();
  if ((step_ <= Step::Zone && !has_metadata) || (step_ == Step::Credentials && !has_credentials)) {
    // Not on ECS, although the configuration says so: the plugin ends with a NullPointerException.
    return timer_.arm_after(base::Duration::zero());
  }
  caller_.begin(call_of_step(static_cast<int>(step_) - 1));
}

void EcsSource::on_timer() {
  step_ = Step::Idle;
  handler_->on_source_unusable();
}

EcsSource::Step EcsSource::next_step() const {
  if (region_.empty()) return Step::Region;
  if (cluster_.empty()) return Step::Cluster;
  if (!knows_zone_) return Step::Zone;
  if (!credentials_) return Step::Credentials;
  if (!is_listed_) return Step::List;
  if (described_count_ < tasks_.size()) return Step::Describe;
  return Step::Interfaces;
}

std::span<const std::string> EcsSource::tasks_to_describe() const {
  const std::span<const std::string> rest = std::span(tasks_).subspan(described_count_);
  return rest.first(std::min(rest.size(), TasksOfOneCall));
}

env::HttpRequest EcsSource::make_request(CloudCall) {
  env::HttpRequest request;
  request.timeout = options_.timeout;
  const auto signer = [this] {
    return Signer{*credentials_, region_, environment_.clock.wall_now()};
  };
  switch (step_) {
    case Step::Region:
    case Step::Cluster:
    case Step::Zone:
      request.url = options_.task_metadata_url + "/task";
      return request;
    case Step::Credentials:
      request.url = options_.credentials_url;
      return request;
    case Step::List:
      return ecs_request(options_, signer(), "ListTasks",
                         list_tasks_body(options_, cluster_, page_));
    case Step::Describe:
      return ecs_request(options_, signer(), "DescribeTasks",
                         describe_tasks_body(tasks_to_describe(), cluster_));
    case Step::Interfaces:
      return describe_interfaces_request(options_, signer(), addresses_);
    case Step::Idle:
      break;
  }
  SPLITSCOPE_UNREACHABLE();
}

void EcsSource::on_call_ended(CloudCall, const base::Result<env::HttpResponse>& response) {
  if (!response) return on_failure();
  on_good_answer(*response);
}

void EcsSource::on_good_answer(const env::HttpResponse& response) {
  switch (step_) {
    case Step::Region:
    case Step::Cluster:
    case Step::Zone:
      return on_place(response);
    case Step::Credentials:
      if (auto credentials = parse_credentials(response.body)) {
        credentials_ = *std::move(credentials);
        return advance();
      }
      return on_failure();
    case Step::List:
      return on_tasks_listed(response);
    case Step::Describe:
      return on_tasks_described(response);
    case Step::Interfaces:
      return end_question(false);
    case Step::Idle:
      return;
  }
}

void EcsSource::on_place(const env::HttpResponse& response) {
  auto place = parse_task_metadata(response.body);
  if (!place) return on_failure();
  if (step_ == Step::Region) region_ = std::move(place->region);
  if (step_ == Step::Cluster) cluster_ = std::move(place->cluster);
  if (step_ == Step::Zone) knows_zone_ = !place->zone.empty();
  const bool is_known = (step_ == Step::Region && !region_.empty()) ||
                        (step_ == Step::Cluster && !cluster_.empty()) ||
                        (step_ == Step::Zone && knows_zone_);
  return is_known ? advance() : on_failure();
}

void EcsSource::on_tasks_listed(const env::HttpResponse& response) {
  auto list = parse_task_list(response.body);
  if (!list) return on_failure();
  for (std::string& task : list->tasks) {
    if (tasks_.size() < TasksAskedMax) tasks_.push_back(std::move(task));
  }
  page_ = std::move(list->next_page);
  ++page_count_;
  is_listed_ = !options_.reads_pages || page_.empty() || page_count_ >= PagesMax;
  if (is_listed_ && tasks_.empty()) return end_question(false);
  advance();
}

void EcsSource::on_tasks_described(const env::HttpResponse& response) {
  const auto addresses = parse_tasks(response.body, options_.tags);
  if (!addresses) return on_failure();
  described_count_ += tasks_to_describe().size();
  addresses_.insert(addresses_.end(), addresses->begin(), addresses->end());
  if (described_count_ == tasks_.size() && addresses_.empty()) return end_question(false);
  advance();
}

void EcsSource::on_failure() {
  if (step_ <= Step::Zone) {
    step_ = Step::Idle;
    return handler_->on_source_unusable();
  }
  if (step_ == Step::Interfaces) return end_question(false);
  addresses_.clear();
  end_question(true);
}

void EcsSource::end_question(bool failed) {
  step_ = Step::Idle;
  handler_->on_addresses(addresses_, failed);
}

}  // namespace splitscope::schemes
