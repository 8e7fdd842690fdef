#include "cloud/inventory.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "engine/base/assert.hpp"

namespace splitscope::cloud {

std::string_view to_text(InstanceState state) {
  switch (state) {
    case InstanceState::Pending:
      return "pending";
    case InstanceState::Running:
      return "running";
    case InstanceState::ShuttingDown:
      return "shutting-down";
    case InstanceState::Terminated:
      return "terminated";
  }
  return "unknown";
}

std::string Instance::id() const {
  return fmt::format("i-{:017x}", number);
}

std::string Task::id() const {
  return fmt::format("{:032x}", number);
}

std::uint64_t Inventory::launch(InstanceSpec spec, base::Instant now) {
  if (instances_.size() == InstancesMax) {
    std::erase_if(instances_, [this, now](const Instance& instance) {
      return instance.terminated_at && !state(instance, now);
    });
  }
  SPLITSCOPE_ASSERT(instances_.size() < InstancesMax);
  instances_.push_back({next_instance_, std::move(spec), now, std::nullopt});
  return next_instance_++;
}

Instance* Inventory::find(std::uint64_t instance) {
  const auto found =
      std::find_if(instances_.begin(), instances_.end(),
                   [instance](const Instance& one) { return one.number == instance; });
  return found == instances_.end() ? nullptr : &*found;
}

Task* Inventory::find_task(std::uint64_t task) {
  const auto found = std::find_if(tasks_.begin(), tasks_.end(),
                                  [task](const Task& one) { return one.number == task; });
  return found == tasks_.end() ? nullptr : &*found;
}

void Inventory::terminate(std::uint64_t instance, base::Instant now) {
  Instance* found = find(instance);
  if (found != nullptr && !found->terminated_at) found->terminated_at = now;
}

std::uint64_t Inventory::run_task(TaskSpec spec, base::Instant now) {
  if (tasks_.size() == TasksMax) {
    std::erase_if(tasks_, [](const Task& task) { return task.stopped_at.has_value(); });
  }
  SPLITSCOPE_ASSERT(tasks_.size() < TasksMax);
  tasks_.push_back({next_task_, std::move(spec), now, std::nullopt});
  return next_task_++;
}

void Inventory::stop_task(std::uint64_t task, base::Instant now) {
  for (Task& one : tasks_) {
    if (one.number == task && !one.stopped_at) one.stopped_at = now;
  }
}

const Instance* Inventory::instance_at(base::Ipv4 address, base::Instant now) const {
  for (const Instance& instance : instances_) {
    const auto at = state(instance, now);
    const bool lives = at == InstanceState::Running || at == InstanceState::Pending;
    if (lives && instance.spec.address == address) return &instance;
  }
  return nullptr;
}

const Task* Inventory::task_at(base::Ipv4 address) const {
  for (const Task& task : tasks_) {
    if (!task.stopped_at && task.spec.address == address) return &task;
  }
  return nullptr;
}

std::optional<InstanceState> Inventory::state(const Instance& instance, base::Instant at) const {
  if (at < instance.launched_at) return std::nullopt;
  if (instance.terminated_at && at >= *instance.terminated_at) {
    const base::Duration since = at - *instance.terminated_at;
    if (since < times_.shutting_down) return InstanceState::ShuttingDown;
    if (since < times_.shutting_down + times_.terminated) return InstanceState::Terminated;
    return std::nullopt;
  }
  return at - instance.launched_at < times_.pending ? InstanceState::Pending
                                                    : InstanceState::Running;
}

}  // namespace splitscope::cloud
