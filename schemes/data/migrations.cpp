#include "schemes/data/migrations.hpp"

#include <algorithm>
#include <utility>

namespace splitscope::schemes {

using base::Uuid;

std::vector<Migration> Migrations::plan(const PartitionTable& table,
                                        std::span<const ReplicaRow> targets) {
  std::vector<Migration> interrupted = clear();
  for (std::uint32_t i = 0; i < targets.size(); ++i) {
    if (table.row(i) != targets[i]) queue_.push_back({i, targets[i]});
  }
  std::stable_partition(queue_.begin(), queue_.end(), [&](const Planned& planned) {
    return table.row(planned.partition).size() < planned.target.size();
  });
  return interrupted;
}

std::optional<Migration> Migrations::begin_next(const PartitionTable& table) {
  if (queue_.empty() || active_.size() >= parallel_max_) return std::nullopt;
  const Planned planned = queue_.front();
  queue_.pop_front();
  Migration migration;
  migration.id = {planned.partition, table.row_version(planned.partition)};
  migration.target = planned.target;
  const ReplicaRow& row = table.row(planned.partition);
  for (const Uuid& member : planned.target.members()) {
    const bool must_copy = !row.is_empty() && !row.contains(member);
    if (must_copy) migration.waiting_for.push_back(member);
  }
  if (!migration.waiting_for.empty()) active_.push_back(migration);
  return migration;
}

std::optional<Migration> Migrations::on_copied(const MigrationId& id, const Uuid& destination) {
  const auto found = std::find_if(active_.begin(), active_.end(),
                                  [&](const Migration& active) { return active.id == id; });
  if (found == active_.end()) return std::nullopt;
  std::erase(found->waiting_for, destination);
  if (!found->waiting_for.empty()) return std::nullopt;
  Migration finished = std::move(*found);
  active_.erase(found);
  return finished;
}

bool Migrations::on_failed(const MigrationId& id) {
  return std::erase_if(active_, [&](const Migration& active) { return active.id == id; }) > 0;
}

std::vector<Migration> Migrations::clear() {
  queue_.clear();
  return std::exchange(active_, {});
}

}  // namespace splitscope::schemes
