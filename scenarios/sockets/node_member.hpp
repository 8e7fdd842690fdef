// Our own members: `splitscope node` (docs/node.md).
#pragma once

#include "scenarios/sockets/member_kind.hpp"

namespace splitscope::scenarios {

class NodeMember final : public MemberKind {
 public:
  // The path of splitscope.
  explicit NodeMember(std::string program) : program_(std::move(program)) {}

  base::Result<void> check(const schemes::ClusterConfig&) const override { return {}; }
  base::Result<std::vector<std::string>> command_line(const MemberLife& life) const override;
  bool takes_faults() const override { return true; }

 private:
  std::string program_;
};

}  // namespace splitscope::scenarios
