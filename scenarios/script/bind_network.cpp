// The network of all clusters: network { ... }, site "...", and who is in which part of it.
#include <algorithm>

#include <fmt/format.h>

#include "engine/base/duration_text.hpp"
#include "scenarios/script/network.hpp"

namespace splitscope::scenarios {
namespace {

constexpr std::int64_t SubnetsMax = 64;

// "0.2ms..1ms", or one duration.
void read_range(lua_State* L, const std::string& text, NetworkSpec& spec) {
  const std::size_t dots = text.find("..");
  const auto first = base::parse_duration(text.substr(0, dots));
  const auto last = dots == std::string::npos ? first : base::parse_duration(text.substr(dots + 2));
  if (!first.has_value() || !last.has_value() || *last < *first) {
    fail(L, fmt::format("network: latency: \"{}\" is no range; write for example \"0.2ms..1ms\"",
                        text));
  }
  spec.latency_min = *first;
  spec.latency_max = *last;
}

// a, b, ..., z, a2, b2, ...
std::string subnet_name(std::int64_t index) {
  const std::string letter(1, static_cast<char>('a' + index % 26));
  return index < 26 ? letter : fmt::format("{}{}", letter, index / 26 + 1);
}

// A number of subnets, or their names.
void read_subnets(lua_State* L, const Options& options, NetworkSpec& spec) {
  if (!options.push("subnets")) return lua_pop(L, 1);
  spec.subnets.clear();
  const int index = lua_gettop(L);
  if (lua_type(L, index) == LUA_TTABLE) {
    for (std::string& name : read_texts(L, index, "network: subnets")) {
      spec.subnets.push_back({std::move(name), true});
    }
  } else {
    const std::int64_t count = read_integer(L, index, "network: subnets", 1, SubnetsMax);
    for (std::int64_t i = 0; i < count; ++i) spec.subnets.push_back({subnet_name(i), true});
  }
  if (spec.subnets.empty() || spec.subnets.size() > static_cast<std::size_t>(SubnetsMax)) {
    fail(L, fmt::format("network: subnets: expected 1 to {} of them", SubnetsMax));
  }
  lua_pop(L, 1);
}

// true or false for all subnets, or one for each.
void read_multicast(lua_State* L, const Options& options, NetworkSpec& spec) {
  if (!options.push("multicast")) return lua_pop(L, 1);
  const int index = lua_gettop(L);
  const bool single = lua_isboolean(L, index);
  if (!single && read_list_size(L, index, "network: multicast") !=
                     static_cast<lua_Integer>(spec.subnets.size())) {
    fail(L, "network: multicast: expected true, false, or one of them for each subnet");
  }
  for (std::size_t i = 0; i < spec.subnets.size(); ++i) {
    if (single) {
      lua_pushvalue(L, index);
    } else {
      lua_rawgeti(L, index, static_cast<lua_Integer>(i) + 1);
    }
    spec.subnets[i].multicast = lua_toboolean(L, -1) != 0;
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

int network(lua_State* L) {
  const Options options(L, 1, "network", {"subnets", "latency", "loss", "multicast", "routers"});
  NetworkSpec spec;
  read_subnets(L, options, spec);
  read_multicast(L, options, spec);
  if (const auto latency = options.text("latency")) read_range(L, *latency, spec);
  spec.loss = options.rate("loss").value_or(spec.loss);
  if (options.push("routers")) {
    const Options routers(L, lua_gettop(L), "network: routers", {"latency", "multicast"});
    spec.routed_latency = routers.duration("latency").value_or(spec.routed_latency);
    spec.routes_multicast = routers.flag("multicast").value_or(false);
  }
  lua_pop(L, 1);
  use_network(L, std::move(spec), "network");
  return 0;
}

int site(lua_State* L) {
  use_site(L, read_text(L, 1, "site: the name"), "site");
  return 0;
}

// The members in a subnet, of all clusters.
int zone(lua_State* L) {
  const std::string name = read_text(L, 1, "zone: the name");
  const ScriptContext& script = context(L);
  const std::vector<SubnetSpec>& subnets = script.network.subnets;
  Members members;
  for (const ClusterId cluster : script.clusters) {
    const ClusterSpec& spec = script.world.spec(cluster);
    const Members all = script.world.observation().cluster_members(cluster.value);
    for (std::size_t i = 0; i < std::min(all.size(), spec.subnet_of.size()); ++i) {
      if (subnets[spec.subnet_of[i] % subnets.size()].name == name) members.push_back(all[i]);
    }
  }
  if (members.empty()) {
    std::vector<std::string_view> names;
    for (const SubnetSpec& subnet : subnets) names.push_back(subnet.name);
    fail(L, fmt::format("zone: there are no members in \"{}\"{}; the zones are {}", name,
                        did_you_mean(name, names), fmt::join(names, ", ")));
  }
  const std::uint32_t cluster = script.world.observation().at(members.front()).cluster;
  push_value(L, make_group(L, std::move(members), cluster));
  return 1;
}

}  // namespace

void use_network(lua_State* L, NetworkSpec spec, const char* function) {
  ScriptContext& script = context(L);
  if (script.network_set) {
    fail(L, fmt::format("{}: the network is set already; describe it once, before the first "
                        "cluster",
                        function));
  }
  if (script.options.override_network) spec = script.options.override_network(spec);
  const auto set = script.world.set_network(spec);
  if (!set.has_value()) fail(L, fmt::format("{}: {}", function, set.error().message));
  script.literal.network(spec);
  script.network = std::move(spec);
  script.network_set = true;
}

void use_site(lua_State* L, const std::string& name, const char* function) {
  auto spec = site_named(name);
  if (!spec.has_value()) {
    fail(L, fmt::format("{}: there is no site \"{}\"{}; the sites are lan, routed, vpc, multi-az",
                        function, name, did_you_mean(name, {"lan", "routed", "vpc", "multi-az"})));
  }
  use_network(L, std::move(*spec), function);
}

void bind_network(lua_State* L) {
  lua_register(L, "network", network);
  lua_register(L, "site", site);
  lua_register(L, "zone", zone);
}

}  // namespace splitscope::scenarios
