// The messages of the membership protocol, as typed values. Plain data; message_codec.hpp turns
// them into bytes and back. Names are the field's own (Hazelcast's operations without their
// suffix), since scenario scripts name messages by type: "FinalizeJoin", "MembersUpdate",
// "Heartbeat".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/endpoint.hpp"
#include "engine/base/ids.hpp"
#include "schemes/membership/members_view.hpp"

namespace splitscope::schemes {

// Numbers are part of the wire and trace formats: never reuse one. They are the type field of the
// frame header.
enum class MessageType : std::uint16_t {
  Bind = 1,
  WhoIsMaster = 2,
  MasterAnswer = 3,
  JoinRequest = 4,
  FinalizeJoin = 5,
  MembersUpdate = 6,
  Heartbeat = 7,
  ExplicitSuspicion = 8,
  JoinMastershipClaim = 9,
  JoinMastershipVote = 10,
  FetchMembersView = 11,
  FetchMembersViewAnswer = 12,
  SplitBrainCheck = 13,
  SplitBrainCheckAnswer = 14,
  MergeClusters = 15,
  ConfigMismatch = 16,
  JoinRefused = 17,
  HeartbeatComplaint = 18,
  ShutdownRequest = 19,
  ShutdownAnswer = 20,
  ExplicitSuspicionTrigger = 21,
  MulticastAnswer = 22,  // schemes/multicast
  // schemes/data
  AssignPartitions = 23,
  PartitionState = 24,
  FetchPartitionState = 25,
  PartitionStateAnswer = 26,
  MigrationRequest = 27,
  Migration = 28,
  MigrationAnswer = 29,
  AntiEntropy = 30,
  ReplicaSyncRequest = 31,
  ReplicaSync = 32,
  Put = 33,
  Get = 34,
  Merge = 35,
  OperationResponse = 36,
  Backup = 37,
  BackupAck = 38,
};

inline constexpr std::uint16_t MessageTypeLast = 38;
// Those that belong to what the cluster holds.
constexpr bool is_about_data(MessageType type) {
  return type >= MessageType::AssignPartitions && type <= MessageType::BackupAck;
}

// "FinalizeJoin"; "unknown" for a number this version lacks.
std::string_view to_text(MessageType type);
std::optional<MessageType> message_type(std::string_view name);

// Every list in a message is at most this long; longer ones are malformed.
inline constexpr std::uint32_t MemberCountMax = MembersView::SizeMax;
inline constexpr std::size_t ClusterNameSizeMax = 255;

// The release a member runs. Members of one cluster agree in major and minor.
struct Version {
  std::uint8_t major = 0;
  std::uint8_t minor = 0;
  std::uint8_t patch = 0;
  friend auto operator<=>(const Version&, const Version&) = default;
};

// How a member looks for others: members of one cluster must agree.
enum class JoinerKind : std::uint8_t { TcpIp = 0, Multicast = 1, Discovery = 2, None = 3 };

// Who speaks, in every message that may cross cluster borders (Hazelcast's JoinMessage).
struct JoinMessage {
  base::Endpoint endpoint;
  base::Uuid uuid;
  std::string cluster_name;
  Version version;
  JoinerKind joiner = JoinerKind::TcpIp;
  bool data_member = true;
  friend bool operator==(const JoinMessage&, const JoinMessage&) = default;
};

// First message on a connection, from the side that connected and back: whose connection it is.
struct Bind {
  static constexpr MessageType Type = MessageType::Bind;
  base::Endpoint endpoint;       // the sender's own
  base::Endpoint target;         // whom it thinks it reached
  bool answer_expected = false;  // from the side that connected
  std::uint64_t life = 0;        // drawn once per process
  std::uint32_t counter = 0;     // grows with every Bind of that life
  friend bool operator==(const Bind&, const Bind&) = default;
};

struct WhoIsMaster {
  static constexpr MessageType Type = MessageType::WhoIsMaster;
  JoinMessage from;
  friend bool operator==(const WhoIsMaster&, const WhoIsMaster&) = default;
};

// A joined member names its master.
struct MasterAnswer {
  static constexpr MessageType Type = MessageType::MasterAnswer;
  base::Endpoint master;
  friend bool operator==(const MasterAnswer&, const MasterAnswer&) = default;
};

struct JoinRequest {
  static constexpr MessageType Type = MessageType::JoinRequest;
  JoinMessage from;
  std::uint32_t try_count = 0;  // multicast only
  friend bool operator==(const JoinRequest&, const JoinRequest&) = default;
};

// Admission: the first list a member gets. `receiver` guards against a reused connection.
struct FinalizeJoin {
  static constexpr MessageType Type = MessageType::FinalizeJoin;
  base::Uuid sender;
  base::Uuid receiver;
  MembersView view;
  Version cluster_version;
  std::int64_t wall_time_ns = 0;  // of the master's cluster clock
  friend bool operator==(const FinalizeJoin&, const FinalizeJoin&) = default;
};

// The list, published by the master.
struct MembersUpdate {
  static constexpr MessageType Type = MessageType::MembersUpdate;
  base::Uuid sender;
  MembersView view;
  friend bool operator==(const MembersUpdate&, const MembersUpdate&) = default;
};

// What a heartbeat says of the sender's list, so that a mismatch is found.
struct ViewMetadata {
  base::Endpoint member;
  base::Uuid member_uuid;
  base::Endpoint master;
  base::Uuid master_uuid;
  std::int32_t version = 0;
  friend bool operator==(const ViewMetadata&, const ViewMetadata&) = default;
};

// Sent to every member each interval. It carries no receiver, so one encoding serves a broadcast;
// who receives it knows itself.
struct Heartbeat {
  static constexpr MessageType Type = MessageType::Heartbeat;
  ViewMetadata sender;
  std::int64_t wall_time_ns = 0;  // of the sender's cluster clock, since 1970; never negative
  // Told to the master alone, where partial disconnections are resolved: whom the sender suspects.
  std::vector<base::Uuid> lost;
  friend bool operator==(const Heartbeat&, const Heartbeat&) = default;
};

// "Drop me from your list": the receiver is to suspect the sender, provided that the receiver's own
// list is still `expected`. A sender that has not joined yet is not dropped under its present uuid:
// that is its admission, of which it does not know yet.
struct ExplicitSuspicion {
  static constexpr MessageType Type = MessageType::ExplicitSuspicion;
  ViewMetadata expected;
  base::Uuid joining;  // of a sender that has not joined yet, else none
  friend bool operator==(const ExplicitSuspicion&, const ExplicitSuspicion&) = default;
};

// A master asks a member to send `suspect` an explicit suspicion of itself.
struct ExplicitSuspicionTrigger {
  static constexpr MessageType Type = MessageType::ExplicitSuspicionTrigger;
  std::int32_t version = 0;  // of the master's list
  ViewMetadata suspect;      // the member to tell, and the list it was seen with
  friend bool operator==(const ExplicitSuspicionTrigger&,
                         const ExplicitSuspicionTrigger&) = default;
};

// While nobody is master: "may I be?"
struct JoinMastershipClaim {
  static constexpr MessageType Type = MessageType::JoinMastershipClaim;
  std::uint32_t round = 0;
  friend bool operator==(const JoinMastershipClaim&, const JoinMastershipClaim&) = default;
};
struct JoinMastershipVote {
  static constexpr MessageType Type = MessageType::JoinMastershipVote;
  std::uint32_t round = 0;
  bool yes = false;
  friend bool operator==(const JoinMastershipVote&, const JoinMastershipVote&) = default;
};

// The claimant of a lost mastership asks for a member's list.
struct FetchMembersView {
  static constexpr MessageType Type = MessageType::FetchMembersView;
  std::uint32_t round = 0;
  base::Uuid sender;
  base::Uuid receiver;
  friend bool operator==(const FetchMembersView&, const FetchMembersView&) = default;
};
struct FetchMembersViewAnswer {
  static constexpr MessageType Type = MessageType::FetchMembersViewAnswer;
  enum class Verdict : std::uint8_t {
    Accepted = 0,
    RetryLater = 1,  // the answerer does not suspect all older members yet
    Refused = 2,     // the claimant is not in the answerer's list
  };
  std::uint32_t round = 0;
  base::Uuid sender;
  Verdict verdict = Verdict::Refused;
  MembersView view;  // empty unless accepted
  friend bool operator==(const FetchMembersViewAnswer&, const FetchMembersViewAnswer&) = default;
};

// One master to another: who I am, how many we are.
struct SplitBrainCheck {
  static constexpr MessageType Type = MessageType::SplitBrainCheck;
  JoinMessage from;
  std::uint32_t round = 0;
  std::int32_t view_version = 0;
  std::uint32_t data_member_count = 0;
  std::vector<base::Endpoint> members;
  friend bool operator==(const SplitBrainCheck&, const SplitBrainCheck&) = default;
};
// From a master: its own cluster. From another, `is_master` is false, and `from.endpoint` is the
// master to be asked instead, or NoEndpoint.
struct SplitBrainCheckAnswer {
  static constexpr MessageType Type = MessageType::SplitBrainCheckAnswer;
  bool is_master = false;
  SplitBrainCheck cluster;
  friend bool operator==(const SplitBrainCheckAnswer&, const SplitBrainCheckAnswer&) = default;
};

// The losing master tells its members where all of them go.
struct MergeClusters {
  static constexpr MessageType Type = MessageType::MergeClusters;
  base::Uuid sender;
  base::Endpoint target;
  friend bool operator==(const MergeClusters&, const MergeClusters&) = default;
};

// "Your cluster name, or joiner, is not mine." The receiver blacklists the sender for good.
struct ConfigMismatch {
  static constexpr MessageType Type = MessageType::ConfigMismatch;
  std::string cluster_name;
  friend bool operator==(const ConfigMismatch&, const ConfigMismatch&) = default;
};

// A master refuses a joiner for good: the joiner's start-up fails. `reason` is a JoinRefusal.
struct JoinRefused {
  static constexpr MessageType Type = MessageType::JoinRefused;
  std::uint8_t reason = 0;
  friend bool operator==(const JoinRefused&, const JoinRefused&) = default;
};

// To the master: a heartbeat came from a member whose list does not match ours.
struct HeartbeatComplaint {
  static constexpr MessageType Type = MessageType::HeartbeatComplaint;
  ViewMetadata receiver;  // the complainer's own list
  ViewMetadata sender;    // what the heartbeat said
  friend bool operator==(const HeartbeatComplaint&, const HeartbeatComplaint&) = default;
};

// A member asks the master to be drained, and may go when answered.
struct ShutdownRequest {
  static constexpr MessageType Type = MessageType::ShutdownRequest;
  base::Uuid member;
  friend bool operator==(const ShutdownRequest&, const ShutdownRequest&) = default;
};
struct ShutdownAnswer {
  static constexpr MessageType Type = MessageType::ShutdownAnswer;
  base::Uuid member;
  friend bool operator==(const ShutdownAnswer&, const ShutdownAnswer&) = default;
};

}  // namespace splitscope::schemes
