// A user's own files to one ClusterConfig. Start here: read_source_file() for each file, then
// import_files(). Hides the kinds of files, WSO2's precedence between them, and what one cluster's
// files must agree on. No environment variable is read here: values of placeholders are passed in.
// Errors are "file:line: key: what is wrong; what to write instead". Secrets are never kept.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "scenarios/import/cluster_builder.hpp"
#include "scenarios/import/placeholders.hpp"
#include "scenarios/import/source_file.hpp"
#include "schemes/membership/cluster_config.hpp"

namespace splitscope::scenarios {

inline constexpr std::size_t MaxSourceFiles = 256;

struct ImportedConfig {
  // nodes is filled when two or more nodes' own files were given.
  schemes::ClusterConfig config;
  // The node whose file came first, also where it is the only one: its host may be unknown.
  schemes::MemberConfig first_node;
  // Where each thing was read, by its key as written in the first file that says it.
  std::map<std::string, Place> provenance;
  // Sentences about what was decided for the user, for the report's list of assumptions.
  std::vector<std::string> warnings;
};

// One file, or one for each node. A hazelcast.properties beside deployment.toml or axis2.xml beats
// their own properties; a hazelcast.xml or .yaml beats those files altogether, as the agent has it.
// Files that contradict each other (schemes, domains, engines) and files without a cluster are
// errors.
base::Result<ImportedConfig> import_files(std::span<const SourceFile> files,
                                          const Placeholders& placeholders);

// What import_files() begins with and the lint rules judge: each node's file by itself.
struct ReadFiles {
  std::vector<ImportedNode> nodes;    // at least one, of one mode
  std::vector<NodeFile> properties;   // hazelcast.properties, already part of each node
  std::vector<Place> overruled;       // files that a hazelcast.xml or .yaml beats
  std::vector<Place> without_effect;  // hazelcast.properties beside a hazelcast.xml or .yaml
};
base::Result<ReadFiles> read_files(std::span<const SourceFile> files,
                                   const Placeholders& placeholders);

}  // namespace splitscope::scenarios
