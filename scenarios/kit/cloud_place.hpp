// Where the members of a cluster run in a cloud, as far as the cloud knows it.
#pragma once

#include <map>
#include <string>

#include "cloud/inventory.hpp"

namespace splitscope::scenarios {

// What the cloud knows of the hosts of a cluster's members.
struct CloudPlace {
  std::map<std::string, std::string> tags;  // of its instances or tasks
  std::string security_group;
  std::string role = "hz-role";
  cloud::MetadataOptions metadata;
  // As tasks of ECS, rather than on instances of EC2.
  bool is_task = false;
  std::string ecs_cluster = "hz";
  std::string family = "hz";
  std::string service;
  bool is_bridged = false;
  friend bool operator==(const CloudPlace&, const CloudPlace&) = default;
};

}  // namespace splitscope::scenarios
