// The schemes that a user's configuration is compared with: its own list, the first and the first
// two of it, multicast. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/compare/comparison.hpp"

namespace splitscope::scenarios {

struct VariantOptions {
  std::uint32_t members = 3;
  std::uint32_t spares = 1;  // newcomers
};

// The user's own scheme comes first. Schemes that would be the same appear once, with a note.
struct Variants {
  std::vector<SchemeVariant> schemes;
  std::vector<std::string> notes;  // sentences
};
Variants derive_variants(const schemes::ClusterConfig& config, const VariantOptions& options);

}  // namespace splitscope::scenarios
