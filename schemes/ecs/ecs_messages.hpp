// Bodies of the ECS API as Hazelcast's plugin writes them, and what it reads of the answers. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schemes/aws/aws_options.hpp"

namespace splitscope::schemes {

inline constexpr std::size_t TasksOfOneCall = 100;  // DescribeTasks takes no more

// `page` is the token of the page to read; empty: the first.
std::string list_tasks_body(const AwsOptions& options, std::string_view cluster,
                            std::string_view page);
std::string describe_tasks_body(std::span<const std::string> tasks, std::string_view cluster);

struct TaskList {
  std::vector<std::string> tasks;
  std::string next_page;  // empty: there is no more
  friend bool operator==(const TaskList&, const TaskList&) = default;
};
base::Result<TaskList> parse_task_list(std::string_view json);

// The first address of the first container of each task that carries all the tags. A task without
// one (bridge mode) is left out.
base::Result<std::vector<base::Ipv4>> parse_tasks(std::string_view json,
                                                  std::span<const AwsTag> tags);

// Where this task runs, as its metadata say.
struct TaskPlace {
  std::string region;  // of the task's ARN
  std::string cluster;
  std::string zone;
  friend bool operator==(const TaskPlace&, const TaskPlace&) = default;
};
base::Result<TaskPlace> parse_task_metadata(std::string_view json);

}  // namespace splitscope::schemes
