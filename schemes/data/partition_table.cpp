#include "schemes/data/partition_table.hpp"

#include <algorithm>

#include "engine/base/assert.hpp"
#include "engine/base/prng.hpp"

namespace splitscope::schemes {

using base::Uuid;

ReplicaRow::ReplicaRow(std::span<const Uuid> members) {
  std::uint32_t count = 0;
  for (const Uuid& member : members) {
    if (count == ReplicaCountMax) return;
    if (!member.is_nil() && !contains(member)) members_[count++] = member;
  }
}

std::uint32_t ReplicaRow::size() const {
  const auto end = std::find(members_.begin(), members_.end(), Uuid{});
  return static_cast<std::uint32_t>(end - members_.begin());
}

std::uint32_t ReplicaRow::index_of(const Uuid& member) const {
  if (member.is_nil()) return ReplicaCountMax;
  const auto found = std::find(members_.begin(), members_.end(), member);
  return static_cast<std::uint32_t>(found - members_.begin());
}

ReplicaRow ReplicaRow::retained(std::span<const Uuid> sorted_members) const {
  ReplicaRow result;
  std::uint32_t count = 0;
  for (const Uuid& member : members()) {
    if (std::binary_search(sorted_members.begin(), sorted_members.end(), member)) {
      result.members_[count++] = member;
    }
  }
  return result;
}

PartitionTable::PartitionTable(std::uint32_t partition_count) {
  SPLITSCOPE_ASSERT(partition_count >= 1);
  SPLITSCOPE_ASSERT(partition_count <= PartitionCountMax);
  rows_.resize(partition_count);
  for (std::uint32_t i = 0; i < partition_count; ++i) rows_[i].partition = i;
}

std::vector<ReplicaRow> PartitionTable::plain_rows() const {
  std::vector<ReplicaRow> rows;
  rows.reserve(rows_.size());
  for (const VersionedRow& entry : rows_) rows.push_back(entry.row);
  return rows;
}

void PartitionTable::set_row(std::uint32_t partition, const ReplicaRow& row) {
  SPLITSCOPE_ASSERT(partition < rows_.size());
  rows_[partition].row = row;
  rows_[partition].version = ++version_;
}

bool PartitionTable::adopt(const VersionedRow& update) {
  if (update.partition >= rows_.size()) return false;
  VersionedRow& own = rows_[update.partition];
  if (update.version <= own.version) return false;
  own = update;
  version_ = std::max(version_, update.version);
  return true;
}

std::uint32_t partition_of(std::uint64_t key, std::uint32_t partition_count) {
  SPLITSCOPE_ASSERT(partition_count > 0);
  return static_cast<std::uint32_t>(base::mix(key) % partition_count);
}

Promotion promote(PartitionTable& table, std::span<const Uuid> sorted_members) {
  Promotion promotion;
  for (std::uint32_t i = 0; i < table.partition_count(); ++i) {
    const ReplicaRow before = table.row(i);
    const ReplicaRow after = before.retained(sorted_members);
    if (before == after) continue;
    if (before.owner() != after.owner()) promotion.owner_lost.push_back(i);
    (after.is_empty() ? promotion.lost : promotion.changed).push_back(i);
    table.set_row(i, after);
  }
  return promotion;
}

}  // namespace splitscope::schemes
