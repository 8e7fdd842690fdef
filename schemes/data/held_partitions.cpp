#include "schemes/data/held_partitions.hpp"

#include <algorithm>

namespace splitscope::schemes {

using base::Uuid;

void HeldPartitions::reset(const Uuid& self) {
  self_ = self;
  table_ = PartitionTable{};
  store_ = MapStore{};
  copying_.clear();
  staged_.clear();
}

void HeldPartitions::create_table(std::uint32_t partition_count) {
  if (table_.partition_count() != 0) return;
  table_ = PartitionTable(partition_count);
  store_ = MapStore(partition_count);
  copying_.assign(partition_count, false);
}

bool HeldPartitions::is_owner(std::uint32_t partition) const {
  return partition < table_.partition_count() && table_.row(partition).owner() == self_;
}

bool HeldPartitions::is_holder(std::uint32_t partition) const {
  return partition < table_.partition_count() && table_.row(partition).contains(self_);
}

std::size_t HeldPartitions::owned_entry_count() const {
  std::size_t count = 0;
  for (std::uint32_t i = 0; i < table_.partition_count(); ++i) {
    if (is_owner(i)) count += store_.entry_count(i);
  }
  return count;
}

std::uint32_t HeldPartitions::owned_partition_count() const {
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < table_.partition_count(); ++i) {
    if (is_owner(i)) ++count;
  }
  return count;
}

bool HeldPartitions::adopt(const VersionedRow& update) {
  const bool held_before = is_holder(update.partition);
  if (!table_.adopt(update)) return false;
  settle(update.partition, held_before);
  return true;
}

void HeldPartitions::set_row(std::uint32_t partition, const ReplicaRow& row) {
  const bool held_before = is_holder(partition);
  table_.set_row(partition, row);
  settle(partition, held_before);
}

Promotion HeldPartitions::drop_all_but(std::span<const Uuid> sorted_members) {
  std::vector<bool> held_before;
  for (std::uint32_t i = 0; i < table_.partition_count(); ++i) held_before.push_back(is_holder(i));
  Promotion promotion = promote(table_, sorted_members);
  for (const std::uint32_t partition : promotion.changed) settle(partition, held_before[partition]);
  for (const std::uint32_t partition : promotion.lost) settle(partition, held_before[partition]);
  return promotion;
}

void HeldPartitions::settle(std::uint32_t partition, bool held_before) {
  copying_[partition] = false;
  const auto staged = staged_.find(partition);
  const bool has_copy = staged != staged_.end() && staged->second.is_complete;
  if (!is_holder(partition)) {
    if (held_before) store_.drop(partition);
  } else if (!held_before) {
    std::vector<MapEntry> entries;
    if (has_copy) {
      for (const auto& [key, entry] : staged->second.entries) entries.push_back(entry);
    }
    store_.replace(partition, entries, has_copy ? staged->second.replica_version : 0);
  }
  if (staged != staged_.end()) staged_.erase(staged);
}

void HeldPartitions::end_all_copying() {
  std::fill(copying_.begin(), copying_.end(), false);
  staged_.clear();
}

bool HeldPartitions::stage(const MigrationChunk& chunk) {
  if (chunk.id.partition >= table_.partition_count()) return false;
  if (chunk.number == 0) {
    staged_[chunk.id.partition] =
        Staged{.id = chunk.id, .replica_version = chunk.replica_version, .entries = {}};
  }
  const auto found = staged_.find(chunk.id.partition);
  if (found == staged_.end()) return false;
  Staged& staged = found->second;
  const bool follows = staged.id == chunk.id && staged.chunk_count == chunk.number &&
                       !staged.is_complete &&
                       staged.entries.size() + chunk.entries.size() <= MapStore::EntryCountMax;
  if (!follows) return false;
  for (const MapEntry& entry : chunk.entries) staged.entries[entry.key] = entry;
  ++staged.chunk_count;
  staged.is_complete = chunk.is_last;
  return true;
}

bool HeldPartitions::is_staged(const MigrationId& id) const {
  const auto found = staged_.find(id.partition);
  return found != staged_.end() && found->second.id == id && found->second.is_complete;
}

bool HeldPartitions::write(std::uint32_t partition, const MapEntry& entry) {
  return store_.write(partition, entry);
}

bool HeldPartitions::write_backup(std::uint32_t partition, const MapEntry& entry,
                                  std::uint64_t version) {
  if (partition >= table_.partition_count()) return false;
  if (is_holder(partition)) return store_.write_backup(partition, entry, version);
  // The owner has heard already that we are a backup, and we have not.
  const auto found = staged_.find(partition);
  if (found == staged_.end() || !found->second.is_complete) return false;
  found->second.entries[entry.key] = entry;
  found->second.replica_version = version;
  return true;
}

void HeldPartitions::replace(std::uint32_t partition, std::span<const MapEntry> entries,
                             std::uint64_t version) {
  if (is_holder(partition) && !is_owner(partition)) store_.replace(partition, entries, version);
}

}  // namespace splitscope::schemes
