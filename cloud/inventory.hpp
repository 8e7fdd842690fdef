// What runs in a simulated account: EC2 instances and ECS tasks with their life cycle. Pure data;
// the caller gives the time. Invariant: numbers are never used again, addresses may be.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/endpoint.hpp"
#include "engine/base/time.hpp"

namespace splitscope::cloud {

using Tags = std::map<std::string, std::string>;

// The numbers are EC2's own.
enum class InstanceState : std::uint8_t {
  Pending = 0,
  Running = 16,
  ShuttingDown = 32,
  Terminated = 48,
};
std::string_view to_text(InstanceState state);

// How instance metadata answer this instance.
struct MetadataOptions {
  bool enabled = true;
  bool tokens_required = false;  // HttpTokens=required: version 1 gets 401
  std::uint8_t hop_limit = 1;    // of the answer to the token's PUT
  std::uint8_t hops = 1;         // from the program to metadata; behind a bridge one more
  friend bool operator==(const MetadataOptions&, const MetadataOptions&) = default;
};

struct InstanceSpec {
  base::Ipv4 address;
  std::string zone = "us-east-1a";
  Tags tags;
  std::vector<std::string> security_groups;
  std::string role;  // empty: none
  MetadataOptions metadata;
};

struct Instance {
  std::uint64_t number = 0;
  InstanceSpec spec;
  base::Instant launched_at{};
  std::optional<base::Instant> terminated_at;
  std::string id() const;  // "i-00000000000000001"
};

struct TaskSpec {
  base::Ipv4 address;
  std::string cluster;
  std::string family;
  std::string service;  // empty: none
  std::string zone = "us-east-1a";
  Tags tags;
  bool is_bridged = false;  // bridge mode: the API knows no address of its containers
  std::string role;
};

struct Task {
  std::uint64_t number = 0;
  TaskSpec spec;
  base::Instant started_at{};
  std::optional<base::Instant> stopped_at;
  std::string id() const;  // 32 digits
};

struct LifeTimes {
  base::Duration pending{};                                 // from launch to running
  base::Duration shutting_down = std::chrono::seconds{30};  // then terminated
  base::Duration terminated = std::chrono::hours{1};        // then no longer listed
};

class Inventory {
 public:
  static constexpr std::size_t InstancesMax = 20'000;
  static constexpr std::size_t TasksMax = 20'000;

  explicit Inventory(LifeTimes times = {}) : times_(times) {}

  // Numbers from 1. Beyond the maximum the oldest that is gone makes room; else it is our bug.
  std::uint64_t launch(InstanceSpec spec, base::Instant now);
  // Twice, or of an unknown one, is fine.
  void terminate(std::uint64_t instance, base::Instant now);
  std::uint64_t run_task(TaskSpec spec, base::Instant now);
  void stop_task(std::uint64_t task, base::Instant now);

  const std::vector<Instance>& instances() const { return instances_; }
  const std::vector<Task>& tasks() const { return tasks_; }
  // The running or pending one with that address; none if there is none.
  const Instance* instance_at(base::Ipv4 address, base::Instant now) const;
  const Task* task_at(base::Ipv4 address) const;
  // To change its metadata options; none if unknown.
  Instance* find(std::uint64_t instance);
  Task* find_task(std::uint64_t task);

  // None: not launched yet, or gone from every list.
  std::optional<InstanceState> state(const Instance& instance, base::Instant at) const;

 private:
  LifeTimes times_;
  std::uint64_t next_instance_ = 1;
  std::uint64_t next_task_ = 1;
  std::vector<Instance> instances_;  // by number
  std::vector<Task> tasks_;
};

}  // namespace splitscope::cloud
