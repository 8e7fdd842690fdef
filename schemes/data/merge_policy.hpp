// What becomes of a key that the cluster of a merging member had too. After Hazelcast's
// SplitBrainMergePolicy.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "schemes/data/map_store.hpp"
#include "schemes/membership/cluster_config.hpp"

namespace splitscope::schemes {

// What the winning cluster holds for the key after the merge; none = it has no such key. `existing`
// is what it held before. Of equals the existing one stays.
std::optional<MapEntry> merge(MergePolicy policy, const MapEntry& merging,
                              const std::optional<MapEntry>& existing);

}  // namespace splitscope::schemes
