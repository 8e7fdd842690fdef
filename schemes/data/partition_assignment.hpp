// Which member shall hold which partition: every member owns as many as any other, and backs up as
// many, give or take one, and no more is moved than that takes. After Hazelcast's
// PartitionStateGenerator with one member to a group.
//
// Invariant: a pure function: the same rows, members and seed give the same assignment; an
// assignment that is balanced already is left alone.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "schemes/data/partition_table.hpp"

namespace splitscope::schemes {

struct AssignmentOptions {
  std::uint32_t backup_count = 1;
  // Decides between members that would do equally well, so that who backs up whom is scattered.
  std::uint64_t seed = 0;
};

// The rows that `current` is to become. Members that hold replicas but are not in `members` hold
// none afterwards. Empty `members`: all rows are empty. A partition has as many backups as there
// are other members, at most backup_count.
std::vector<ReplicaRow> assign(std::span<const ReplicaRow> current,
                               std::span<const base::Uuid> members,
                               const AssignmentOptions& options);

}  // namespace splitscope::schemes
