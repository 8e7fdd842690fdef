// Real Hazelcast as a program: the Maven project of scenarios/hazelcast, built for one release into
// a folder of the user's own. Artifacts come from Maven's cache, and over the network only what is
// not there; nothing of them is kept or passed on here.
#pragma once

#include <filesystem>
#include <string>

#include "engine/base/result.hpp"
#include "schemes/membership/cluster_config.hpp"

namespace splitscope::scenarios {

struct HazelcastRelease {
  std::string version;                             // "5.3.8"
  std::string module;                              // of the Maven project
  schemes::Engine engine = schemes::Engine::Hz53;  // whose rules it follows
};
// 3.12 and 5.3, with or without a last number; the error names them.
base::Result<HazelcastRelease> hazelcast_release(const std::string& version);

struct BuiltMember {
  std::string java;        // the program's path
  std::string class_path;  // what java -cp takes
};

struct MavenFolders {
  std::filesystem::path project;
  std::filesystem::path target;  // each release has a folder in it; builds of one wait in line
};
// Builds it unless it was built from these sources. The error says what to install, or the last of
// what Maven said.
base::Result<BuiltMember> build_hazelcast(const HazelcastRelease& release,
                                          const MavenFolders& folders);

}  // namespace splitscope::scenarios
