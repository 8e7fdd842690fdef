// AWS and ECS as schemes of a comparison: the user's own settings of them, or settings made up so
// that the cloud finds every member. Hides which names WSO2 and the plugin give a setting, and what
// an instance or task must carry to be found. Pure.
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "scenarios/compare/comparison.hpp"

namespace splitscope::scenarios {

bool is_cloud_site(std::string_view site);
bool is_cloud_scheme(schemes::SchemeKind kind);

struct CloudVariants {
  std::vector<SchemeVariant> schemes;  // the user's own first, where the configuration has one
  std::vector<std::string> notes;      // sentences
};

// `base` has the configuration, the members and their addresses. Where the configuration asks no
// cloud and `is_in_cloud` is false there are none. Errors: settings of a cloud that cannot be.
base::Result<CloudVariants> derive_cloud_variants(const ClusterSpec& base, bool is_in_cloud);

}  // namespace splitscope::scenarios
