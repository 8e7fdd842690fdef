#include "scenarios/kit/sim_cloud.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "engine/base/assert.hpp"

namespace splitscope::scenarios {
namespace {

// Fake, as everything here; a secret of the simulated account.
wire::Credentials account_keys() {
  return {"AKIASPLITSCOPE000001", "simulated/secret/of/the/account/000000001", ""};
}

struct Url {
  std::string host;
  std::string path = "/";
  std::string query;
};

Url parse_url(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme != text.npos) text.remove_prefix(scheme + 3);
  const std::size_t slash = std::min(text.find('/'), text.size());
  Url url;
  url.host = text.substr(0, slash);
  text.remove_prefix(slash);
  const std::size_t question = std::min(text.find('?'), text.size());
  if (question > 0) url.path = text.substr(0, question);
  if (question < text.size()) url.query = text.substr(question + 1);
  return url;
}

bool is_metadata(std::string_view host) {
  return host == cloud::InstanceMetadataHost || host == cloud::TaskMetadataHost;
}

}  // namespace

// --- one life's client ---

CloudHttp::CloudHttp(SimCloud& cloud, sim::Process& process, base::Ipv4 address)
    : cloud_(cloud),
      address_(address),
      timer_(process, base::Callback::to<&CloudHttp::on_timer>(*this)) {}

CloudHttp::~CloudHttp() {
  cloud_.forget(*this);
}

env::HttpRequestId CloudHttp::send(env::HttpRequest request, env::HttpHandler& handler) {
  const std::uint64_t id = next_id_++;
  const base::Instant now = cloud_.simulation_.now();
  Waiting waiting;
  waiting.id = id;
  waiting.handler = &handler;
  waiting.deadline = now + request.timeout;
  if (waiting_.size() >= RequestsMax) {
    waiting.due = now;
    waiting.response = base::failure("too many requests are under way");
  } else {
    cloud_.submit(*this, id, request);
  }
  waiting_.push_back(std::move(waiting));
  arm();
  return {id};
}

void CloudHttp::cancel(env::HttpRequestId request) {
  std::erase_if(waiting_, [request](const Waiting& one) { return one.id == request.value; });
}

void CloudHttp::take_answer(std::uint64_t id, base::Instant at, cloud::Answer answer) {
  const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                  [id](const Waiting& one) { return one.id == id; });
  if (found == waiting_.end() || answer.is_lost || at > found->deadline) return;
  found->due = at;
  found->response = std::move(answer.response);
  arm();
}

void CloudHttp::arm() {
  base::Instant next = base::EndOfTime;
  for (const Waiting& one : waiting_) next = std::min(next, one.due.value_or(one.deadline));
  if (next != base::EndOfTime) timer_.arm_at(next);
}

// One answer an event: its handler may end the process.
void CloudHttp::on_timer() {
  const base::Instant now = cloud_.simulation_.now();
  const auto due = std::find_if(waiting_.begin(), waiting_.end(), [now](const Waiting& one) {
    return one.due.value_or(one.deadline) <= now;
  });
  if (due == waiting_.end()) return arm();
  const Waiting answered = std::move(*due);
  waiting_.erase(due);
  arm();
  answered.handler->on_response({answered.id},
                                answered.due ? answered.response : base::failure("timed out"));
}

// --- the cloud ---

SimCloud::SimCloud(sim::Simulation& simulation)
    : simulation_(simulation),
      model_({}, base::derive_seed(simulation.seed(), "cloud model")),
      random_(simulation.stream("cloud latency")) {
  simulation.set_handler(sim::EventClass::World, *this);
  model_.authority().add_key(account_keys());
}

void SimCloud::reseed(std::uint64_t seed) {
  model_.reseed(base::derive_seed(seed, "cloud model"));
  random_ = base::Prng(base::derive_seed(seed, "cloud latency"));
}

void SimCloud::submit(CloudHttp& client, std::uint64_t id, const env::HttpRequest& request) {
  const auto free = std::find_if(requests_.begin(), requests_.end(),
                                 [](const Request& one) { return !one.is_used; });
  const auto slot = static_cast<std::uint32_t>(free - requests_.begin());
  if (free == requests_.end()) requests_.emplace_back();
  Request& entry = requests_[slot];
  entry = {&client, id, {}, {}, simulation_.cause(), true};
  Url url = parse_url(request.url);
  const bool is_near = is_metadata(url.host);
  const base::Duration low = is_near ? MetadataMin : RegionMin;
  const base::Duration high = is_near ? MetadataMax : RegionMax;
  const base::Duration way_there{random_.between(low.count(), high.count())};
  entry.way_back = base::Duration{random_.between(low.count(), high.count())};
  entry.call.method = request.method;
  entry.call.host = std::move(url.host);
  entry.call.path = std::move(url.path);
  entry.call.query = std::move(url.query);
  entry.call.headers = request.headers;
  entry.call.body = request.body;
  entry.call.caller = client.address_;
  simulation_.schedule(simulation_.now() + way_there, sim::EventClass::World, slot, 0, 0);
}

void SimCloud::forget(const CloudHttp& client) {
  for (Request& request : requests_) {
    if (request.client == &client) request.client = nullptr;
  }
}

void SimCloud::on_event(const sim::Event& event) {
  Request request = std::move(requests_[event.index()]);
  requests_[event.index()].is_used = false;
  const base::Instant now = simulation_.now();
  request.call.at = now;
  request.call.wall = sim::WallAtStart + now.time_since_epoch();
  cloud::Answer answer = model_.answer(request.call);
  simulation_.set_cause(request.cause);
  if (request.client == nullptr) return;
  const base::Instant back = now + request.way_back + answer.late;
  request.client->take_answer(request.id, back, std::move(answer));
}

void SimCloud::begin_host(base::NodeId node, base::Ipv4 address, std::string_view zone,
                          const CloudPlace& place) {
  if (residents_.contains(node.value)) return;
  Resident resident;
  resident.is_task = place.is_task;
  if (place.is_task) {
    cloud::TaskSpec spec;
    spec.address = address;
    spec.cluster = place.ecs_cluster;
    spec.family = place.family;
    spec.service = place.service;
    spec.zone = zone;
    spec.tags = place.tags;
    spec.is_bridged = place.is_bridged;
    spec.role = place.role;
    resident.number = model_.inventory().run_task(std::move(spec), simulation_.now());
  } else {
    cloud::InstanceSpec spec;
    spec.address = address;
    spec.zone = zone;
    spec.tags = place.tags;
    if (!place.security_group.empty()) spec.security_groups = {place.security_group};
    spec.role = place.role;
    spec.metadata = place.metadata;
    resident.number = model_.inventory().launch(std::move(spec), simulation_.now());
  }
  residents_[node.value] = resident;
}

bool SimCloud::end_host(base::NodeId node) {
  const auto found = residents_.find(node.value);
  if (found == residents_.end()) return false;
  if (found->second.is_task) {
    model_.inventory().stop_task(found->second.number, simulation_.now());
  } else {
    model_.inventory().terminate(found->second.number, simulation_.now());
  }
  residents_.erase(found);
  return true;
}

schemes::CloudIdentity SimCloud::identity(base::NodeId node, const CloudPlace& place,
                                          bool has_static_keys) const {
  schemes::CloudIdentity identity;
  if (has_static_keys) identity.keys = account_keys();
  if (!place.is_task) return identity;
  const std::string name = fmt::format("n{}", node.value + 1);
  identity.environment = {
      {"AWS_EXECUTION_ENV", place.is_bridged ? "AWS_ECS_EC2" : "AWS_ECS_FARGATE"},
      {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/" + name},
      {"ECS_CONTAINER_METADATA_URI", "http://169.254.170.2/v3/" + name}};
  return identity;
}

}  // namespace splitscope::scenarios
