// Members, rows and entries that the tests of the data layer number.
#pragma once

#include <initializer_list>
#include <vector>

#include "schemes/data/map_store.hpp"
#include "schemes/data/partition_table.hpp"

namespace splitscope::schemes::test {

inline base::Uuid member(std::uint64_t number) {
  return {number, 1};
}

// Owner first, then backups; 0 is a place that nobody holds.
inline ReplicaRow row(std::initializer_list<std::uint64_t> numbers) {
  std::vector<base::Uuid> members;
  for (const std::uint64_t number : numbers) members.push_back(member(number));
  return ReplicaRow(members);
}

inline MapEntry entry(std::uint64_t key, std::uint64_t value) {
  return {.key = key, .value = value, .updated_at_ms = 0, .hits = 1};
}

}  // namespace splitscope::schemes::test
