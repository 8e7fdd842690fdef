// The codes that membership facts carry in their arguments (engine/base/trace_event.hpp), and their
// words. Numbers are part of the trace format: never reuse one.
#pragma once

#include <cstdint>
#include <string_view>

namespace splitscope::schemes {

// Why a member left this node's list: argument of MemberRemoved.
enum class RemovalReason : std::uint8_t {
  Published = 0,             // the master's list no longer has it
  NoHeartbeat = 1,           // we are master, and it was silent too long
  NoConnection = 2,          // we are master, and it could not be reached again
  ExplicitSuspicion = 3,     // it told us to drop it
  Restarted = 4,             // a new process asks to join from its address
  MastershipClaim = 5,       // suspected, or silent, when we claimed the mastership
  SplitBrain = 6,            // its cluster is another one: a partial split is made a full one
  Left = 7,                  // we left the cluster ourselves, to merge into another
  PartialDisconnection = 8,  // it and another member lost each other
};
std::string_view to_text(RemovalReason reason);

// Argument of MemberSuspected.
enum class SuspicionReason : std::uint8_t {
  NoHeartbeat = 0,
  NoConnection = 1,
  ExplicitSuspicion = 2,
  Restarted = 3,
  SplitBrain = 4,
  PartialDisconnection = 5,
};
std::string_view to_text(SuspicionReason reason);
// What a master's removal for that suspicion is called.
RemovalReason removal_for(SuspicionReason reason);

// Argument of JoinFailed.
enum class JoinFailure : std::uint8_t {
  TimedOut = 0,         // max.join.seconds are over: "Node failed to start!"
  NoPort = 1,           // every port of the range is in use
  ConfigMismatch = 2,   // the master's configuration does not fit ours
  VersionMismatch = 3,  // the master's release does not fit ours
  NoDiscovery = 4,      // what the discovery needs at start is missing (instance metadata)
};
std::string_view to_text(JoinFailure failure);

// What a scheme asks a cloud: argument of CloudCallEnded.
enum class CloudCall : std::uint8_t {
  MetadataToken = 1,  // instance metadata, version 2
  Zone = 2,
  RoleName = 3,
  RoleCredentials = 4,
  PlacementGroup = 5,
  PartitionNumber = 6,
  DescribeInstances = 7,
  TaskMetadata = 8,
  ContainerCredentials = 9,
  ListTasks = 10,
  DescribeTasks = 11,
  DescribeNetworkInterfaces = 12,
};
std::string_view to_text(CloudCall call);

// Why a joined member did not admit a joiner: argument of JoinRequestRefused. The first ones are
// silence, the later ones are told to the joiner.
enum class JoinRefusal : std::uint8_t {
  NotMaster = 0,        // it is told who is
  JoinInProgress = 1,   // an admission or a mastership claim is under way
  DuplicateUuid = 2,    // another address has that uuid
  RecentlyLeft = 3,     // that uuid left a moment ago: a stale request
  AlreadyMember = 4,    // its address is listed with another uuid, which is dropped first
  ClusterName = 5,      // ConfigMismatch
  JoinerKind = 6,       // JoinRefused
  VersionMismatch = 7,  // JoinRefused
  TooManyJoiners = 8,   // the window is full
};
std::string_view to_text(JoinRefusal refusal);

}  // namespace splitscope::schemes
