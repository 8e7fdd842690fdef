#include "cloud/cloud.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cloud/ecs_api.hpp"

namespace splitscope::cloud {
namespace {

constexpr std::string_view EcsTarget = "AmazonEC2ContainerServiceV20141113.";

// The host without its port.
std::string_view bare_host(std::string_view host) {
  return host.substr(0, host.find(':'));
}

Ec2Parameters parameters_of(const Call& call) {
  auto pairs = wire::parse_query(call.query).value_or(std::vector<wire::QueryPair>{});
  if (call.method == "POST") {
    auto form = wire::parse_query(call.body, true).value_or(std::vector<wire::QueryPair>{});
    pairs.insert(pairs.end(), form.begin(), form.end());
  }
  return {std::move(pairs)};
}

wire::SignedPart signed_part(const Call& call) {
  wire::SignedPart part{call.method, call.path, call.query, call.headers, call.body};
  if (!wire::header_value(part.headers, "host")) part.headers.emplace_back("Host", call.host);
  return part;
}

template <typename T>
void shuffle(std::vector<T>& list, base::Prng& random) {
  for (std::size_t left = list.size(); left > 1; --left) {
    const auto pick = static_cast<std::size_t>(random.below(left));
    std::swap(list[left - 1], list[pick]);
  }
}

}  // namespace

Cloud::Cloud(CloudOptions options, std::uint64_t seed)
    : options_(std::move(options)),
      seed_(seed),
      inventory_(options_.times),
      authority_(base::derive_seed(seed, "authority")),
      metadata_(base::derive_seed(seed, "metadata"), authority_),
      faults_(base::Prng(base::derive_seed(seed, "cloud faults"))),
      random_(base::derive_seed(seed, "cloud")) {}

void Cloud::reseed(std::uint64_t seed) {
  faults_.reseed(base::Prng(base::derive_seed(seed, "cloud faults")));
  random_ = base::Prng(base::derive_seed(seed, "cloud"));
}

std::optional<FaultNumber> Cloud::add_fault(CloudFault fault) {
  if (fault.kind == CloudFaultKind::Throttle) {
    throttle_.set_size(fault.action, {fault.capacity, fault.refill});
  }
  return faults_.add(std::move(fault));
}

void Cloud::remove_fault(FaultNumber number) {
  const CloudFault& fault = faults_.fault(number);
  if (fault.kind == CloudFaultKind::Throttle) throttle_.clear_size(fault.action);
  faults_.remove(number);
}

std::string Cloud::next_id() {
  const std::uint64_t high = random_.next();
  const std::uint64_t low = random_.next();
  return fmt::format("{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}", high >> 32, (high >> 16) & 0xffff,
                     high & 0xfff, low >> 52, low & 0xffff'ffff'ffff);
}

Answer Cloud::answer(const Call& call) {
  const std::string_view host = bare_host(call.host);
  if (host == InstanceMetadataHost) return answer_metadata(call, false);
  if (host == TaskMetadataHost) return answer_metadata(call, true);
  const std::string target = wire::header_value(call.headers, "x-amz-target").value_or("");
  ApiCall api{call, target.empty() ? "ec2" : "ecs", {}, {}, next_id()};
  if (target.empty()) {
    api.parameters = parameters_of(call);
    api.action = api.parameters.text("Action");
  } else {
    api.action = target.starts_with(EcsTarget) ? target.substr(EcsTarget.size()) : target;
  }
  if (api.action.size() > 64) api.action.resize(64);
  Answer answer = answer_api(api);
  constexpr std::size_t CountsMax = 64;
  auto found = counts_.find(api.action);
  if (found == counts_.end() && counts_.size() < CountsMax) {
    found = counts_.emplace(api.action, CallCount{}).first;
  }
  if (found != counts_.end()) {
    ++found->second.calls;
    if (answer.is_throttled) ++found->second.throttled;
    if (answer.is_lost || answer.response.status >= 400) ++found->second.failed;
  }
  return answer;
}

base::Duration Cloud::slowness(const Call& call, std::string_view action) {
  const CloudFault* slow = faults_.strike(CloudFaultKind::Slow, action, call.caller);
  if (slow == nullptr) return {};
  const Range& range = slow->late_new;
  return base::Duration{random_.between(range.low.count(), range.high.count())};
}

Answer Cloud::answer_metadata(const Call& call, bool is_task) {
  MetadataFaults faults;
  faults.is_off = faults_.strike(CloudFaultKind::MetadataOff, "metadata", call.caller) != nullptr;
  if (call.method == "PUT") {
    faults.loses_token =
        faults_.strike(CloudFaultKind::HopLimit, "metadata", call.caller) != nullptr;
  }
  if (call.path.find("credentials/") != std::string::npos && !call.path.ends_with('/')) {
    faults.is_expired =
        faults_.strike(CloudFaultKind::ExpireCredentials, "metadata", call.caller) != nullptr;
  }
  Answer answer =
      is_task
          ? metadata_.answer_task(call, inventory_.task_at(call.caller), options_.region, faults)
          : metadata_.answer_instance(call, inventory_.instance_at(call.caller, call.at), faults);
  CallCount& count = counts_["metadata"];
  ++count.calls;
  if (answer.is_lost || answer.response.status >= 400) ++count.failed;
  return answer;
}

Answer Cloud::answer_api(const ApiCall& api) {
  if (auto struck = strike(api)) return *std::move(struck);
  Answer answer;
  answer.late = slowness(api.call, api.action);
  if (auto refused = refuse(api)) {
    answer.response = *std::move(refused);
    return answer;
  }
  const CallKind kind{api.service, api.action,
                      api.service == "ec2" && is_whole_listing(api.parameters)};
  const std::string place = fmt::format("{}/{}", AccountId, options_.region);
  if (!throttle_.admits(place, kind, api.call.at)) {
    answer.is_throttled = true;
    if (const auto fault = faults_.find(CloudFaultKind::Throttle, api.action, api.call.caller)) {
      faults_.touch(*fault);
    }
    answer.response = api.service == "ec2"
                          ? error(api, 503, "RequestLimitExceeded", "Request limit exceeded.")
                          : error(api, 400, "ThrottlingException", "Rate exceeded");
    return answer;
  }
  answer.response = serve(api);
  return answer;
}

std::optional<Answer> Cloud::strike(const ApiCall& api) {
  const auto struck = [&](CloudFaultKind kind) {
    return faults_.strike(kind, api.action, api.call.caller);
  };
  Answer answer;
  answer.is_lost = true;
  if (struck(CloudFaultKind::Cut) != nullptr) return answer;
  const CloudFault* fail = struck(CloudFaultKind::Fail);
  if (fail == nullptr) return std::nullopt;
  if (fail->status == 0) return answer;
  answer.is_lost = false;
  answer.response = error(api, fail->status, fail->code, "The service could not do it.");
  return answer;
}

env::HttpResponse Cloud::error(const ApiCall& api, std::uint16_t status, std::string_view code,
                               std::string_view message) const {
  if (api.service == "ec2") return ec2_error(status, code, message, api.id);
  env::HttpResponse response = ecs_error(code, message, api.id);
  response.status = status;
  return response;
}

// The codes and sentences that AWS gives; EC2 does not tell a skewed clock from a wrong key.
std::optional<env::HttpResponse> Cloud::refuse(const ApiCall& api) {
  const Refusal refusal =
      authority_.check(signed_part(api.call), api.service, api.action, api.call.wall);
  const bool is_ec2 = api.service == "ec2";
  constexpr std::string_view NotValidated =
      "AWS was not able to validate the provided access credentials";
  switch (refusal) {
    case Refusal::None:
      return std::nullopt;
    case Refusal::Unsigned:
      return is_ec2 ? error(api, 401, "AuthFailure", NotValidated)
                    : error(api, 400, "MissingAuthenticationTokenException",
                            "Missing Authentication Token");
    case Refusal::UnknownKey:
      return is_ec2 ? error(api, 401, "AuthFailure", NotValidated)
                    : error(api, 400, "UnrecognizedClientException",
                            "The security token included in the request is invalid.");
    case Refusal::WrongSignature:
      return is_ec2
                 ? error(api, 401, "AuthFailure", NotValidated)
                 : error(api, 400, "InvalidSignatureException",
                         "The request signature we calculated does not match the signature you "
                         "provided. Check your AWS Secret Access Key and signing method. Consult "
                         "the service documentation for details.");
    case Refusal::Skewed:
      return is_ec2 ? error(api, 401, "AuthFailure", NotValidated)
                    : error(api, 400, "InvalidSignatureException", "Signature expired");
    case Refusal::Expired:
      return is_ec2 ? error(api, 400, "RequestExpired", "Request has expired.")
                    : error(api, 400, "ExpiredTokenException",
                            "The security token included in the request is expired");
    case Refusal::NotAuthorized:
      return is_ec2 ? error(api, 403, "UnauthorizedOperation",
                            "You are not authorized to perform this operation.")
                    : error(api, 400, "AccessDeniedException",
                            fmt::format("User is not authorized to perform: ecs:{}", api.action));
  }
  return std::nullopt;
}

env::HttpResponse Cloud::serve(const ApiCall& api) {
  if (api.service == "ec2") {
    if (api.action == "DescribeInstances") return serve_instances(api);
    if (api.action == "DescribeNetworkInterfaces") return serve_interfaces(api);
    return unknown_action(api);
  }
  if (api.action == "ListTasks") return serve_task_list(api);
  if (api.action == "DescribeTasks") {
    return describe_tasks(api.call.body, inventory_.tasks(), options_.region, api.id).response;
  }
  return unknown_action(api);
}

env::HttpResponse Cloud::unknown_action(const ApiCall& api) const {
  if (api.service == "ecs") return error(api, 400, "UnknownOperationException", "");
  if (api.action.empty()) {
    return error(api, 400, "MissingAction", "The request must contain the parameter Action");
  }
  return error(api, 400, "InvalidAction",
               fmt::format("The action {} is not valid for this web service.", api.action));
}

ListingChange Cloud::change_of(const ApiCall& api) {
  const auto find = [&](CloudFaultKind kind) {
    return faults_.find(kind, api.action, api.call.caller);
  };
  ListingChange change;
  change.is_empty = find(CloudFaultKind::Empty).has_value();
  change.loses_page = find(CloudFaultKind::LosePage).has_value();
  if (const auto cut = find(CloudFaultKind::Truncate)) change.count_max = faults_.fault(*cut).count;
  return change;
}

void Cloud::note_change(const ApiCall& api, const ListingResult& result) {
  if (!result.is_changed) return;
  for (const CloudFaultKind kind :
       {CloudFaultKind::Empty, CloudFaultKind::Truncate, CloudFaultKind::LosePage}) {
    if (const auto fault = faults_.find(kind, api.action, api.call.caller)) faults_.touch(*fault);
  }
}

Lateness Cloud::lateness(const ApiCall& api, std::optional<FaultNumber>& fault) const {
  fault = faults_.find(CloudFaultKind::Lag, api.action, api.call.caller);
  Lateness lateness;
  if (!fault) return lateness;
  const CloudFault& lag = faults_.fault(*fault);
  lateness.launched = lag.late_new;
  lateness.ended = lag.late_dead;
  lateness.tags = lag.late_tags;
  lateness.seed = base::derive_seed(seed_, "lag", *fault);
  return lateness;
}

env::HttpResponse Cloud::serve_instances(const ApiCall& api) {
  std::optional<FaultNumber> lag;
  const Lateness late = lateness(api, lag);
  std::vector<ListedInstance> listed = list_instances(inventory_, late, api.call.at);
  if (lag && listed != list_instances(inventory_, {}, api.call.at)) faults_.touch(*lag);
  // A page's token counts entries, so a listing in pages keeps its order.
  const bool is_paged = api.parameters.has("MaxResults") || api.parameters.has("NextToken");
  if (options_.shuffles_listings && !is_paged) shuffle(listed, random_);
  const ListingResult result = describe_instances(api.parameters, listed, change_of(api), api.id);
  note_change(api, result);
  return result.response;
}

env::HttpResponse Cloud::serve_interfaces(const ApiCall& api) {
  std::vector<base::Ipv4> addresses;
  for (const ListedInstance& listed : list_instances(inventory_, {}, api.call.at)) {
    if (listed.state == InstanceState::Running) addresses.push_back(listed.instance->spec.address);
  }
  for (const Task* task : list_tasks(inventory_, {}, api.call.at)) {
    addresses.push_back(task->spec.address);
  }
  const ListingResult result =
      describe_network_interfaces(api.parameters, addresses, change_of(api), api.id);
  note_change(api, result);
  return result.response;
}

env::HttpResponse Cloud::serve_task_list(const ApiCall& api) {
  std::optional<FaultNumber> lag;
  const Lateness late = lateness(api, lag);
  const std::vector<const Task*> listed = list_tasks(inventory_, late, api.call.at);
  if (lag && listed != list_tasks(inventory_, {}, api.call.at)) faults_.touch(*lag);
  const ListingResult result =
      list_tasks(api.call.body, listed, options_.region, change_of(api), api.id);
  note_change(api, result);
  return result.response;
}

}  // namespace splitscope::cloud
