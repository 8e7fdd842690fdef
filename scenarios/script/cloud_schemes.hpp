// aws { ... } and ecs { ... }: the schemes that ask a cloud, as a part of SchemeValue. Private to
// scenarios/script.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "scenarios/script/arguments.hpp"

namespace splitscope::scenarios {

struct CloudSchemeValue {
  std::map<std::string, std::string> properties;  // of the plugin, by its own names
  std::map<std::string, std::string> verbatim;    // as configuration files name them
  std::optional<std::map<std::string, std::string>> tags;
  CloudPlace place;
  bool has_keys = false;
  bool reads_pages = false;
  bool drops_camel_case = false;
  std::string interface_pattern;
};

// Puts it into a cluster's configuration, under WSO2's names where the cluster is WSO2's.
void apply_cloud_scheme(const CloudSchemeValue& scheme, schemes::SchemeKind kind,
                        ClusterSpec& spec);
// aws { ... } or ecs { ... } that makes the cluster's part of `spec` again.
std::string lua_cloud_scheme(const ClusterSpec& spec);
CloudSchemeValue read_aws(lua_State* L);
CloudSchemeValue read_ecs(lua_State* L);

}  // namespace splitscope::scenarios
