#include "schemes/membership/message_codec.hpp"

namespace splitscope::schemes {

using wire::ByteReader;
using wire::ByteWriter;

namespace {

// An enumeration whose numbers are 0 to `last`.
template <typename Enum>
Enum read_enum(ByteReader& reader, Enum last) {
  const std::uint8_t value = reader.u8();
  if (value > static_cast<std::uint8_t>(last)) reader.fail();
  return static_cast<Enum>(value);
}

// Leaves room to count on from what a peer says.
constexpr std::uint32_t VersionMax = 1u << 30;

std::int32_t read_version(ByteReader& reader) {
  const std::uint32_t value = reader.u32();
  if (value > VersionMax) reader.fail();
  return reader.failed() ? 0 : static_cast<std::int32_t>(value);
}

void write_version(ByteWriter& writer, std::int32_t version) {
  writer.u32(static_cast<std::uint32_t>(version));
}

void write(ByteWriter& writer, const Version& version) {
  writer.u8(version.major);
  writer.u8(version.minor);
  writer.u8(version.patch);
}

void read(ByteReader& reader, Version& version) {
  version.major = reader.u8();
  version.minor = reader.u8();
  version.patch = reader.u8();
}

// Far beyond any clock, far below overflow when subtracted.
constexpr std::uint64_t WallTimeMax = std::uint64_t{1} << 62;

std::int64_t read_wall_time(ByteReader& reader) {
  const std::uint64_t value = reader.u64();
  if (value >= WallTimeMax) reader.fail();
  return reader.failed() ? 0 : static_cast<std::int64_t>(value);
}

void write_wall_time(ByteWriter& writer, std::int64_t time_ns) {
  writer.u64(static_cast<std::uint64_t>(time_ns));
}

constexpr std::size_t UuidSize = 16;
constexpr std::size_t MemberInfoSize = 16 + 6 + 4 + 1;

void write_view(ByteWriter& writer, const MembersView& view) {
  write_version(writer, view.version());
  writer.u32(view.size());
  for (const MemberInfo& member : view.members()) {
    writer.uuid(member.uuid);
    writer.endpoint(member.endpoint);
    write_version(writer, member.join_version);
    writer.flag(member.data_member);
  }
}

void read_view(ByteReader& reader, MembersView& view) {
  const std::int32_t version = read_version(reader);
  const std::uint32_t count = reader.count(MembersView::SizeMax, MemberInfoSize);
  std::vector<MemberInfo> members;
  members.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    MemberInfo member;
    member.uuid = reader.uuid();
    member.endpoint = reader.endpoint();
    member.join_version = read_version(reader);
    member.data_member = reader.flag();
    members.push_back(member);
  }
  if (reader.failed()) return;
  auto made = MembersView::make(version, std::move(members));
  if (!made) return reader.fail();
  view = *std::move(made);
}

void write(ByteWriter& writer, const JoinMessage& message) {
  writer.endpoint(message.endpoint);
  writer.uuid(message.uuid);
  writer.text(message.cluster_name);
  write(writer, message.version);
  writer.u8(static_cast<std::uint8_t>(message.joiner));
  writer.flag(message.data_member);
}

void read(ByteReader& reader, JoinMessage& message) {
  message.endpoint = reader.endpoint();
  message.uuid = reader.uuid();
  message.cluster_name = reader.text(ClusterNameSizeMax);
  read(reader, message.version);
  message.joiner = read_enum(reader, JoinerKind::None);
  message.data_member = reader.flag();
}

void write(ByteWriter& writer, const ViewMetadata& metadata) {
  writer.endpoint(metadata.member);
  writer.uuid(metadata.member_uuid);
  writer.endpoint(metadata.master);
  writer.uuid(metadata.master_uuid);
  write_version(writer, metadata.version);
}

void read(ByteReader& reader, ViewMetadata& metadata) {
  metadata.member = reader.endpoint();
  metadata.member_uuid = reader.uuid();
  metadata.master = reader.endpoint();
  metadata.master_uuid = reader.uuid();
  metadata.version = read_version(reader);
}

}  // namespace

void write_payload(ByteWriter& writer, const Bind& message) {
  writer.endpoint(message.endpoint);
  writer.endpoint(message.target);
  writer.flag(message.answer_expected);
  writer.u64(message.life);
  writer.u32(message.counter);
}

void read_payload(ByteReader& reader, Bind& message) {
  message.endpoint = reader.endpoint();
  message.target = reader.endpoint();
  message.answer_expected = reader.flag();
  message.life = reader.u64();
  message.counter = reader.u32();
}

void write_payload(ByteWriter& writer, const WhoIsMaster& message) {
  write(writer, message.from);
}
void read_payload(ByteReader& reader, WhoIsMaster& message) {
  read(reader, message.from);
}

void write_payload(ByteWriter& writer, const MasterAnswer& message) {
  writer.endpoint(message.master);
}
void read_payload(ByteReader& reader, MasterAnswer& message) {
  message.master = reader.endpoint();
}

void write_payload(ByteWriter& writer, const JoinRequest& message) {
  write(writer, message.from);
  writer.u32(message.try_count);
}
void read_payload(ByteReader& reader, JoinRequest& message) {
  read(reader, message.from);
  message.try_count = reader.u32();
}

void write_payload(ByteWriter& writer, const FinalizeJoin& message) {
  writer.uuid(message.sender);
  writer.uuid(message.receiver);
  write(writer, message.cluster_version);
  write_wall_time(writer, message.wall_time_ns);
  write_view(writer, message.view);
}
void read_payload(ByteReader& reader, FinalizeJoin& message) {
  message.sender = reader.uuid();
  message.receiver = reader.uuid();
  read(reader, message.cluster_version);
  message.wall_time_ns = read_wall_time(reader);
  read_view(reader, message.view);
}

void write_payload(ByteWriter& writer, const MembersUpdate& message) {
  writer.uuid(message.sender);
  write_view(writer, message.view);
}
void read_payload(ByteReader& reader, MembersUpdate& message) {
  message.sender = reader.uuid();
  read_view(reader, message.view);
}

void write_payload(ByteWriter& writer, const Heartbeat& message) {
  write(writer, message.sender);
  write_wall_time(writer, message.wall_time_ns);
  writer.u32(static_cast<std::uint32_t>(message.lost.size()));
  for (const base::Uuid& uuid : message.lost) writer.uuid(uuid);
}
void read_payload(ByteReader& reader, Heartbeat& message) {
  read(reader, message.sender);
  message.wall_time_ns = read_wall_time(reader);
  const std::uint32_t count = reader.count(MemberCountMax, UuidSize);
  if (count > 0) message.lost.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) message.lost.push_back(reader.uuid());
}

void write_payload(ByteWriter& writer, const ExplicitSuspicion& message) {
  write(writer, message.expected);
  writer.uuid(message.joining);
}
void read_payload(ByteReader& reader, ExplicitSuspicion& message) {
  read(reader, message.expected);
  message.joining = reader.uuid();
}

void write_payload(ByteWriter& writer, const ExplicitSuspicionTrigger& message) {
  write_version(writer, message.version);
  write(writer, message.suspect);
}
void read_payload(ByteReader& reader, ExplicitSuspicionTrigger& message) {
  message.version = read_version(reader);
  read(reader, message.suspect);
}

void write_payload(ByteWriter& writer, const JoinMastershipClaim& message) {
  writer.u32(message.round);
}
void read_payload(ByteReader& reader, JoinMastershipClaim& message) {
  message.round = reader.u32();
}

void write_payload(ByteWriter& writer, const JoinMastershipVote& message) {
  writer.u32(message.round);
  writer.flag(message.yes);
}
void read_payload(ByteReader& reader, JoinMastershipVote& message) {
  message.round = reader.u32();
  message.yes = reader.flag();
}

void write_payload(ByteWriter& writer, const FetchMembersView& message) {
  writer.u32(message.round);
  writer.uuid(message.sender);
  writer.uuid(message.receiver);
}
void read_payload(ByteReader& reader, FetchMembersView& message) {
  message.round = reader.u32();
  message.sender = reader.uuid();
  message.receiver = reader.uuid();
}

void write_payload(ByteWriter& writer, const FetchMembersViewAnswer& message) {
  writer.u32(message.round);
  writer.uuid(message.sender);
  writer.u8(static_cast<std::uint8_t>(message.verdict));
  write_view(writer, message.view);
}
void read_payload(ByteReader& reader, FetchMembersViewAnswer& message) {
  message.round = reader.u32();
  message.sender = reader.uuid();
  message.verdict = read_enum(reader, FetchMembersViewAnswer::Verdict::Refused);
  read_view(reader, message.view);
}

void write_payload(ByteWriter& writer, const SplitBrainCheck& message) {
  write(writer, message.from);
  writer.u32(message.round);
  write_version(writer, message.view_version);
  writer.u32(message.data_member_count);
  writer.u32(static_cast<std::uint32_t>(message.members.size()));
  for (const base::Endpoint& member : message.members) writer.endpoint(member);
}
void read_payload(ByteReader& reader, SplitBrainCheck& message) {
  read(reader, message.from);
  message.round = reader.u32();
  message.view_version = read_version(reader);
  message.data_member_count = reader.u32();
  constexpr std::size_t EndpointSize = 6;
  const std::uint32_t count = reader.count(MemberCountMax, EndpointSize);
  message.members.clear();
  message.members.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) message.members.push_back(reader.endpoint());
}

void write_payload(ByteWriter& writer, const SplitBrainCheckAnswer& message) {
  writer.flag(message.is_master);
  write_payload(writer, message.cluster);
}
void read_payload(ByteReader& reader, SplitBrainCheckAnswer& message) {
  message.is_master = reader.flag();
  read_payload(reader, message.cluster);
}

void write_payload(ByteWriter& writer, const MergeClusters& message) {
  writer.uuid(message.sender);
  writer.endpoint(message.target);
}
void read_payload(ByteReader& reader, MergeClusters& message) {
  message.sender = reader.uuid();
  message.target = reader.endpoint();
}

void write_payload(ByteWriter& writer, const ConfigMismatch& message) {
  writer.text(message.cluster_name);
}
void read_payload(ByteReader& reader, ConfigMismatch& message) {
  message.cluster_name = reader.text(ClusterNameSizeMax);
}

void write_payload(ByteWriter& writer, const JoinRefused& message) {
  writer.u8(message.reason);
}
void read_payload(ByteReader& reader, JoinRefused& message) {
  message.reason = reader.u8();
}

void write_payload(ByteWriter& writer, const HeartbeatComplaint& message) {
  write(writer, message.receiver);
  write(writer, message.sender);
}
void read_payload(ByteReader& reader, HeartbeatComplaint& message) {
  read(reader, message.receiver);
  read(reader, message.sender);
}

void write_payload(ByteWriter& writer, const ShutdownRequest& message) {
  writer.uuid(message.member);
}
void read_payload(ByteReader& reader, ShutdownRequest& message) {
  message.member = reader.uuid();
}

void write_payload(ByteWriter& writer, const ShutdownAnswer& message) {
  writer.uuid(message.member);
}
void read_payload(ByteReader& reader, ShutdownAnswer& message) {
  message.member = reader.uuid();
}

}  // namespace splitscope::schemes
