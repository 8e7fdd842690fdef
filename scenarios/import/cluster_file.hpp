// A ClusterConfig as a file of our own, so that a process gets exactly what its runner has
// resolved. Written and read by one version; users write deployment.toml, axis2.xml or Hazelcast's
// files.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "schemes/membership/cluster_config.hpp"

namespace splitscope::scenarios {

// All but `nodes`, which are a question to files only.
std::string to_cluster_file(const schemes::ClusterConfig& config);
base::Result<schemes::ClusterConfig> parse_cluster_file(std::string_view text);

}  // namespace splitscope::scenarios
