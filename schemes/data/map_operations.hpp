// Carries out operations on the partitions that this member owns, and keeps backups: by the owner's
// writes, and every partition.backup.sync.interval by comparing versions with the owner
// (anti-entropy). After Hazelcast's OperationBackupHandler and PartitionReplicaManager.
#pragma once

#include <vector>

#include "schemes/data/data_context.hpp"

namespace splitscope::schemes {

class MapOperations final {
 public:
  explicit MapOperations(const DataContext& context);
  MapOperations(const MapOperations&) = delete;
  MapOperations& operator=(const MapOperations&) = delete;

  // The owner's part. Backups acknowledge to `caller`.
  OperationResponse put(base::Endpoint caller, const PutOperation& operation);
  OperationResponse get(const GetOperation& operation);
  OperationResponse merge(base::Endpoint caller, const MergeOperation& operation);

  // The backup's part. True if the caller is to be told that the backup is made.
  bool on_backup(base::Endpoint from, const Backup& backup);
  void on_anti_entropy(base::Endpoint from, const AntiEntropy& message);
  void on_sync_request(base::Endpoint from, const ReplicaSyncRequest& request);
  void on_sync(base::Endpoint from, const ReplicaSync& sync);

  // There are partitions to compare from now on. Again is fine.
  void start_anti_entropy();
  void reset();

 private:
  using Status = OperationResponse::Status;
  struct Incoming {
    std::uint32_t partition = 0;
    std::uint64_t replica_version = 0;
    std::uint32_t chunk_count = 0;
    std::vector<MapEntry> entries;
  };
  Status judge(std::uint32_t partition, bool is_write) const;
  std::uint32_t back_up(base::Endpoint caller, std::uint64_t call, std::uint32_t partition,
                        std::vector<MapEntry> entries);
  void on_anti_entropy_tick();
  void send_partition(base::Endpoint to, std::uint32_t partition);
  std::int64_t wall_ms() const;

  DataContext context_;
  env::Timer timer_;
  bool is_comparing_ = false;
  std::vector<Incoming> incoming_;  // partitions that their owner sends anew, in parts
};

}  // namespace splitscope::schemes
