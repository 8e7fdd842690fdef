// The names that WSO2's Hazelcast agent and its templates know, to notice spelling mistakes. Data
// only. Hazelcast's own properties are in schemes/membership/properties.hpp.
#pragma once

#include <optional>
#include <string_view>

namespace splitscope::scenarios {

// The known name that a misspelt one most likely means, at most two letters away; nothing for a
// name that is known. Of the parameters of axis2.xml's <clustering>:
std::optional<std::string_view> likely_parameter(std::string_view name);
// Of the keys of deployment.toml's [clustering], without the table's name.
std::optional<std::string_view> likely_toml_key(std::string_view name);

}  // namespace splitscope::scenarios
