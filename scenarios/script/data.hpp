// The data options of a cluster, read and written down. Private to scenarios/script.
#pragma once

#include <string>

#include "scenarios/script/arguments.hpp"
#include "schemes/membership/cluster_config.hpp"

namespace splitscope::scenarios {

// cluster { data = { backups = , quorum = , merge_policy = } }; what is not given stays.
void read_data(lua_State* L, const Options& options, schemes::DataConfig& data);
// The same as a Lua table.
std::string lua_data(const schemes::DataConfig& data);

}  // namespace splitscope::scenarios
