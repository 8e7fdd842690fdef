// The entries that one member holds, by partition: as owner, as backup, or being copied to it. Who
// may hold what is not decided here. Each partition counts its writes, so that an owner and its
// backups can be compared without their entries (Hazelcast's replica versions).
//
// Invariant: entries of a partition are found by ascending key; at most EntryCountMax in all.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace splitscope::schemes {

// One key of the map, and what merge policies compare.
struct MapEntry {
  std::uint64_t key = 0;
  std::uint64_t value = 0;
  std::int64_t updated_at_ms = 0;  // of the owner's wall clock, since 1970
  std::uint32_t hits = 0;          // reads and writes
  friend bool operator==(const MapEntry&, const MapEntry&) = default;
};

class MapStore {
 public:
  static constexpr std::size_t EntryCountMax = std::size_t{1} << 20;

  explicit MapStore(std::uint32_t partition_count = 0) : partitions_(partition_count) {}

  std::uint32_t partition_count() const { return static_cast<std::uint32_t>(partitions_.size()); }
  std::size_t entry_count() const { return entry_count_; }
  std::size_t entry_count(std::uint32_t partition) const {
    return partitions_[partition].entries.size();
  }
  std::uint64_t replica_version(std::uint32_t partition) const {
    return partitions_[partition].version;
  }
  // Whether this copy is known to be what an owner with that version has.
  bool is_in_sync(std::uint32_t partition, std::uint64_t owner_version) const {
    return !partitions_[partition].has_gap && partitions_[partition].version == owner_version;
  }
  // In ascending order of keys, those above `after` (all without it), at most `count_max`.
  std::vector<MapEntry> entries(std::uint32_t partition, std::optional<std::uint64_t> after,
                                std::size_t count_max) const;
  std::vector<MapEntry> all_entries(std::uint32_t partition) const;
  // Counts as a hit.
  std::optional<MapEntry> read(std::uint32_t partition, std::uint64_t key);
  std::optional<MapEntry> peek(std::uint32_t partition, std::uint64_t key) const;

  // By the owner: the entry is written, the partition's version grows by one. False: the store is
  // full.
  bool write(std::uint32_t partition, const MapEntry& entry);
  // By a backup: the same under the version that the owner gave it. A version that does not follow
  // ours tells that writes were missed: the copy is out of sync until it is replaced.
  bool write_backup(std::uint32_t partition, const MapEntry& entry, std::uint64_t version);
  // All of a partition is replaced by a copy.
  void replace(std::uint32_t partition, std::span<const MapEntry> entries, std::uint64_t version);
  void drop(std::uint32_t partition);

 private:
  struct Partition {
    std::uint64_t version = 0;
    bool has_gap = false;
    std::map<std::uint64_t, MapEntry> entries;
  };
  bool store(Partition& partition, const MapEntry& entry);

  std::vector<Partition> partitions_;
  std::size_t entry_count_ = 0;
};

}  // namespace splitscope::schemes
