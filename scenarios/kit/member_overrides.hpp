// What differs on one member from its cluster, in force from its next start.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/time.hpp"
#include "schemes/membership/cluster_config.hpp"

namespace splitscope::scenarios {

struct MemberOverrides {
  std::optional<std::vector<schemes::WellKnownEntry>> list;
  std::optional<std::string> cluster_name;
  std::map<std::string, std::string> properties;  // on top of the cluster's
  std::optional<base::Duration> boot_time;

  bool is_empty() const { return !list && !cluster_name && properties.empty(); }
};

}  // namespace splitscope::scenarios
