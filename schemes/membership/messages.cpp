#include "schemes/membership/messages.hpp"

namespace splitscope::schemes {

std::string_view to_text(MessageType type) {
  switch (type) {
    case MessageType::Bind:
      return "Bind";
    case MessageType::WhoIsMaster:
      return "WhoIsMaster";
    case MessageType::MasterAnswer:
      return "MasterAnswer";
    case MessageType::JoinRequest:
      return "JoinRequest";
    case MessageType::FinalizeJoin:
      return "FinalizeJoin";
    case MessageType::MembersUpdate:
      return "MembersUpdate";
    case MessageType::Heartbeat:
      return "Heartbeat";
    case MessageType::ExplicitSuspicion:
      return "ExplicitSuspicion";
    case MessageType::JoinMastershipClaim:
      return "JoinMastershipClaim";
    case MessageType::JoinMastershipVote:
      return "JoinMastershipVote";
    case MessageType::FetchMembersView:
      return "FetchMembersView";
    case MessageType::FetchMembersViewAnswer:
      return "FetchMembersViewAnswer";
    case MessageType::SplitBrainCheck:
      return "SplitBrainCheck";
    case MessageType::SplitBrainCheckAnswer:
      return "SplitBrainCheckAnswer";
    case MessageType::MergeClusters:
      return "MergeClusters";
    case MessageType::ConfigMismatch:
      return "ConfigMismatch";
    case MessageType::JoinRefused:
      return "JoinRefused";
    case MessageType::HeartbeatComplaint:
      return "HeartbeatComplaint";
    case MessageType::ShutdownRequest:
      return "ShutdownRequest";
    case MessageType::ShutdownAnswer:
      return "ShutdownAnswer";
    case MessageType::ExplicitSuspicionTrigger:
      return "ExplicitSuspicionTrigger";
    case MessageType::MulticastAnswer:
      return "MulticastAnswer";
  }
  return "unknown";
}

std::optional<MessageType> message_type(std::string_view name) {
  for (std::uint16_t number = 1; number <= MessageTypeLast; ++number) {
    const auto type = static_cast<MessageType>(number);
    if (to_text(type) == name) return type;
  }
  return std::nullopt;
}

}  // namespace splitscope::schemes
