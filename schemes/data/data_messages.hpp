// What members say to each other about data, as typed values; data_codec.hpp turns them into bytes
// and back. Names are Hazelcast's operations without their suffix. Plain data.
#pragma once

#include <cstdint>
#include <vector>

#include "schemes/data/map_store.hpp"
#include "schemes/data/partition_table.hpp"
#include "schemes/membership/messages.hpp"

namespace splitscope::schemes {

// Entries in one message; a partition with more goes in several.
inline constexpr std::uint32_t ChunkEntryCountMax = 1000;
// Keys in one merge operation (Hazelcast's merge batch).
inline constexpr std::uint32_t MergeBatchSizeMax = 100;

// To the master: data is asked for, and nobody owns a partition yet.
struct AssignPartitions {
  static constexpr MessageType Type = MessageType::AssignPartitions;
  base::Uuid sender;
  friend bool operator==(const AssignPartitions&, const AssignPartitions&) = default;
};

// From the master: all rows, or those that changed.
struct PartitionState {
  static constexpr MessageType Type = MessageType::PartitionState;
  base::Uuid sender;
  std::uint32_t partition_count = 0;
  std::vector<VersionedRow> rows;
  friend bool operator==(const PartitionState&, const PartitionState&) = default;
};

// A new master asks for the table that each member knows.
struct FetchPartitionState {
  static constexpr MessageType Type = MessageType::FetchPartitionState;
  std::uint32_t round = 0;
  friend bool operator==(const FetchPartitionState&, const FetchPartitionState&) = default;
};
struct PartitionStateAnswer {
  static constexpr MessageType Type = MessageType::PartitionStateAnswer;
  std::uint32_t round = 0;
  PartitionState state;  // no rows: the member knows of no arrangement
  friend bool operator==(const PartitionStateAnswer&, const PartitionStateAnswer&) = default;
};

// One copying of a partition: `row_version` is that of the row that the master wants changed.
struct MigrationId {
  std::uint32_t partition = 0;
  std::uint64_t row_version = 0;
  friend auto operator<=>(const MigrationId&, const MigrationId&) = default;
};

// From the master to the owner: copy a partition to that member.
struct MigrationRequest {
  static constexpr MessageType Type = MessageType::MigrationRequest;
  MigrationId id;
  base::Uuid destination;
  friend bool operator==(const MigrationRequest&, const MigrationRequest&) = default;
};
// From the owner to the new holder: entries of the partition, in order.
struct MigrationChunk {
  static constexpr MessageType Type = MessageType::Migration;
  MigrationId id;
  std::uint64_t replica_version = 0;
  std::uint32_t number = 0;  // of the chunk, from 0
  bool is_last = false;
  std::vector<MapEntry> entries;
  friend bool operator==(const MigrationChunk&, const MigrationChunk&) = default;
};
// From the new holder to the owner, and from the owner to the master: all is copied, or not.
struct MigrationAnswer {
  static constexpr MessageType Type = MessageType::MigrationAnswer;
  MigrationId id;
  base::Uuid destination;
  bool done = false;
  friend bool operator==(const MigrationAnswer&, const MigrationAnswer&) = default;
};

// From an owner to a backup: the versions of the partitions that it should hold.
struct ReplicaVersion {
  std::uint32_t partition = 0;
  std::uint64_t version = 0;
  friend bool operator==(const ReplicaVersion&, const ReplicaVersion&) = default;
};
struct AntiEntropy {
  static constexpr MessageType Type = MessageType::AntiEntropy;
  std::vector<ReplicaVersion> versions;
  friend bool operator==(const AntiEntropy&, const AntiEntropy&) = default;
};
// From the backup: send me those anew.
struct ReplicaSyncRequest {
  static constexpr MessageType Type = MessageType::ReplicaSyncRequest;
  std::vector<std::uint32_t> partitions;
  friend bool operator==(const ReplicaSyncRequest&, const ReplicaSyncRequest&) = default;
};
struct ReplicaSync {
  static constexpr MessageType Type = MessageType::ReplicaSync;
  std::uint32_t partition = 0;
  std::uint64_t replica_version = 0;
  std::uint32_t number = 0;
  bool is_last = false;
  std::vector<MapEntry> entries;
  friend bool operator==(const ReplicaSync&, const ReplicaSync&) = default;
};

// --- operations on the map ---

// `call` is unique within the caller's life.
struct PutOperation {
  static constexpr MessageType Type = MessageType::Put;
  std::uint64_t call = 0;
  std::uint64_t key = 0;
  std::uint64_t value = 0;
  friend bool operator==(const PutOperation&, const PutOperation&) = default;
};
struct GetOperation {
  static constexpr MessageType Type = MessageType::Get;
  std::uint64_t call = 0;
  std::uint64_t key = 0;
  friend bool operator==(const GetOperation&, const GetOperation&) = default;
};
// What a member brings from the cluster that it gave up; all keys are of one partition.
struct MergeOperation {
  static constexpr MessageType Type = MessageType::Merge;
  std::uint64_t call = 0;
  std::uint32_t partition = 0;
  std::vector<MapEntry> entries;
  friend bool operator==(const MergeOperation&, const MergeOperation&) = default;
};

struct OperationResponse {
  static constexpr MessageType Type = MessageType::OperationResponse;
  enum class Status : std::uint8_t {
    Done = 0,
    WrongTarget = 1,  // the answerer does not own the partition: ask whom the table names
    Migrating = 2,    // it is on the move: ask again
    NoQuorum = 3,     // split-brain protection: too few members
    Full = 4,
  };
  std::uint64_t call = 0;
  Status status = Status::Done;
  std::uint32_t backup_count = 0;  // acknowledgements that the caller is to wait for
  bool found = false;
  std::uint64_t value = 0;
  friend bool operator==(const OperationResponse&, const OperationResponse&) = default;
};

// From the owner to a backup, which acknowledges to the caller.
struct Backup {
  static constexpr MessageType Type = MessageType::Backup;
  std::uint64_t call = 0;
  base::Endpoint caller;
  std::uint32_t partition = 0;
  std::uint64_t replica_version = 0;  // of the first entry; each further one has the next
  std::vector<MapEntry> entries;
  friend bool operator==(const Backup&, const Backup&) = default;
};
struct BackupAck {
  static constexpr MessageType Type = MessageType::BackupAck;
  std::uint64_t call = 0;
  friend bool operator==(const BackupAck&, const BackupAck&) = default;
};

}  // namespace splitscope::schemes
