// The schemes that a user's configuration is compared with: its own list, the first and the first
// two of it, multicast, and in a cloud AWS and ECS. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "scenarios/compare/comparison.hpp"

namespace splitscope::scenarios {

struct VariantOptions {
  std::uint32_t members = 3;
  std::uint32_t spares = 1;  // newcomers
  bool is_in_cloud = false;
};

// The user's own scheme comes first. Schemes that would be the same appear once, with a note.
struct Variants {
  std::vector<SchemeVariant> schemes;
  std::vector<std::string> notes;  // sentences
};
// Errors: settings of a cloud that cannot be.
base::Result<Variants> derive_variants(const schemes::ClusterConfig& config,
                                       const VariantOptions& options);

}  // namespace splitscope::scenarios
