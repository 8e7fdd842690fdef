// From the settings of one file to a ClusterConfig: the defaults and the meaning of each mode. In
// AXIS2 mode (deployment.toml, axis2.xml) the WSO2 agent's values hold, in FILE mode
// (hazelcast.xml, hazelcast.yaml) those of Hazelcast alone.
#pragma once

#include <string>

#include "scenarios/import/node_file.hpp"
#include "schemes/membership/cluster_config.hpp"

namespace splitscope::scenarios {

// One node as its own file describes it.
struct ImportedNode {
  NodeFile file;
  schemes::ClusterConfig config;
  schemes::MemberConfig self;  // an empty host where the file does not say it
};

// SchemeKind::None where the file switches clustering off or has none. A scheme in capitals is read
// as meant. Values that no engine takes (ports, numbers, addresses) are errors with their place.
base::Result<ImportedNode> build_node(NodeFile file);

// Adds them by their real names; values that no engine takes are errors. Later lines win.
base::Result<void> add_properties(const SettingList& properties, schemes::ClusterConfig& config);

}  // namespace splitscope::scenarios
