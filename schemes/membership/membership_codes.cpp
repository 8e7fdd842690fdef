#include "schemes/membership/membership_codes.hpp"

#include <array>

namespace splitscope::schemes {

std::string_view to_text(RemovalReason reason) {
  switch (reason) {
    case RemovalReason::Published:
      return "no longer in the master's list";
    case RemovalReason::NoHeartbeat:
      return "no heartbeat";
    case RemovalReason::NoConnection:
      return "no connection";
    case RemovalReason::ExplicitSuspicion:
      return "explicit suspicion";
    case RemovalReason::Restarted:
      return "restarted";
    case RemovalReason::MastershipClaim:
      return "mastership claim";
    case RemovalReason::SplitBrain:
      return "split brain";
    case RemovalReason::Left:
      return "left to merge";
    case RemovalReason::PartialDisconnection:
      return "partial disconnection";
  }
  return "unknown";
}

std::string_view to_text(SuspicionReason reason) {
  switch (reason) {
    case SuspicionReason::NoHeartbeat:
      return "no heartbeat";
    case SuspicionReason::NoConnection:
      return "no connection";
    case SuspicionReason::ExplicitSuspicion:
      return "explicit suspicion";
    case SuspicionReason::Restarted:
      return "restarted";
    case SuspicionReason::SplitBrain:
      return "split brain";
    case SuspicionReason::PartialDisconnection:
      return "partial disconnection";
  }
  return "unknown";
}

RemovalReason removal_for(SuspicionReason reason) {
  switch (reason) {
    case SuspicionReason::NoHeartbeat:
      return RemovalReason::NoHeartbeat;
    case SuspicionReason::NoConnection:
      return RemovalReason::NoConnection;
    case SuspicionReason::ExplicitSuspicion:
      return RemovalReason::ExplicitSuspicion;
    case SuspicionReason::Restarted:
      return RemovalReason::Restarted;
    case SuspicionReason::SplitBrain:
      return RemovalReason::SplitBrain;
    case SuspicionReason::PartialDisconnection:
      return RemovalReason::PartialDisconnection;
  }
  return RemovalReason::NoHeartbeat;
}

std::string_view to_text(JoinFailure failure) {
  switch (failure) {
    case JoinFailure::TimedOut:
      return "no cluster was joined within max.join.seconds";
    case JoinFailure::NoPort:
      return "no free port";
    case JoinFailure::ConfigMismatch:
      return "configuration mismatch";
    case JoinFailure::VersionMismatch:
      return "version mismatch";
    case JoinFailure::NoDiscovery:
      return "the discovery lacks what it needs";
  }
  return "unknown";
}

std::string_view to_text(CloudCall call) {
  constexpr std::array<std::string_view, 12> Names{"metadata token",
                                                   "zone",
                                                   "role name",
                                                   "role credentials",
                                                   "placement group",
                                                   "partition number",
                                                   "DescribeInstances",
                                                   "task metadata",
                                                   "container credentials",
                                                   "ListTasks",
                                                   "DescribeTasks",
                                                   "DescribeNetworkInterfaces"};
  const auto index = static_cast<std::size_t>(call);
  return index >= 1 && index <= Names.size() ? Names[index - 1] : std::string_view{"unknown"};
}

std::string_view to_text(JoinRefusal refusal) {
  switch (refusal) {
    case JoinRefusal::NotMaster:
      return "not the master";
    case JoinRefusal::JoinInProgress:
      return "a join is in progress";
    case JoinRefusal::DuplicateUuid:
      return "another member has this uuid";
    case JoinRefusal::RecentlyLeft:
      return "this uuid left a moment ago";
    case JoinRefusal::AlreadyMember:
      return "the address is still listed";
    case JoinRefusal::ClusterName:
      return "another cluster name";
    case JoinRefusal::JoinerKind:
      return "another join mechanism";
    case JoinRefusal::VersionMismatch:
      return "another version";
    case JoinRefusal::TooManyJoiners:
      return "too many joiners at once";
  }
  return "unknown";
}

}  // namespace splitscope::schemes
