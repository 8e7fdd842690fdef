#include "schemes/data/merge_policy.hpp"

namespace splitscope::schemes {

std::optional<MapEntry> merge(MergePolicy policy, const MapEntry& merging,
                              const std::optional<MapEntry>& existing) {
  if (policy == MergePolicy::Discard) return existing;
  if (!existing.has_value()) return merging;
  switch (policy) {
    case MergePolicy::PutIfAbsent:
    case MergePolicy::Discard:
      return existing;
    case MergePolicy::PassThrough:
      return merging;
    case MergePolicy::LatestUpdate:
      return merging.updated_at_ms > existing->updated_at_ms ? merging : *existing;
    case MergePolicy::HigherHits:
      return merging.hits > existing->hits ? merging : *existing;
  }
  return existing;
}

}  // namespace splitscope::schemes
