// Members that are real Hazelcast: a Java process each (scenarios/hazelcast), configured by the
// same ClusterConfig as ours, with the properties by their real names.
#pragma once

#include "scenarios/hazelcast_world/maven_project.hpp"
#include "scenarios/sockets/member_kind.hpp"

namespace splitscope::scenarios {

class HazelcastMember final : public MemberKind {
 public:
  HazelcastMember(HazelcastRelease release, BuiltMember built)
      : release_(std::move(release)), built_(std::move(built)) {}

  base::Result<void> check(const schemes::ClusterConfig& config) const override;
  base::Result<std::vector<std::string>> command_line(const MemberLife& life) const override;
  bool takes_faults() const override { return false; }

 private:
  HazelcastRelease release_;
  BuiltMember built_;
};

}  // namespace splitscope::scenarios
