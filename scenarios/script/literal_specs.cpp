// Networks and clusters as scripts write them; see literal_text.hpp.
#include <fmt/format.h>

#include "scenarios/script/cloud_schemes.hpp"
#include "scenarios/script/data.hpp"
#include "scenarios/script/literal_text.hpp"
#include "scenarios/script/table_text.hpp"

namespace splitscope::scenarios {
namespace {

std::string number(std::uint64_t value) {
  return fmt::format("{}", value);
}
std::string position(std::uint32_t index) {
  return number(index + 1);
}

template <typename T, typename Write>
std::string list(const std::vector<T>& values, Write write) {
  std::string text;
  for (const T& value : values) text += (text.empty() ? "" : ", ") + write(value);
  return "{ " + text + " }";
}

std::string wka_text(const ClusterSpec& spec) {
  const schemes::WkaConfig& config = spec.config.wka;
  const auto entry_text = [](const schemes::WellKnownEntry& entry) {
    return lua_quoted(entry.text);
  };
  TableText table;
  if (spec.well_known.empty()) {
    table.add("list", list(config.members, entry_text));
  } else {
    table.add("well_known", list(spec.well_known, position));
  }
  table.add("connection_timeout", lua_duration(config.connection_timeout));
  if (config.required_member.has_value()) {
    table.add("required_member", lua_quoted(*config.required_member));
  }
  return "wka " + table.text();
}

std::string multicast_text(const schemes::MulticastConfig& config) {
  TableText table;
  table.add("group", lua_quoted(base::to_text(config.group.address)));
  table.add("port", number(config.group.port));
  table.add("ttl", number(config.ttl));
  table.add("timeout", lua_duration(config.timeout));
  if (config.loopback) table.add("loopback", "true");
  return "multicast " + table.text();
}

std::string scheme_literal(const ClusterSpec& spec) {
  switch (spec.config.scheme) {
    case schemes::SchemeKind::Multicast:
      return multicast_text(spec.config.multicast);
    case schemes::SchemeKind::Aws:
    case schemes::SchemeKind::Ecs:
      return lua_cloud_scheme(spec);
    default:
      return wka_text(spec);
  }
}

std::string properties_text(const std::map<std::string, std::string>& properties) {
  TableText table;
  for (const auto& [name, value] : properties) {
    table.add("[" + lua_quoted(name) + "]", lua_quoted(value));
  }
  return table.text();
}

void add_places(TableText& table, const ClusterSpec& spec) {
  const auto address_text = [](base::Ipv4 address) {
    return address == base::Ipv4{} ? lua_quoted("") : lua_quoted(base::to_text(address));
  };
  const auto port_text = [](std::uint16_t port) { return number(port); };
  const auto name_text = [](const std::string& name) { return lua_quoted(name); };
  if (spec.same_host) table.add("same_host", "true");
  if (!spec.subnet_of.empty()) table.add("subnets", list(spec.subnet_of, position));
  if (!spec.addresses.empty()) table.add("addresses", list(spec.addresses, address_text));
  if (!spec.host_names.empty()) table.add("host_names", list(spec.host_names, name_text));
  if (!spec.ports.empty()) table.add("ports", list(spec.ports, port_text));
}

}  // namespace

std::string lua_network(const NetworkSpec& network) {
  const auto name = [](const SubnetSpec& subnet) { return lua_quoted(subnet.name); };
  const auto multicast = [](const SubnetSpec& subnet) {
    return std::string(subnet.multicast ? "true" : "false");
  };
  TableText routers;
  routers.add("latency", lua_duration(network.routed_latency));
  if (network.routes_multicast) routers.add("multicast", "true");
  TableText table;
  table.add("subnets", list(network.subnets, name));
  table.add("multicast", list(network.subnets, multicast));
  table.add("latency", fmt::format("\"{}..{}\"", bare_duration(network.latency_min),
                                   bare_duration(network.latency_max)));
  if (network.loss != base::Probability::never()) table.add("loss", lua_rate(network.loss));
  table.add("routers", routers.text());
  return "network " + table.text();
}

std::string lua_cluster(const ClusterSpec& spec) {
  const schemes::ClusterConfig& config = spec.config;
  TableText table;
  table.add("scheme", scheme_literal(spec));
  table.add("members", number(spec.members));
  if (spec.spares != 0) table.add("spares", number(spec.spares));
  table.add("profile",
            fmt::format("\"{}{}\"", schemes::to_text(config.engine), config.wso2 ? "+wso2" : ""));
  table.add("domain", lua_quoted(config.cluster_name));
  table.add("port", number(config.port));
  if (!config.port_auto_increment) table.add("port_auto_increment", "false");
  table.add("port_count", number(config.port_count));
  if (!config.properties.empty()) table.add("properties", properties_text(config.properties));
  if (config.data != schemes::DataConfig{}) table.add("data", lua_data(config.data));
  add_places(table, spec);
  return "cluster " + table.text();
}

}  // namespace splitscope::scenarios
