#include "schemes/membership/messages.hpp"

#include <array>

namespace splitscope::schemes {

namespace {

// By number; 0 is none.
constexpr std::array<std::string_view, MessageTypeLast + 1> Names{
    "unknown",
    "Bind",
    "WhoIsMaster",
    "MasterAnswer",
    "JoinRequest",
    "FinalizeJoin",
    "MembersUpdate",
    "Heartbeat",
    "ExplicitSuspicion",
    "JoinMastershipClaim",
    "JoinMastershipVote",
    "FetchMembersView",
    "FetchMembersViewAnswer",
    "SplitBrainCheck",
    "SplitBrainCheckAnswer",
    "MergeClusters",
    "ConfigMismatch",
    "JoinRefused",
    "HeartbeatComplaint",
    "ShutdownRequest",
    "ShutdownAnswer",
    "ExplicitSuspicionTrigger",
    "MulticastAnswer",
    "AssignPartitions",
    "PartitionState",
    "FetchPartitionState",
    "PartitionStateAnswer",
    "MigrationRequest",
    "Migration",
    "MigrationAnswer",
    "AntiEntropy",
    "ReplicaSyncRequest",
    "ReplicaSync",
    "Put",
    "Get",
    "Merge",
    "OperationResponse",
    "Backup",
    "BackupAck",
};

}  // namespace

std::string_view to_text(MessageType type) {
  const auto number = static_cast<std::size_t>(type);
  return number < Names.size() ? Names[number] : Names[0];
}

std::optional<MessageType> message_type(std::string_view name) {
  for (std::uint16_t number = 1; number <= MessageTypeLast; ++number) {
    const auto type = static_cast<MessageType>(number);
    if (to_text(type) == name) return type;
  }
  return std::nullopt;
}

}  // namespace splitscope::schemes
