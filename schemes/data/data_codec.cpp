#include "schemes/data/data_codec.hpp"

#include <algorithm>

namespace splitscope::schemes {

using wire::ByteReader;
using wire::ByteWriter;

namespace {

// Leaves room to count on from what a peer says.
constexpr std::uint64_t VersionMax = std::uint64_t{1} << 62;
constexpr std::uint64_t WallTimeMax = std::uint64_t{1} << 52;  // ms

std::uint64_t read_version(ByteReader& reader) {
  const std::uint64_t value = reader.u64();
  if (value > VersionMax) reader.fail();
  return reader.failed() ? 0 : value;
}

std::uint32_t read_partition(ByteReader& reader) {
  const std::uint16_t value = reader.u16();
  if (value >= PartitionCountMax) reader.fail();
  return reader.failed() ? 0 : value;
}

void write_partition(ByteWriter& writer, std::uint32_t partition) {
  writer.u16(static_cast<std::uint16_t>(partition));
}

constexpr std::size_t EntrySize = 8 + 8 + 8 + 4;

void write_entries(ByteWriter& writer, const std::vector<MapEntry>& entries) {
  writer.u32(static_cast<std::uint32_t>(entries.size()));
  for (const MapEntry& entry : entries) {
    writer.u64(entry.key);
    writer.u64(entry.value);
    writer.u64(static_cast<std::uint64_t>(entry.updated_at_ms));
    writer.u32(entry.hits);
  }
}

void read_entries(ByteReader& reader, std::vector<MapEntry>& entries, std::uint32_t count_max) {
  const std::uint32_t count = reader.count(count_max, EntrySize);
  entries.clear();
  entries.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    MapEntry entry;
    entry.key = reader.u64();
    entry.value = reader.u64();
    const std::uint64_t updated = reader.u64();
    if (updated > WallTimeMax) reader.fail();
    entry.updated_at_ms = static_cast<std::int64_t>(updated);
    entry.hits = reader.u32();
    entries.push_back(entry);
  }
}

// Members are named once, rows by their numbers.
void write_rows(ByteWriter& writer, const std::vector<VersionedRow>& rows) {
  std::vector<base::Uuid> members;
  for (const VersionedRow& entry : rows) {
    for (const base::Uuid& member : entry.row.members()) members.push_back(member);
  }
  std::sort(members.begin(), members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
  writer.u32(static_cast<std::uint32_t>(members.size()));
  for (const base::Uuid& member : members) writer.uuid(member);
  writer.u32(static_cast<std::uint32_t>(rows.size()));
  for (const VersionedRow& entry : rows) {
    write_partition(writer, entry.partition);
    writer.u64(entry.version);
    writer.u8(static_cast<std::uint8_t>(entry.row.size()));
    for (const base::Uuid& member : entry.row.members()) {
      const auto found = std::lower_bound(members.begin(), members.end(), member);
      writer.u16(static_cast<std::uint16_t>(found - members.begin()));
    }
  }
}

bool read_row(ByteReader& reader, const std::vector<base::Uuid>& members, VersionedRow& entry) {
  entry.partition = read_partition(reader);
  entry.version = read_version(reader);
  const std::uint8_t size = reader.u8();
  if (size > ReplicaCountMax) return false;
  std::vector<base::Uuid> row;
  for (std::uint8_t i = 0; i < size; ++i) {
    const std::uint16_t index = reader.u16();
    if (index >= members.size()) return false;
    row.push_back(members[index]);
  }
  entry.row = ReplicaRow(row);
  return entry.row.size() == size;  // nobody twice
}

void read_rows(ByteReader& reader, std::vector<VersionedRow>& rows) {
  // Each row may name members of its own in a table that is moving.
  const std::uint32_t member_count = reader.count(MemberCountMax, sizeof(base::Uuid));
  std::vector<base::Uuid> members;
  members.reserve(member_count);
  for (std::uint32_t i = 0; i < member_count; ++i) {
    members.push_back(reader.uuid());
    if (members.back().is_nil()) return reader.fail();
  }
  constexpr std::size_t RowSizeMin = 2 + 8 + 1;
  const std::uint32_t count = reader.count(PartitionCountMax, RowSizeMin);
  rows.clear();
  rows.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    VersionedRow entry;
    if (!read_row(reader, members, entry)) return reader.fail();
    rows.push_back(entry);
  }
}

void write(ByteWriter& writer, const MigrationId& id) {
  write_partition(writer, id.partition);
  writer.u64(id.row_version);
}

void read(ByteReader& reader, MigrationId& id) {
  id.partition = read_partition(reader);
  id.row_version = read_version(reader);
}

}  // namespace

void write_payload(ByteWriter& writer, const AssignPartitions& message) {
  writer.uuid(message.sender);
}
void read_payload(ByteReader& reader, AssignPartitions& message) {
  message.sender = reader.uuid();
}

void write_payload(ByteWriter& writer, const PartitionState& message) {
  writer.uuid(message.sender);
  writer.u16(static_cast<std::uint16_t>(message.partition_count));
  write_rows(writer, message.rows);
}
void read_payload(ByteReader& reader, PartitionState& message) {
  message.sender = reader.uuid();
  message.partition_count = reader.u16();
  if (message.partition_count > PartitionCountMax) reader.fail();
  read_rows(reader, message.rows);
  for (const VersionedRow& entry : message.rows) {
    if (entry.partition >= message.partition_count) return reader.fail();
  }
}

void write_payload(ByteWriter& writer, const FetchPartitionState& message) {
  writer.u32(message.round);
}
void read_payload(ByteReader& reader, FetchPartitionState& message) {
  message.round = reader.u32();
}

void write_payload(ByteWriter& writer, const PartitionStateAnswer& message) {
  writer.u32(message.round);
  write_payload(writer, message.state);
}
void read_payload(ByteReader& reader, PartitionStateAnswer& message) {
  message.round = reader.u32();
  read_payload(reader, message.state);
}

void write_payload(ByteWriter& writer, const MigrationRequest& message) {
  write(writer, message.id);
  writer.uuid(message.destination);
}
void read_payload(ByteReader& reader, MigrationRequest& message) {
  read(reader, message.id);
  message.destination = reader.uuid();
}

void write_payload(ByteWriter& writer, const MigrationChunk& message) {
  write(writer, message.id);
  writer.u64(message.replica_version);
  writer.u32(message.number);
  writer.flag(message.is_last);
  write_entries(writer, message.entries);
}
void read_payload(ByteReader& reader, MigrationChunk& message) {
  read(reader, message.id);
  message.replica_version = read_version(reader);
  message.number = reader.u32();
  message.is_last = reader.flag();
  read_entries(reader, message.entries, ChunkEntryCountMax);
}

void write_payload(ByteWriter& writer, const MigrationAnswer& message) {
  write(writer, message.id);
  writer.uuid(message.destination);
  writer.flag(message.done);
}
void read_payload(ByteReader& reader, MigrationAnswer& message) {
  read(reader, message.id);
  message.destination = reader.uuid();
  message.done = reader.flag();
}

void write_payload(ByteWriter& writer, const AntiEntropy& message) {
  writer.u32(static_cast<std::uint32_t>(message.versions.size()));
  for (const ReplicaVersion& entry : message.versions) {
    write_partition(writer, entry.partition);
    writer.u64(entry.version);
  }
}
void read_payload(ByteReader& reader, AntiEntropy& message) {
  const std::uint32_t count = reader.count(PartitionCountMax, 2 + 8);
  message.versions.clear();
  message.versions.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t partition = read_partition(reader);
    message.versions.push_back({partition, read_version(reader)});
  }
}

void write_payload(ByteWriter& writer, const ReplicaSyncRequest& message) {
  writer.u32(static_cast<std::uint32_t>(message.partitions.size()));
  for (const std::uint32_t partition : message.partitions) write_partition(writer, partition);
}
void read_payload(ByteReader& reader, ReplicaSyncRequest& message) {
  const std::uint32_t count = reader.count(PartitionCountMax, 2);
  message.partitions.clear();
  message.partitions.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) message.partitions.push_back(read_partition(reader));
}

void write_payload(ByteWriter& writer, const ReplicaSync& message) {
  write_partition(writer, message.partition);
  writer.u64(message.replica_version);
  writer.u32(message.number);
  writer.flag(message.is_last);
  write_entries(writer, message.entries);
}
void read_payload(ByteReader& reader, ReplicaSync& message) {
  message.partition = read_partition(reader);
  message.replica_version = read_version(reader);
  message.number = reader.u32();
  message.is_last = reader.flag();
  read_entries(reader, message.entries, ChunkEntryCountMax);
}

void write_payload(ByteWriter& writer, const PutOperation& message) {
  writer.u64(message.call);
  writer.u64(message.key);
  writer.u64(message.value);
}
void read_payload(ByteReader& reader, PutOperation& message) {
  message.call = reader.u64();
  message.key = reader.u64();
  message.value = reader.u64();
}

void write_payload(ByteWriter& writer, const GetOperation& message) {
  writer.u64(message.call);
  writer.u64(message.key);
}
void read_payload(ByteReader& reader, GetOperation& message) {
  message.call = reader.u64();
  message.key = reader.u64();
}

void write_payload(ByteWriter& writer, const MergeOperation& message) {
  writer.u64(message.call);
  write_partition(writer, message.partition);
  write_entries(writer, message.entries);
}
void read_payload(ByteReader& reader, MergeOperation& message) {
  message.call = reader.u64();
  message.partition = read_partition(reader);
  read_entries(reader, message.entries, MergeBatchSizeMax);
}

void write_payload(ByteWriter& writer, const OperationResponse& message) {
  writer.u64(message.call);
  writer.u8(static_cast<std::uint8_t>(message.status));
  writer.u8(static_cast<std::uint8_t>(message.backup_count));
  writer.flag(message.found);
  writer.u64(message.value);
}
void read_payload(ByteReader& reader, OperationResponse& message) {
  message.call = reader.u64();
  const std::uint8_t status = reader.u8();
  if (status > static_cast<std::uint8_t>(OperationResponse::Status::Full)) reader.fail();
  message.status = static_cast<OperationResponse::Status>(status);
  message.backup_count = reader.u8();
  if (message.backup_count > BackupCountMax) reader.fail();
  message.found = reader.flag();
  message.value = reader.u64();
}

void write_payload(ByteWriter& writer, const Backup& message) {
  writer.u64(message.call);
  writer.endpoint(message.caller);
  write_partition(writer, message.partition);
  writer.u64(message.replica_version);
  write_entries(writer, message.entries);
}
void read_payload(ByteReader& reader, Backup& message) {
  message.call = reader.u64();
  message.caller = reader.endpoint();
  message.partition = read_partition(reader);
  message.replica_version = read_version(reader);
  read_entries(reader, message.entries, MergeBatchSizeMax);
}

void write_payload(ByteWriter& writer, const BackupAck& message) {
  writer.u64(message.call);
}
void read_payload(ByteReader& reader, BackupAck& message) {
  message.call = reader.u64();
}

}  // namespace splitscope::schemes
