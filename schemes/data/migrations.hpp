// What a master has moved, and how far it is: rows that are to change, so many at once. A row
// changes when all its new holders have a copy. Pure: who sends what is the caller's business.
//
// Invariant: a partition is in the queue or under way at most once.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "schemes/data/data_messages.hpp"

namespace splitscope::schemes {

// One row on its way from what it is to `target`.
struct Migration {
  MigrationId id;
  ReplicaRow target;
  std::vector<base::Uuid> waiting_for;  // new holders that have no copy yet
};

class Migrations {
 public:
  explicit Migrations(std::uint32_t parallel_max) : parallel_max_(parallel_max) {}

  // Forgets what was planned; rows without a backup come first. Returns those that were under way:
  // their owners are still copying.
  std::vector<Migration> plan(const PartitionTable& table, std::span<const ReplicaRow> targets);
  // The next one to begin, if there is room; it is under way from now on. Without waiting_for it
  // may be committed at once.
  std::optional<Migration> begin_next(const PartitionTable& table);
  // A copy is made. The migration, if that was the last one: it is over.
  std::optional<Migration> on_copied(const MigrationId& id, const base::Uuid& destination);
  // It failed: it is over. False if it was not under way.
  bool on_failed(const MigrationId& id);
  std::vector<Migration> clear();

  bool is_idle() const { return queue_.empty() && active_.empty(); }
  std::size_t active_count() const { return active_.size(); }
  std::size_t queue_length() const { return queue_.size(); }

 private:
  struct Planned {
    std::uint32_t partition = 0;
    ReplicaRow target;
  };
  std::uint32_t parallel_max_;
  std::deque<Planned> queue_;
  std::vector<Migration> active_;
};

}  // namespace splitscope::schemes
