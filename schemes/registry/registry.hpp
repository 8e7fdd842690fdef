// The explicit list of membership schemes, and how a member is made from a configuration. Nothing
// registers itself: a new scheme is one more line in registry.cpp.
#pragma once

#include <memory>
#include <string_view>

#include "engine/env/environment.hpp"
#include "engine/env/program.hpp"
#include "schemes/aws/aws_options.hpp"
#include "schemes/data/data_access.hpp"
#include "schemes/membership/cluster_node.hpp"

namespace splitscope::schemes {

// A configuration that was found good: its settings are resolved once for all members and restarts.
class ClusterPlan {
 public:
  // Errors are sentences for a person: a bad property or list entry, a scheme that is not
  // available.
  static base::Result<ClusterPlan> make(const ClusterConfig& config);

  const ClusterConfig& config() const { return config_; }
  const Settings& settings() const { return settings_; }

 private:
  ClusterPlan(ClusterConfig config, Settings settings);
  ClusterConfig config_;
  Settings settings_;
};

// What one member has of its own.
struct MemberSettings {
  std::uint16_t port = 0;  // 0 = the cluster's
  bool data_member = true;
  std::optional<base::Duration> boot_time;  // else drawn, as a JVM takes on a quiet machine
  CloudIdentity cloud;                      // for the schemes that ask a cloud
  std::optional<Version> version;  // another release than the engine's, for tests of version checks
  PlantedBugs bugs;                // for tests only
};

// A process, the window into it, and what a client in it uses. They live as long as `program`.
struct Member {
  std::unique_ptr<env::Program> program;
  const NodeInspection* inspection = nullptr;
  DataAccess* data = nullptr;
};

// `environment` and `host` outlive the program. A list entry that cannot be is an error here too,
// since a member may be given a list of its own.
base::Result<Member> make_member(const ClusterPlan& plan, const MemberSettings& settings,
                                 env::Environment environment, env::ProgramHost& host);
// The same in one step, for a single member.
base::Result<Member> make_member(const ClusterConfig& config, const MemberSettings& settings,
                                 env::Environment environment, env::ProgramHost& host);

// Whether this version can run the scheme.
bool is_available(SchemeKind scheme);
// The release that a profile stands for: 3.12.13 or 5.3.8.
Version release_of(Engine engine);

}  // namespace splitscope::schemes
