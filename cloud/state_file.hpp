// The state file of a served cloud (docs/cloud.md): what runs in the account, who may call, and
// what is wrong with it, as JSON; and how a cloud is brought from one state to the next. Pure.
// Invariant: instances and tasks keep their numbers while a state names them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/cloud.hpp"
#include "engine/base/result.hpp"

namespace splitscope::cloud {

struct CloudState {
  static constexpr std::size_t ThingsMax = 10'000;  // of one kind

  CloudOptions options;
  // The cloud's own wall clock when the state is read; none: the machine's.
  std::optional<base::WallTime> clock;
  std::vector<wire::Credentials> keys;
  std::vector<std::string> denied;                // actions that nobody may call
  std::map<std::string, InstanceSpec> instances;  // by the file's names
  std::map<std::string, TaskSpec> tasks;
  std::vector<CloudFault> faults;
};

// `path` is for messages. Errors name what is wrong and what to write.
base::Result<CloudState> read_state(const std::string& path, std::string_view text);

// Brings one cloud to one state after another: what a state does not name any more ends, what is
// new begins, the rest changes in place. The cloud outlives it.
class StateKeeper {
 public:
  explicit StateKeeper(Cloud& cloud) : cloud_(cloud) {}
  void apply(const CloudState& state, base::Instant now);

 private:
  void apply_instances(const CloudState& state, base::Instant now);
  void apply_tasks(const CloudState& state, base::Instant now);

  Cloud& cloud_;
  std::map<std::string, std::uint64_t> instances_;
  std::map<std::string, std::uint64_t> tasks_;
  std::vector<std::string> keys_;
  std::vector<std::string> denied_;
  std::vector<FaultNumber> faults_;
};

}  // namespace splitscope::cloud
