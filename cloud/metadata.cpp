#include "cloud/metadata.hpp"

#include <charconv>

#include <fmt/format.h>

#include "cloud/ecs_api.hpp"
#include "engine/base/prng.hpp"
#include "engine/wire/utc_text.hpp"

namespace splitscope::cloud {

using wire::header_value;
using wire::json_quoted;

namespace {

constexpr std::string_view TokenPath = "/latest/api/token";
constexpr std::string_view ItemsPath = "/latest/meta-data/";
constexpr std::string_view RolesPath = "iam/security-credentials/";
constexpr std::int64_t TokenLifeMax = 21600;

env::HttpResponse plain(std::uint16_t status, std::string body) {
  const bool is_error = status != 200;
  return {status, {{"Content-Type", is_error ? "text/html" : "text/plain"}}, std::move(body)};
}

env::HttpResponse error_page(std::uint16_t status, std::string_view words) {
  return plain(status,
               fmt::format("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n<html><head><title>"
                           "{} - {}</title></head><body><h1>{} - {}</h1></body></html>\n",
                           status, words, status, words));
}

Answer answer_of(env::HttpResponse response) {
  Answer answer;
  answer.response = std::move(response);
  return answer;
}

Answer lost() {
  Answer answer;
  answer.is_lost = true;
  return answer;
}

// A session that was over at this moment, for the fault.
base::WallTime session_time(base::WallTime now, const MetadataFaults& faults) {
  return faults.is_expired ? now - 2 * Authority::SessionLife : now;
}

std::string role_document(const Authority::Session& session) {
  return fmt::format(
      "{{\n  \"Code\": \"Success\",\n  \"LastUpdated\": \"{}\",\n  \"Type\": \"AWS-HMAC\",\n"
      "  \"AccessKeyId\": {},\n  \"SecretAccessKey\": {},\n  \"Token\": {},\n"
      "  \"Expiration\": \"{}\"\n}}",
      wire::utc_text(session.since), json_quoted(session.credentials.access_key_id),
      json_quoted(session.credentials.secret_key), json_quoted(session.credentials.session_token),
      wire::utc_text(session.until));
}

std::string container_document(const Authority::Session& session, std::string_view role) {
  return fmt::format(
      R"({{"RoleArn":"arn:aws:iam::{}:role/{}","AccessKeyId":{},"SecretAccessKey":{},)"
      R"("Token":{},"Expiration":"{}"}})",
      AccountId, role, json_quoted(session.credentials.access_key_id),
      json_quoted(session.credentials.secret_key), json_quoted(session.credentials.session_token),
      wire::utc_text(session.until));
}

std::string task_document(const Task& task, std::string_view region) {
  const TaskSpec& spec = task.spec;
  return fmt::format(
      R"({{"Cluster":{},"TaskARN":{},"Family":{},"Revision":"1","DesiredStatus":"RUNNING",)"
      R"("KnownStatus":"RUNNING","AvailabilityZone":"{}","LaunchType":"{}","ServiceName":{},)"
      R"("Containers":[{{"DockerId":"{}-1","Name":"hz","DockerName":"hz","Image":"hz",)"
      R"("Labels":{{"com.amazonaws.ecs.cluster":"arn:aws:ecs:{}:{}:cluster/{}",)"
      R"("com.amazonaws.ecs.task-arn":{},"com.amazonaws.ecs.task-definition-family":{}}},)"
      R"("DesiredStatus":"RUNNING","KnownStatus":"RUNNING","Limits":{{"CPU":2}},"Type":"NORMAL",)"
      R"("LaunchType":"{}","Networks":[{{"NetworkMode":"{}","IPv4Addresses":["{}"],)"
      R"("AttachmentIndex":0,"MACAddress":"02:00:00:00:00:01",)"
      R"("IPv4SubnetCIDRBlock":"10.77.0.0/24","SubnetGatewayIpv4Address":"10.77.0.1/24"}}]}}]}})",
      json_quoted(spec.cluster), json_quoted(task_arn(task, region)), json_quoted(spec.family),
      spec.zone, spec.is_bridged ? "EC2" : "FARGATE", json_quoted(spec.service), task.id(), region,
      AccountId, spec.cluster, json_quoted(task_arn(task, region)), json_quoted(spec.family),
      spec.is_bridged ? "EC2" : "FARGATE", spec.is_bridged ? "bridge" : "awsvpc",
      base::to_text(spec.address));
}

}  // namespace

std::string Metadata::seal(std::string_view content) const {
  return fmt::format("{:016x}", base::derive_seed(seed_, content));
}

Answer Metadata::answer_token(const Call& call, const Instance& instance,
                              const MetadataFaults& faults) const {
  const std::string life =
      header_value(call.headers, "X-aws-ec2-metadata-token-ttl-seconds").value_or("");
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(life.data(), life.data() + life.size(), seconds);
  const bool is_number = error == std::errc{} && end == life.data() + life.size();
  if (!is_number || seconds < 1 || seconds > TokenLifeMax) {
    return answer_of(error_page(400, "Bad Request"));
  }
  // The answer leaves with so many hops to go; behind a bridge they do not suffice.
  const MetadataOptions& options = instance.spec.metadata;
  if (faults.loses_token || options.hop_limit < options.hops) return lost();
  const std::string content = fmt::format(
      "{}-{}", instance.number, wire::compact_utc(call.wall + std::chrono::seconds{seconds}));
  Answer answer = answer_of(plain(200, fmt::format("{}-{}", content, seal(content))));
  answer.response.headers.emplace_back("X-Aws-Ec2-Metadata-Token-Ttl-Seconds",
                                       fmt::format("{}", seconds));
  return answer;
}

bool Metadata::is_token_good(std::string_view token, const Instance& instance,
                             base::WallTime now) const {
  const std::size_t last = token.rfind('-');
  const std::size_t first = token.find('-');
  if (first == token.npos || first == last) return false;
  if (seal(token.substr(0, last)) != token.substr(last + 1)) return false;
  if (token.substr(0, first) != fmt::format("{}", instance.number)) return false;
  const auto until = wire::parse_utc(token.substr(first + 1, last - first - 1));
  return until && now < *until;
}

Answer Metadata::answer_instance(const Call& call, const Instance* instance,
                                 const MetadataFaults& faults) const {
  if (instance == nullptr) return lost();
  if (faults.is_off || !instance->spec.metadata.enabled) {
    return answer_of(error_page(403, "Forbidden"));
  }
  if (call.method == "PUT" && call.path == TokenPath) return answer_token(call, *instance, faults);
  const std::string token = header_value(call.headers, "X-aws-ec2-metadata-token").value_or("");
  const bool needs_token = instance->spec.metadata.tokens_required || !token.empty();
  if (needs_token && !is_token_good(token, *instance, call.wall)) {
    return answer_of(error_page(401, "Unauthorized"));
  }
  if (!call.path.starts_with(ItemsPath)) return answer_of(error_page(404, "Not Found"));
  return answer_of(
      item(std::string_view(call.path).substr(ItemsPath.size()), *instance, call.wall, faults));
}

// A slash at the end makes no difference, but for the list of roles.
env::HttpResponse Metadata::item(std::string_view path, const Instance& instance,
                                 base::WallTime now, const MetadataFaults& faults) const {
  const InstanceSpec& spec = instance.spec;
  if (path.starts_with(RolesPath) && !spec.role.empty()) {
    path.remove_prefix(RolesPath.size());
    if (path.empty()) return plain(200, spec.role);
    if (path != spec.role) return error_page(404, "Not Found");
    return plain(200, role_document(authority_.session(spec.role, session_time(now, faults))));
  }
  if (path.ends_with('/')) path.remove_suffix(1);
  if (path == "placement/availability-zone") return plain(200, spec.zone);
  if (path == "placement/region") return plain(200, spec.zone.substr(0, spec.zone.size() - 1));
  if (path == "local-ipv4") return plain(200, base::to_text(spec.address));
  if (path == "instance-id") return plain(200, instance.id());
  return error_page(404, "Not Found");
}

Answer Metadata::answer_task(const Call& call, const Task* task, std::string_view region,
                             const MetadataFaults& faults) const {
  if (task == nullptr) return lost();
  if (faults.is_off) return answer_of(error_page(403, "Forbidden"));
  const std::string_view path = call.path;
  if (path.starts_with("/v2/credentials/") && !task->spec.role.empty()) {
    const auto session = authority_.session(task->spec.role, session_time(call.wall, faults));
    env::HttpResponse response = plain(200, container_document(session, task->spec.role));
    response.headers.front().second = "application/json";
    return answer_of(std::move(response));
  }
  const bool is_known = path.starts_with("/v3/") || path.starts_with("/v4/");
  if (is_known && (path.ends_with("/task") || path.ends_with("/task/"))) {
    env::HttpResponse response = plain(200, task_document(*task, region));
    response.headers.front().second = "application/json";
    return answer_of(std::move(response));
  }
  return answer_of(error_page(404, "Not Found"));
}

}  // namespace splitscope::cloud
