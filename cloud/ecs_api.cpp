#include "cloud/ecs_api.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "engine/wire/document.hpp"

namespace splitscope::cloud {

using wire::json_quoted;
using wire::Node;

namespace {

ListingResult refuse_listing(std::string_view code, std::string_view message, std::string_view id) {
  return {ecs_error(code, message, id), false};
}

// "flt" of "flt" or of "arn:aws:ecs:...:cluster/flt".
std::string cluster_name(std::string_view text) {
  const std::size_t slash = text.rfind('/');
  return std::string(slash == text.npos ? text : text.substr(slash + 1));
}

std::string attachments(const Task& task) {
  if (task.spec.is_bridged) return "[]";
  return fmt::format(
      R"([{{"id":"a-{}","type":"ElasticNetworkInterface","status":"ATTACHED","details":[)"
      R"({{"name":"subnetId","value":"{}"}},{{"name":"networkInterfaceId","value":"eni-0a"}},)"
      R"({{"name":"macAddress","value":"02:00:00:00:00:01"}},)"
      R"({{"name":"privateIPv4Address","value":"{}"}}]}}])",
      task.id(), SubnetId, base::to_text(task.spec.address));
}

std::string containers(const Task& task, std::string_view region, std::string_view status) {
  const std::string interfaces =
      task.spec.is_bridged ? "[]"
                           : fmt::format(R"([{{"attachmentId":"a-{}","privateIpv4Address":"{}"}}])",
                                         task.id(), base::to_text(task.spec.address));
  return fmt::format(
      R"([{{"containerArn":"arn:aws:ecs:{}:{}:container/{}/{}/c","taskArn":{},"name":"hz",)"
      R"("lastStatus":"{}","networkInterfaces":{}}}])",
      region, AccountId, task.spec.cluster, task.id(), json_quoted(task_arn(task, region)), status,
      interfaces);
}

std::string tags_of(const Task& task) {
  std::string text;
  for (const auto& [key, value] : task.spec.tags) {
    text += fmt::format(R"({}{{"key":{},"value":{}}})", text.empty() ? "" : ",", json_quoted(key),
                        json_quoted(value));
  }
  return "[" + text + "]";
}

std::string task_text(const Task& task, std::string_view region, bool has_tags) {
  const std::string_view status = task.stopped_at ? "STOPPED" : "RUNNING";
  const TaskSpec& spec = task.spec;
  return fmt::format(
      R"({{"taskArn":{},"clusterArn":"arn:aws:ecs:{}:{}:cluster/{}",)"
      R"("taskDefinitionArn":"arn:aws:ecs:{}:{}:task-definition/{}:1","lastStatus":"{}",)"
      R"("desiredStatus":"{}","launchType":"{}","availabilityZone":"{}","group":"service:{}",)"
      R"("connectivity":"CONNECTED","cpu":"256","memory":"512","version":3,"attachments":{},)"
      R"("containers":{},"tags":{}}})",
      json_quoted(task_arn(task, region)), region, AccountId, spec.cluster, region, AccountId,
      spec.family, status, status, spec.is_bridged ? "EC2" : "FARGATE", spec.zone, spec.service,
      attachments(task), containers(task, region, status), has_tags ? tags_of(task) : "[]");
}

bool asks_for_tags(const Node& root) {
  for (Node item = root.child("include").first(); item.exists(); item = item.next()) {
    if (item.text() == "TAGS") return true;
  }
  return false;
}

}  // namespace

std::string task_arn(const Task& task, std::string_view region) {
  return fmt::format("arn:aws:ecs:{}:{}:task/{}/{}", region, AccountId, task.spec.cluster,
                     task.id());
}

ListingResult list_tasks(std::string_view body, std::span<const Task* const> listed,
                         std::string_view region, const ListingChange& change,
                         std::string_view id) {
  const auto document = wire::Document::read_json(body);
  if (!document) return refuse_listing("SerializationException", document.error().message, id);
  const Node root = document->root();
  const std::string cluster = cluster_name(root.child("cluster").text());
  const std::string_view family = root.child("family").text();
  const std::string_view service = root.child("serviceName").text();
  std::vector<const Task*> found;
  for (const Task* task : listed) {
    const TaskSpec& spec = task->spec;
    if (spec.cluster == (cluster.empty() ? "default" : cluster) &&
        (family.empty() || spec.family == family) && (service.empty() || spec.service == service)) {
      found.push_back(task);
    }
  }
  ListingResult result;
  const std::size_t all = found.size();
  if (change.is_empty) found.clear();
  if (change.count_max != 0 && found.size() > change.count_max) found.resize(change.count_max);
  result.is_changed = found.size() != all;

  std::size_t first = 0;
  if (const std::string_view token = root.child("nextToken").text(); !token.empty()) {
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), first);
    if (error != std::errc{} || end != token.data() + token.size() || change.loses_page) {
      result = refuse_listing("InvalidParameterException", "Invalid token.", id);
      result.is_changed = change.loses_page;
      return result;
    }
  }
  first = std::min(first, found.size());
  const std::size_t last = std::min(first + TasksOfOneCallMax, found.size());
  std::string arns;
  for (std::size_t i = first; i < last; ++i) {
    arns += (i == first ? "" : ",") + json_quoted(task_arn(*found[i], region));
  }
  const std::string next =
      last < found.size() ? fmt::format(",\"nextToken\":\"{}\"", last) : std::string{};
  result.response = ecs_answer(fmt::format("{{\"taskArns\":[{}]{}}}", arns, next), id);
  return result;
}

ListingResult describe_tasks(std::string_view body, std::span<const Task> tasks,
                             std::string_view region, std::string_view id) {
  const auto document = wire::Document::read_json(body);
  if (!document) return refuse_listing("SerializationException", document.error().message, id);
  const Node asked = document->root().child("tasks");
  std::size_t count = 0;
  for (Node arn = asked.first(); arn.exists(); arn = arn.next()) ++count;
  if (count == 0) return refuse_listing("InvalidParameterException", "Tasks cannot be empty.", id);
  if (count > TasksOfOneCallMax) {
    return refuse_listing("InvalidParameterException", "Tasks cannot have more than 100 elements.",
                          id);
  }
  const bool has_tags = asks_for_tags(document->root());
  std::string described;
  std::string failures;
  for (Node arn = asked.first(); arn.exists(); arn = arn.next()) {
    const auto found = std::find_if(tasks.begin(), tasks.end(), [&](const Task& task) {
      return task_arn(task, region) == arn.text() || task.id() == arn.text();
    });
    if (found == tasks.end()) {
      failures += fmt::format(R"({}{{"arn":{},"reason":"MISSING"}})", failures.empty() ? "" : ",",
                              json_quoted(arn.text()));
      continue;
    }
    described += (described.empty() ? "" : ",") + task_text(*found, region, has_tags);
  }
  return {ecs_answer(fmt::format("{{\"tasks\":[{}],\"failures\":[{}]}}", described, failures), id),
          false};
}

}  // namespace splitscope::cloud
