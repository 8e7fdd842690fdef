// The ECS API as far as clustering clients use it: ListTasks and DescribeTasks. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cloud/ec2_api.hpp"

namespace splitscope::cloud {

inline constexpr std::size_t TasksOfOneCallMax = 100;

// "arn:aws:ecs:us-east-1:123456789012:task/<cluster>/<id>"
std::string task_arn(const Task& task, std::string_view region);

// `listed`: what the service shows as running. `body` is the request's.
ListingResult list_tasks(std::string_view body, std::span<const Task* const> listed,
                         std::string_view region, const ListingChange& change,
                         std::string_view request_id);
// Of all tasks, those that stopped a short while ago included; an unknown one is a failure MISSING.
ListingResult describe_tasks(std::string_view body, std::span<const Task> tasks,
                             std::string_view region, std::string_view request_id);

}  // namespace splitscope::cloud
