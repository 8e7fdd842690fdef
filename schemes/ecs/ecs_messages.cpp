#include "schemes/ecs/ecs_messages.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "engine/wire/document.hpp"
#include "engine/wire/escaping.hpp"

namespace splitscope::schemes {

using base::Result;
using wire::json_quoted;
using wire::Node;

namespace {

constexpr std::size_t TasksMax = 4096;

bool has_tag(const Node& task, const AwsTag& wanted) {
  for (Node tag = task.child("tags").first(); tag.exists(); tag = tag.next()) {
    const bool same_key = wanted.key.empty() || tag.child("key").text() == wanted.key;
    const bool same_value = wanted.value.empty() || tag.child("value").text() == wanted.value;
    if (same_key && same_value) return true;
  }
  return false;
}

}  // namespace

std::string list_tasks_body(const AwsOptions& options, std::string_view cluster,
                            std::string_view page) {
  std::string body = fmt::format("{{\"cluster\":{}", json_quoted(cluster));
  if (!options.family.empty()) body += fmt::format(",\"family\":{}", json_quoted(options.family));
  if (!options.service_name.empty()) {
    body += fmt::format(",\"serviceName\":{}", json_quoted(options.service_name));
  }
  if (!page.empty()) body += fmt::format(",\"nextToken\":{}", json_quoted(page));
  return body + "}";
}

std::string describe_tasks_body(std::span<const std::string> tasks, std::string_view cluster) {
  std::string list;
  for (const std::string& task : tasks) {
    list += fmt::format("{}{}", list.empty() ? "" : ",", json_quoted(task));
  }
  return fmt::format("{{\"tasks\":[{}],\"include\":[\"TAGS\"],\"cluster\":{}}}", list,
                     json_quoted(cluster));
}

Result<TaskList> parse_task_list(std::string_view json) {
  const auto document = wire::Document::read_json(json);
  if (!document) return std::unexpected(document.error());
  const Node arns = document->root().child("taskArns");
  if (arns.kind() != wire::NodeKind::Array) return base::failure("the answer lists no tasks");
  TaskList list;
  list.next_page = document->root().child("nextToken").text();
  for (Node arn = arns.first(); arn.exists() && list.tasks.size() < TasksMax; arn = arn.next()) {
    list.tasks.emplace_back(arn.text());
  }
  return list;
}

Result<std::vector<base::Ipv4>> parse_tasks(std::string_view json, std::span<const AwsTag> tags) {
  const auto document = wire::Document::read_json(json);
  if (!document) return std::unexpected(document.error());
  const Node tasks = document->root().child("tasks");
  if (tasks.kind() != wire::NodeKind::Array) return base::failure("the answer describes no tasks");
  std::vector<base::Ipv4> addresses;
  for (Node task = tasks.first(); task.exists() && addresses.size() < TasksMax;
       task = task.next()) {
    const bool wanted = std::all_of(tags.begin(), tags.end(),
                                    [&task](const AwsTag& tag) { return has_tag(task, tag); });
    const Node interface = task.child("containers").first().child("networkInterfaces").first();
    const auto address = base::parse_ipv4(interface.child("privateIpv4Address").text());
    if (wanted && address) addresses.push_back(*address);
  }
  return addresses;
}

Result<TaskPlace> parse_task_metadata(std::string_view json) {
  const auto document = wire::Document::read_json(json);
  if (!document) return std::unexpected(document.error());
  TaskPlace place;
  std::string_view arn = document->root().child("TaskARN").text();
  // arn:aws:ecs:<region>:<account>:task/...
  for (int i = 0; i < 3; ++i) {
    const std::size_t colon = arn.find(':');
    if (colon == arn.npos) return base::failure("the task's metadata hold no ARN");
    arn.remove_prefix(colon + 1);
  }
  place.region = arn.substr(0, arn.find(':'));
  place.cluster = document->root().child("Cluster").text();
  place.zone = document->root().child("AvailabilityZone").text();
  return place;
}

}  // namespace splitscope::schemes
