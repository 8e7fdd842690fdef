#include "scenarios/script/cloud_schemes.hpp"

#include <array>

#include <fmt/format.h>

#include "scenarios/script/literal_text.hpp"
#include "scenarios/script/table_text.hpp"

namespace splitscope::scenarios {
namespace {

using Texts = std::map<std::string, std::string>;

struct OptionName {
  const char* option;
  const char* property;  // of the plugin
  const char* wso2;      // the agent's parameter
};
constexpr std::array<OptionName, 6> Selecting{
    {{"tag_key", "tag-key", "tagKey"},
     {"tag_value", "tag-value", "tagValue"},
     {"region", "region", "region"},
     {"host_header", "host-header", "hostHeader"},
     {"iam_role", "iam-role", "iamRole"},
     {"security_group", "security-group-name", "securityGroup"}}};
constexpr std::int64_t RetriesMax = 100;
constexpr std::int64_t HopsMax = 64;

// A table of texts by name.
Texts read_texts_by_name(lua_State* L, const Options& options, const char* key) {
  Texts result;
  if (options.push(key)) {
    const int table = lua_gettop(L);
    const std::string what = options.what(key);
    if (lua_type(L, table) != LUA_TTABLE) {
      fail(L, fmt::format("{}: write for example {{ cluster = \"orders\" }}", what));
    }
    for (const std::string& name : text_keys(L, table)) {
      lua_pushstring(L, name.c_str());
      lua_rawget(L, table);
      result[name] = read_text(L, lua_gettop(L), what);
      lua_pop(L, 1);
    }
  }
  lua_pop(L, 1);
  return result;
}

void read_metadata(lua_State* L, const Options& options, cloud::MetadataOptions& metadata) {
  if (const auto mode = options.text("metadata")) {
    if (*mode != "on" && *mode != "off" && *mode != "tokens") {
      fail(L, fmt::format("{}: \"{}\" is none of \"on\", \"tokens\" (HttpTokens=required) and "
                          "\"off\"",
                          options.what("metadata"), *mode));
    }
    metadata.enabled = *mode != "off";
    metadata.tokens_required = *mode == "tokens";
  }
  if (const auto limit = options.integer("hop_limit", 1, HopsMax)) {
    metadata.hop_limit = static_cast<std::uint8_t>(*limit);
  }
  if (const auto hops = options.integer("hops", 1, HopsMax)) {
    metadata.hops = static_cast<std::uint8_t>(*hops);
  }
}

void read_common(lua_State* L, const Options& options, CloudSchemeValue& scheme) {
  for (const OptionName& name : Selecting) {
    if (const auto text = options.text(name.option)) scheme.properties[name.property] = *text;
  }
  if (const auto ports = options.text("ports")) scheme.properties["hz-port"] = *ports;
  if (const auto retries = options.integer("retries", 0, RetriesMax)) {
    scheme.properties["connection-retries"] = fmt::format("{}", *retries);
  }
  scheme.verbatim = read_texts_by_name(L, options, "properties");
  if (options.has("tags")) scheme.tags = read_texts_by_name(L, options, "tags");
  scheme.has_keys = options.flag("keys").value_or(false);
  scheme.reads_pages = options.flag("pages").value_or(false);
  scheme.drops_camel_case = options.flag("drops_camel_case").value_or(false);
  read_metadata(L, options, scheme.place.metadata);
  if (const auto group = options.text("security_group")) scheme.place.security_group = *group;
  if (const auto group = options.text("group")) scheme.place.security_group = *group;
  if (const auto role = options.text("iam_role")) scheme.place.role = *role;
  if (const auto role = options.text("role")) scheme.place.role = *role;
}

// What is not said otherwise carries the tag that is looked for.
Texts default_tags(const Texts& properties) {
  const auto text = [&properties](const char* name) {
    const auto found = properties.find(name);
    return found == properties.end() ? std::string{} : found->second;
  };
  const std::string key = text("tag-key");
  const std::string value = text("tag-value");
  if (key.empty() && value.empty()) return {};
  return {{key.empty() ? "cluster" : key, value.empty() ? "yes" : value}};
}

std::string texts_table(const Texts& texts) {
  TableText table;
  for (const auto& [name, value] : texts) {
    table.add("[" + lua_quoted(name) + "]", lua_quoted(value));
  }
  return table.text();
}

// The tag that deployment.toml infers for aws-ecs. Clusters made since January 2023 lack it.
void infer_ecs_tag(CloudSchemeValue& scheme) {
  if (scheme.properties.contains("tag-key")) return;
  scheme.properties["tag-key"] = "aws:cloudformation:stack-name";
  scheme.properties["tag-value"] = "EC2ContainerService-" + scheme.place.ecs_cluster;
  if (!scheme.tags) scheme.tags = Texts{};
}

}  // namespace

CloudSchemeValue read_aws(lua_State* L) {
  const Options options(
      L, 1, "aws",
      {"tag_key", "tag_value", "region", "host_header", "iam_role", "security_group", "ports",
       "retries", "keys", "pages", "tags", "group", "role", "metadata", "hop_limit", "hops",
       "drops_camel_case", "properties"});
  CloudSchemeValue scheme;
  read_common(L, options, scheme);
  return scheme;
}

CloudSchemeValue read_ecs(lua_State* L) {
  const Options options(L, 1, "ecs",
                        {"tag_key",
                         "tag_value",
                         "region",
                         "host_header",
                         "iam_role",
                         "security_group",
                         "ports",
                         "retries",
                         "keys",
                         "pages",
                         "tags",
                         "group",
                         "role",
                         "metadata",
                         "hop_limit",
                         "hops",
                         "drops_camel_case",
                         "properties",
                         "cluster",
                         "family",
                         "service",
                         "network",
                         "interface"});
  CloudSchemeValue scheme;
  scheme.place.is_task = true;
  read_common(L, options, scheme);
  if (const auto cluster = options.text("cluster")) {
    scheme.place.ecs_cluster = *cluster;
    scheme.properties["cluster"] = *cluster;
  }
  if (const auto family = options.text("family")) {
    scheme.place.family = *family;
    scheme.properties["family"] = *family;
  }
  if (const auto service = options.text("service")) {
    scheme.place.service = *service;
    scheme.properties["service-name"] = *service;
  }
  if (const auto network = options.text("network")) {
    if (*network != "awsvpc" && *network != "bridge") {
      fail(L, fmt::format("ecs: network: \"{}\" is neither \"awsvpc\" nor \"bridge\"", *network));
    }
    scheme.place.is_bridged = *network == "bridge";
  }
  scheme.interface_pattern = options.text("interface").value_or("");
  return scheme;
}

void apply_cloud_scheme(const CloudSchemeValue& given, schemes::SchemeKind kind,
                        ClusterSpec& spec) {
  CloudSchemeValue scheme = given;
  schemes::ClusterConfig& config = spec.config;
  const bool is_wso2_ecs = config.wso2 && kind == schemes::SchemeKind::Ecs;
  if (is_wso2_ecs) {
    // WSO2's aws-ecs runs on instances and asks EC2 for tags.
    scheme.place.is_task = false;
    infer_ecs_tag(scheme);
  }
  spec.cloud = scheme.place;
  spec.cloud.tags = scheme.tags.value_or(default_tags(scheme.properties));
  config.cloud = {};
  for (const auto& [name, value] : scheme.properties) {
    std::string written = name;
    for (const OptionName& one : Selecting) {
      if (config.wso2 && name == one.property) written = one.wso2;
    }
    config.cloud.parameters[written] = value;
  }
  if (is_wso2_ecs) {
    config.cloud.parameters.erase("cluster");
    config.cloud.parameters["clusterName"] = scheme.place.ecs_cluster;
    if (!scheme.interface_pattern.empty()) {
      config.cloud.parameters["networkInterface"] = scheme.interface_pattern;
    }
  }
  for (const auto& [name, value] : scheme.verbatim) config.cloud.parameters[name] = value;
  config.cloud.has_static_keys = scheme.has_keys;
  config.cloud.reads_pages = scheme.reads_pages;
  config.cloud.drops_camel_case = scheme.drops_camel_case;
}

std::string lua_cloud_scheme(const ClusterSpec& spec) {
  const schemes::CloudConfig& config = spec.config.cloud;
  const CloudPlace& place = spec.cloud;
  const bool is_ecs = spec.config.scheme == schemes::SchemeKind::Ecs;
  TableText table;
  Texts properties = config.parameters;
  const auto take = [&](const char* property, const char* option) {
    const auto found = properties.find(property);
    if (found == properties.end()) return;
    table.add(option, lua_quoted(found->second));
    properties.erase(found);
  };
  if (is_ecs && place.is_task) {
    take("cluster", "cluster");
    take("family", "family");
    take("service-name", "service");
    if (place.is_bridged) table.add("network", "\"bridge\"");
  } else if (is_ecs) {
    table.add("cluster", lua_quoted(place.ecs_cluster));
  }
  table.add("properties", texts_table(properties));
  table.add("tags", texts_table(place.tags));
  table.add("group", lua_quoted(place.security_group));
  table.add("role", lua_quoted(place.role));
  if (config.has_static_keys) table.add("keys", "true");
  if (config.reads_pages) table.add("pages", "true");
  if (config.drops_camel_case) table.add("drops_camel_case", "true");
  const cloud::MetadataOptions& metadata = place.metadata;
  if (!metadata.enabled) table.add("metadata", "\"off\"");
  if (metadata.enabled && metadata.tokens_required) table.add("metadata", "\"tokens\"");
  table.add("hop_limit", fmt::format("{}", metadata.hop_limit));
  table.add("hops", fmt::format("{}", metadata.hops));
  return fmt::format("{} {}", is_ecs ? "ecs" : "aws", table.text());
}

}  // namespace splitscope::scenarios
