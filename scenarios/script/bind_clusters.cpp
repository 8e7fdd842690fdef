// Making clusters: cluster { ... }.
#include <algorithm>

#include <fmt/format.h>

#include "scenarios/script/cluster_methods.hpp"
#include "scenarios/script/data.hpp"
#include "scenarios/script/network.hpp"
#include "scenarios/script/schemes.hpp"

namespace splitscope::scenarios {
namespace {

// WSO2 Carbon's defaults of axis2.xml where they differ from Hazelcast's.
constexpr std::uint16_t Wso2Port = 4000;
constexpr std::uint16_t Wso2MulticastPort = 45564;
constexpr std::uint8_t Wso2MulticastTtl = 100;
constexpr base::Duration Wso2MulticastTimeout = std::chrono::seconds{60};

void apply_profile_part(lua_State* L, const std::string& part, schemes::ClusterConfig& config) {
  if (part == "wso2") {
    config.wso2 = true;
    config.port = Wso2Port;
    config.multicast.group.port = Wso2MulticastPort;
    config.multicast.ttl = Wso2MulticastTtl;
    config.multicast.timeout = Wso2MulticastTimeout;
    return;
  }
  const auto engine = schemes::engine_named(part);
  if (!engine.has_value() || *engine == schemes::Engine::Hz35) {
    fail(L, fmt::format("cluster: profile: there is no \"{}\"{}; write hz-3.12 or hz-5.3, with or "
                        "without +wso2",
                        part, did_you_mean(part, {"hz-3.12", "hz-5.3", "wso2"})));
  }
  config.engine = *engine;
}

// "hz-5.3", "hz-3.12+wso2", { "hz-5.3", "wso2" }
void read_profile(lua_State* L, const Options& options, schemes::ClusterConfig& config) {
  if (!options.push("profile")) return lua_pop(L, 1);
  const int index = lua_gettop(L);
  const std::vector<std::string> texts =
      lua_type(L, index) == LUA_TTABLE
          ? read_texts(L, index, "cluster: profile")
          : std::vector<std::string>{read_text(L, index, "cluster: profile")};
  lua_pop(L, 1);
  for (const std::string& text : texts) {
    for (std::size_t begin = 0; begin <= text.size();) {
      const std::size_t end = std::min(text.find('+', begin), text.size());
      apply_profile_part(L, text.substr(begin, end - begin), config);
      begin = end + 1;
    }
  }
}

void read_config(lua_State* L, const Options& options, schemes::ClusterConfig& config) {
  read_profile(L, options, config);
  if (const auto domain = options.text("domain")) config.cluster_name = *domain;
  if (const auto port = options.integer("port", 1, 65535)) {
    config.port = static_cast<std::uint16_t>(*port);
  }
  config.port_auto_increment =
      options.flag("port_auto_increment").value_or(config.port_auto_increment);
  if (const auto count = options.integer("port_count", 1, 1000)) {
    config.port_count = static_cast<std::uint16_t>(*count);
  }
  for (auto& [name, value] : options.properties("properties")) config.properties[name] = value;
  read_data(L, options, config.data);
  // --set hazelcast.max.no.heartbeat.seconds=10 is every cluster's, above what the script says.
  for (const auto& [name, value] : context(L).options.parameters) {
    if (!name.starts_with("hazelcast.")) continue;
    config.properties[name] = value;
    context(L).parameters_used.insert(name);
  }
}

// By name, or by number from 1; returns the index from 0.
std::uint32_t read_subnet(lua_State* L, int index) {
  const std::vector<SubnetSpec>& subnets = context(L).network.subnets;
  const auto count = static_cast<std::int64_t>(subnets.size());
  if (lua_type(L, index) != LUA_TSTRING) {
    return static_cast<std::uint32_t>(read_integer(L, index, "cluster: subnets", 1, count) - 1);
  }
  const std::string name = lua_tostring(L, index);
  for (std::uint32_t i = 0; i < subnets.size(); ++i) {
    if (subnets[i].name == name) return i;
  }
  fail(L, fmt::format("cluster: subnets: the network has no subnet \"{}\"", name));
}

// One subnet a member; a shorter list repeats. Without a list: in turn.
void read_subnets(lua_State* L, const Options& options, ClusterSpec& spec) {
  std::vector<std::uint32_t> given;
  if (options.push("subnets")) {
    const int list = lua_gettop(L);
    const lua_Integer count = read_list_size(L, list, "cluster: subnets");
    for (lua_Integer i = 1; i <= count; ++i) {
      lua_rawgeti(L, list, i);
      given.push_back(read_subnet(L, lua_gettop(L)));
      lua_pop(L, 1);
    }
  }
  lua_pop(L, 1);
  if (given.empty() && !spec.subnet_of.empty()) return;
  const auto subnets = static_cast<std::uint32_t>(context(L).network.subnets.size());
  spec.subnet_of.clear();
  for (std::uint32_t i = 0; i < spec.members + spec.spares; ++i) {
    spec.subnet_of.push_back(given.empty() ? i % subnets : given[i % given.size()]);
  }
}

void read_addresses(lua_State* L, const Options& options, ClusterSpec& spec) {
  if (options.push("addresses")) {
    for (const std::string& text : read_texts(L, lua_gettop(L), "cluster: addresses")) {
      const auto address = text.empty() ? base::Ipv4{} : base::parse_ipv4(text);
      if (!address.has_value()) fail(L, "cluster: addresses: " + address.error().message);
      spec.addresses.push_back(*address);
    }
  }
  lua_pop(L, 1);
  if (options.push("host_names")) {
    spec.host_names = read_texts(L, lua_gettop(L), "cluster: host_names");
  }
  lua_pop(L, 1);
}

void read_ports(lua_State* L, const Options& options, ClusterSpec& spec) {
  if (options.push("ports")) {
    const int list = lua_gettop(L);
    const lua_Integer count = read_list_size(L, list, "cluster: ports");
    for (lua_Integer i = 1; i <= count; ++i) {
      lua_rawgeti(L, list, i);
      const std::int64_t port = read_integer(L, lua_gettop(L), "cluster: ports", 0, 65535);
      spec.ports.push_back(static_cast<std::uint16_t>(port));
      lua_pop(L, 1);
    }
  }
  lua_pop(L, 1);
}

void read_scheme(lua_State* L, const Options& options, std::uint32_t first_number,
                 ClusterSpec& spec) {
  if (options.push("scheme")) {
    const int index = lua_gettop(L);
    const auto* scheme = test_value<SchemeValue>(L, index);
    const bool is_text = lua_type(L, index) == LUA_TSTRING;
    if (scheme == nullptr && !is_text) {
      fail(L,
           fmt::format(
               "cluster: scheme: expected wka {{ ... }}, multicast {{ ... }}, aws {{ ... }} or ecs "
               "{{ ... }}, not {}",
               shown(L, index)));
    }
    const SchemeValue chosen =
        is_text ? parse_scheme(L, lua_tostring(L, index), "cluster: scheme") : *scheme;
    apply_scheme(L, chosen, first_number, spec);
  } else if (!options.has("from")) {
    fail(L, "cluster: a scheme is missing, for example scheme = wka { well_known = { \"n1\" } }");
  }
  lua_pop(L, 1);
}

ClusterSpec loaded_spec(lua_State* L, const Options& options) {
  const auto from = options.text("from");
  if (!from.has_value()) return {};
  if (from->starts_with('/') || from->find("..") != std::string::npos) {
    fail(L, fmt::format("cluster: from: \"{}\" leaves the script's own folder; write for example "
                        "from = \"deployment.toml\"",
                        *from));
  }
  const ScriptOptions& host = context(L).options;
  if (!host.load_cluster) fail(L, "cluster: from: there are no files here");
  auto loaded = host.load_cluster(*from);
  if (!loaded.has_value()) fail(L, "cluster: from: " + loaded.error().message);
  return std::move(*loaded);
}

// What a comparison replaces, keeping the spares that the script will start.
void override_spec(const ScriptOptions& host, ClusterSpec& spec) {
  if (!host.override_cluster) return;
  const std::uint32_t spares = spec.spares;
  spec = host.override_cluster(std::move(spec));
  spec.spares = std::max(spec.spares, spares);
}

ClusterSpec read_spec(lua_State* L, const Options& options) {
  const ScriptContext& script = context(L);
  ClusterSpec spec = loaded_spec(L, options);
  const auto existing = static_cast<std::uint32_t>(script.world.observation().members().size());
  spec.members = static_cast<std::uint32_t>(
      options.integer("members", 1, Limits::MembersMax).value_or(spec.members));
  spec.spares = static_cast<std::uint32_t>(
      options.integer("spares", 0, Limits::MembersMax).value_or(spec.spares));
  spec.same_host = options.flag("same_host").value_or(spec.same_host);
  read_config(L, options, spec.config);
  read_addresses(L, options, spec);
  read_ports(L, options, spec);
  read_scheme(L, options, existing + 1, spec);
  override_spec(script.options, spec);
  if (existing + spec.members + spec.spares > Limits::MembersMax ||
      script.clusters.size() >= Limits::ClustersMax) {
    fail(L, fmt::format("cluster: a script may have at most {} clusters and {} members",
                        Limits::ClustersMax, Limits::MembersMax));
  }
  read_subnets(L, options, spec);
  return spec;
}

int cluster(lua_State* L) {
  const Options options(L, 1, "cluster",
                        {"scheme", "members", "spares", "profile", "properties", "domain", "from",
                         "site", "subnets", "same_host", "addresses", "host_names", "port", "ports",
                         "port_auto_increment", "port_count", "data"});
  ScriptContext& script = context(L);
  if (const auto name = options.text("site")) use_site(L, *name, "cluster: site");
  if (!script.network_set) use_network(L, NetworkSpec{}, "cluster");
  const ClusterSpec spec = read_spec(L, options);
  const auto added = script.world.add_cluster(spec);
  if (!added.has_value() && is_beyond_world(added.error())) stop_beyond_world(L, added.error());
  if (!added.has_value()) fail(L, "cluster: " + added.error().message);
  script.literal.cluster(*added, spec);
  script.clusters.push_back(*added);
  push_value(L, *added);
  return 1;
}

}  // namespace

void bind_clusters(lua_State* L) {
  define_cluster_type(L);
  lua_register(L, "cluster", cluster);
}

}  // namespace splitscope::scenarios
