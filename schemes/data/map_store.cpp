#include "schemes/data/map_store.hpp"

#include <algorithm>

namespace splitscope::schemes {

std::vector<MapEntry> MapStore::entries(std::uint32_t partition, std::optional<std::uint64_t> after,
                                        std::size_t count_max) const {
  const auto& entries = partitions_[partition].entries;
  std::vector<MapEntry> result;
  for (auto at = after.has_value() ? entries.upper_bound(*after) : entries.begin();
       at != entries.end() && result.size() < count_max; ++at) {
    result.push_back(at->second);
  }
  return result;
}

std::vector<MapEntry> MapStore::all_entries(std::uint32_t partition) const {
  return entries(partition, std::nullopt, EntryCountMax);
}

std::optional<MapEntry> MapStore::read(std::uint32_t partition, std::uint64_t key) {
  const auto found = partitions_[partition].entries.find(key);
  if (found == partitions_[partition].entries.end()) return std::nullopt;
  ++found->second.hits;
  return found->second;
}

std::optional<MapEntry> MapStore::peek(std::uint32_t partition, std::uint64_t key) const {
  const auto found = partitions_[partition].entries.find(key);
  if (found == partitions_[partition].entries.end()) return std::nullopt;
  return found->second;
}

bool MapStore::store(Partition& partition, const MapEntry& entry) {
  const auto found = partition.entries.find(entry.key);
  if (found != partition.entries.end()) {
    found->second = entry;
    return true;
  }
  if (entry_count_ >= EntryCountMax) return false;
  partition.entries.emplace(entry.key, entry);
  ++entry_count_;
  return true;
}

bool MapStore::write(std::uint32_t partition, const MapEntry& entry) {
  if (!store(partitions_[partition], entry)) return false;
  ++partitions_[partition].version;
  return true;
}

bool MapStore::write_backup(std::uint32_t partition, const MapEntry& entry, std::uint64_t version) {
  Partition& replica = partitions_[partition];
  if (!store(replica, entry)) return false;
  if (version != replica.version + 1) replica.has_gap = true;
  replica.version = version;
  return true;
}

void MapStore::replace(std::uint32_t partition, std::span<const MapEntry> entries,
                       std::uint64_t version) {
  drop(partition);
  for (const MapEntry& entry : entries) store(partitions_[partition], entry);
  partitions_[partition].version = version;
}

void MapStore::drop(std::uint32_t partition) {
  entry_count_ -= partitions_[partition].entries.size();
  partitions_[partition] = Partition{};
}

}  // namespace splitscope::schemes
