// Who holds which partition: for each one an owner (replica 0) and its backups. Hides: versions.
// The master changes rows and raises the version; everybody else takes rows that are newer than
// their own, so that updates may come late, twice, whole or in part. After Hazelcast's
// InternalPartition and PartitionReplicaManager.
//
// Invariants: a member stands in a row at most once; no hole lies before a replica; the version of
// the table is that of its newest row.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/ids.hpp"

namespace splitscope::schemes {

inline constexpr std::uint32_t BackupCountMax = 6;  // InternalPartition
inline constexpr std::uint32_t ReplicaCountMax = BackupCountMax + 1;
inline constexpr std::uint32_t PartitionCountMax = 8192;

// The members that hold one partition, owner first; nil beyond the last.
class ReplicaRow {
 public:
  ReplicaRow() = default;
  // Those beyond ReplicaCountMax, nils and repetitions are left out.
  explicit ReplicaRow(std::span<const base::Uuid> members);

  const base::Uuid& owner() const { return members_.front(); }
  bool is_empty() const { return owner().is_nil(); }
  std::uint32_t size() const;
  const base::Uuid& at(std::uint32_t index) const { return members_[index]; }
  std::span<const base::Uuid> members() const { return {members_.data(), size()}; }
  // Position of the member, or ReplicaCountMax.
  std::uint32_t index_of(const base::Uuid& member) const;
  bool contains(const base::Uuid& member) const { return index_of(member) < ReplicaCountMax; }
  // Those that stay, in order: the first backup that is left becomes owner.
  ReplicaRow retained(std::span<const base::Uuid> sorted_members) const;

  friend bool operator==(const ReplicaRow&, const ReplicaRow&) = default;

 private:
  std::array<base::Uuid, ReplicaCountMax> members_{};
};

struct VersionedRow {
  std::uint32_t partition = 0;
  std::uint64_t version = 0;
  ReplicaRow row;
  friend bool operator==(const VersionedRow&, const VersionedRow&) = default;
};

class PartitionTable {
 public:
  // Without partitions: nobody has asked for data yet.
  PartitionTable() = default;
  // Precondition: 1 <= partition_count <= PartitionCountMax. All rows are empty, version 0.
  explicit PartitionTable(std::uint32_t partition_count);

  std::uint32_t partition_count() const { return static_cast<std::uint32_t>(rows_.size()); }
  // Some row names an owner.
  bool is_arranged() const { return version_ > 0; }
  std::uint64_t version() const { return version_; }
  const ReplicaRow& row(std::uint32_t partition) const { return rows_[partition].row; }
  std::uint64_t row_version(std::uint32_t partition) const { return rows_[partition].version; }
  std::span<const VersionedRow> rows() const { return rows_; }
  std::vector<ReplicaRow> plain_rows() const;

  // By the master: the row changes, or is confirmed, under the next version.
  void set_row(std::uint32_t partition, const ReplicaRow& row);
  // By everybody else: true if the row was newer than ours and is ours now. Stale rows and
  // partitions that we do not have are ignored.
  bool adopt(const VersionedRow& update);

  friend bool operator==(const PartitionTable&, const PartitionTable&) = default;

 private:
  std::uint64_t version_ = 0;
  std::vector<VersionedRow> rows_;  // by partition
};

// Which partition a key belongs to. Precondition: partition_count > 0.
std::uint32_t partition_of(std::uint64_t key, std::uint32_t partition_count);

// What a change of the members does to a table before anything is moved.
struct Promotion {
  std::vector<std::uint32_t> changed;     // partitions that lost a replica, and have one left
  std::vector<std::uint32_t> owner_lost;  // of those and of `lost`: the owner was among them
  std::vector<std::uint32_t> lost;        // owner and all backups are gone: their rows are empty
  friend bool operator==(const Promotion&, const Promotion&) = default;
};
// Drops everybody who is not in `sorted_members`; the first backup left owns.
Promotion promote(PartitionTable& table, std::span<const base::Uuid> sorted_members);

}  // namespace splitscope::schemes
