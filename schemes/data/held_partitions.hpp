// What one member knows of the partitions and holds of them: the table, its entries, and copies
// that are on their way in. Pure: it knows no Environment. Every change of a row goes through here,
// so that entries follow the rows.
//
// Invariants: entries are held only of partitions whose row names this member; a staged copy counts
// for nothing until a row names this member.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "schemes/data/data_messages.hpp"

namespace splitscope::schemes {

class HeldPartitions {
 public:
  // Forgets everything: a member that has not joined, or joins another cluster.
  void reset(const base::Uuid& self);
  // Makes the empty table, if there is none. Precondition: 1 <= count <= PartitionCountMax.
  void create_table(std::uint32_t partition_count);

  const base::Uuid& self() const { return self_; }
  const PartitionTable& table() const { return table_; }
  const MapStore& store() const { return store_; }
  bool is_owner(std::uint32_t partition) const;
  bool is_holder(std::uint32_t partition) const;
  // Entries of all partitions that this member owns.
  std::size_t owned_entry_count() const;
  std::uint32_t owned_partition_count() const;

  // A row from the master; see PartitionTable::adopt.
  bool adopt(const VersionedRow& update);
  // As master.
  void set_row(std::uint32_t partition, const ReplicaRow& row);
  Promotion drop_all_but(std::span<const base::Uuid> sorted_members);

  // While an owner copies a partition it takes no writes; any change of the row ends that.
  void begin_copying(std::uint32_t partition) { copying_[partition] = true; }
  bool is_copying(std::uint32_t partition) const { return copying_[partition]; }
  // The master who asked for it is gone.
  void end_all_copying();

  // A part of a copy on its way in. False: it does not follow the one before.
  bool stage(const MigrationChunk& chunk);
  bool is_staged(const MigrationId& id) const;

  // By the owner.
  bool write(std::uint32_t partition, const MapEntry& entry);
  std::optional<MapEntry> read(std::uint32_t partition, std::uint64_t key) {
    return store_.read(partition, key);
  }
  // From the owner; false if this member neither holds the partition nor a copy of it.
  bool write_backup(std::uint32_t partition, const MapEntry& entry, std::uint64_t version);
  // A backup is replaced by what its owner has. Ignored if this member is no backup of it.
  void replace(std::uint32_t partition, std::span<const MapEntry> entries, std::uint64_t version);

 private:
  struct Staged {
    MigrationId id;
    std::uint64_t replica_version = 0;
    std::uint32_t chunk_count = 0;
    bool is_complete = false;
    std::map<std::uint64_t, MapEntry> entries;
  };
  void settle(std::uint32_t partition, bool held_before);

  base::Uuid self_;
  PartitionTable table_;
  MapStore store_;
  std::vector<bool> copying_;
  std::map<std::uint32_t, Staged> staged_;  // by partition
};

}  // namespace splitscope::schemes
