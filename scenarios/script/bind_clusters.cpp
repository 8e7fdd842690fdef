// Networks, clusters and selectors: who exists, and who is meant.
#include <algorithm>

#include <fmt/format.h>

#include "engine/base/duration_text.hpp"
#include "scenarios/script/context.hpp"
#include "schemes/membership/cluster_config.hpp"

namespace splitscope::scenarios {

extern const luaL_Reg ConditionMakers[];

namespace {

constexpr std::int64_t MembersMax = 10'000;

// --- networks ---

// "0.2ms..1ms", or one duration.
void read_range(lua_State* L, const std::string& text, base::Duration& low, base::Duration& high) {
  const std::size_t dots = text.find("..");
  const auto first = base::parse_duration(text.substr(0, dots));
  const auto last = dots == std::string::npos ? first : base::parse_duration(text.substr(dots + 2));
  if (!first.has_value() || !last.has_value() || *last < *first) {
    fail(L, fmt::format("network: latency: \"{}\" is no range; write for example \"0.2ms..1ms\"",
                        text));
  }
  low = *first;
  high = *last;
}

void set_network(lua_State* L, NetworkSpec network) {
  ScriptContext& script = context(L);
  if (script.options.override_network) network = script.options.override_network(network);
  const auto set = script.world.set_network(network);
  if (!set.has_value()) fail(L, "network: " + set.error().message);
}

int network(lua_State* L) {
  const Options options(
      L, 1, "network",
      {"subnets", "latency", "loss", "multicast", "routes_multicast", "routed_latency"});
  NetworkSpec spec;
  if (const auto count = options.integer("subnets", 1, 64)) {
    spec.subnets.clear();
    for (std::int64_t i = 0; i < *count; ++i) {
      spec.subnets.push_back({std::string(1, static_cast<char>('a' + i % 26)), true});
    }
  }
  if (const auto latency = options.text("latency")) {
    read_range(L, *latency, spec.latency_min, spec.latency_max);
  }
  spec.loss = options.rate("loss").value_or(spec.loss);
  spec.routed_latency = options.duration("routed_latency").value_or(spec.routed_latency);
  spec.routes_multicast = options.flag("routes_multicast").value_or(false);
  const bool multicast = options.flag("multicast").value_or(true);
  for (SubnetSpec& subnet : spec.subnets) subnet.multicast = multicast;
  set_network(L, spec);
  return 0;
}

int site(lua_State* L) {
  const std::string name = read_text(L, 1, "site: the name");
  const auto spec = site_named(name);
  if (!spec.has_value()) {
    fail(L, fmt::format("site: there is no site \"{}\"{}; the sites are lan, routed, vpc, multi-az",
                        name, did_you_mean(name, {"lan", "routed", "vpc", "multi-az"})));
  }
  set_network(L, *spec);
  return 0;
}

// --- schemes: plain tables with a kind ---

int wka(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  const Options options(L, 1, "wka", {"well_known", "connection_timeout", "list"});
  if (!options.has("well_known") && !options.has("list")) {
    fail(L, "wka: name the well-known members, for example wka { well_known = { \"n1\" } }");
  }
  lua_pushliteral(L, "wka");
  lua_setfield(L, 1, "kind");
  lua_settop(L, 1);
  return 1;
}

int multicast(lua_State* L) {
  if (lua_isnoneornil(L, 1)) {
    lua_settop(L, 0);
    lua_newtable(L);
  }
  const Options options(L, 1, "multicast", {"group", "port", "ttl", "timeout"});
  lua_pushliteral(L, "multicast");
  lua_setfield(L, 1, "kind");
  return 1;
}

// { 1, 2 }, { "n1", "n2" } or { n = 2 }: indexes from 0.
std::vector<std::uint32_t> read_well_known(lua_State* L, std::uint32_t members,
                                           std::uint32_t first_number) {
  std::vector<std::uint32_t> indexes;
  if (lua_type(L, -1) != LUA_TTABLE) fail(L, "wka: well_known is a list, for example { \"n1\" }");
  const int list = lua_gettop(L);
  const auto count = static_cast<lua_Integer>(lua_rawlen(L, list));
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(L, list, i);
    std::int64_t number = 0;
    if (lua_type(L, -1) == LUA_TSTRING) {
      const std::string name = lua_tostring(L, -1);
      number =
          name.size() > 1 && name[0] == 'n' ? std::atoll(name.c_str() + 1) - first_number + 1 : 0;
    } else {
      number = read_integer(L, lua_gettop(L), "wka: well_known", 1, members);
    }
    lua_pop(L, 1);
    if (number < 1 || number > members) {
      fail(L, fmt::format("wka: well_known names a member that the cluster of {} does not have",
                          members));
    }
    indexes.push_back(static_cast<std::uint32_t>(number - 1));
  }
  return indexes;
}

void read_scheme(lua_State* L, ClusterSpec& spec, std::uint32_t first_number) {
  const int table = lua_gettop(L);
  lua_getfield(L, table, "kind");
  const std::string kind = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
  lua_pop(L, 1);
  if (kind == "wka") {
    spec.config.scheme = schemes::SchemeKind::Wka;
    lua_getfield(L, table, "well_known");
    if (!lua_isnil(L, -1)) {
      spec.well_known = read_well_known(L, spec.members + spec.spares, first_number);
    }
    lua_pop(L, 1);
    lua_getfield(L, table, "list");
    const auto entries = lua_isnil(L, -1) ? 0 : static_cast<lua_Integer>(lua_rawlen(L, -1));
    for (lua_Integer i = 1; i <= entries; ++i) {
      lua_rawgeti(L, -1, i);
      spec.config.wka.members.push_back({read_text(L, lua_gettop(L), "wka: list")});
      lua_pop(L, 1);
    }
    lua_pop(L, 1);
    lua_getfield(L, table, "connection_timeout");
    if (!lua_isnil(L, -1)) {
      spec.config.wka.connection_timeout =
          read_duration(L, lua_gettop(L), "wka: connection_timeout");
    }
    lua_pop(L, 1);
    return;
  }
  if (kind != "multicast") {
    fail(L, "cluster: scheme is wka { ... } or multicast { ... }");
  }
  spec.config.scheme = schemes::SchemeKind::Multicast;
  const Options options(L, table, "multicast", {"group", "port", "ttl", "timeout", "kind"});
  if (const auto group = options.text("group")) {
    const auto address = base::parse_ipv4(*group);
    if (!address.has_value()) fail(L, "multicast: group: " + address.error().message);
    spec.config.multicast.group.address = *address;
  }
  if (const auto port = options.integer("port", 1, 65535)) {
    spec.config.multicast.group.port = static_cast<std::uint16_t>(*port);
  }
  if (const auto ttl = options.integer("ttl", 0, 255)) {
    spec.config.multicast.ttl = static_cast<std::uint8_t>(*ttl);
  }
  spec.config.multicast.timeout =
      options.duration("timeout").value_or(spec.config.multicast.timeout);
}

// "hz-5.3", "hz-3.12+wso2", "wso2"
void read_profile(lua_State* L, const std::string& text, ClusterSpec& spec) {
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find('+', begin), text.size());
    const std::string part = text.substr(begin, end - begin);
    begin = end + 1;
    if (part == "wso2") {
      spec.config.wso2 = true;
      spec.config.port = 4000;
      continue;
    }
    const auto engine = schemes::engine_named(part);
    if (!engine.has_value() || *engine == schemes::Engine::Hz35) {
      fail(L, fmt::format("cluster: profile \"{}\"{}; the profiles are hz-3.12 and hz-5.3, each "
                          "with or without +wso2",
                          text, did_you_mean(part, {"hz-3.12", "hz-5.3", "wso2"})));
    }
    spec.config.engine = *engine;
  }
}

void read_properties(lua_State* L, ClusterSpec& spec) {
  const int table = lua_gettop(L);
  luaL_checktype(L, table, LUA_TTABLE);
  lua_pushnil(L);
  while (lua_next(L, table) != 0) {
    if (lua_type(L, -2) != LUA_TSTRING) fail(L, "cluster: properties are named");
    luaL_tolstring(L, -1, nullptr);
    std::string value = lua_tostring(L, -1);
    lua_pop(L, 1);
    if (value.ends_with(".0")) value.resize(value.size() - 2);
    spec.config.properties[lua_tostring(L, -2)] = value;
    lua_pop(L, 1);
  }
}

int cluster(lua_State* L) {
  const Options options(L, 1, "cluster",
                        {"scheme", "members", "profile", "properties", "domain", "from", "spares",
                         "same_host", "subnets", "port"});
  ScriptContext& script = context(L);
  ClusterSpec spec;
  if (const auto from = options.text("from")) {
    if (!script.options.load_cluster) fail(L, "cluster: from: there are no files here");
    auto loaded = script.options.load_cluster(*from);
    if (!loaded.has_value()) fail(L, "cluster: from: " + loaded.error().message);
    spec = std::move(*loaded);
  }
  if (const auto members = options.integer("members", 1, MembersMax)) {
    spec.members = static_cast<std::uint32_t>(*members);
  }
  spec.spares = static_cast<std::uint32_t>(options.integer("spares", 0, MembersMax).value_or(0));
  spec.same_host = options.flag("same_host").value_or(spec.same_host);
  if (const auto profile = options.text("profile")) read_profile(L, *profile, spec);
  if (const auto domain = options.text("domain")) spec.config.cluster_name = *domain;
  if (const auto port = options.integer("port", 1, 65535)) {
    spec.config.port = static_cast<std::uint16_t>(*port);
  }
  if (options.push("properties")) read_properties(L, spec);
  lua_pop(L, 1);
  const auto first_number =
      static_cast<std::uint32_t>(script.world.observation().members().size()) + 1;
  if (options.push("scheme")) {
    read_scheme(L, spec, first_number);
  } else if (!options.has("from")) {
    fail(L, "cluster: a scheme is missing, for example scheme = wka { well_known = { \"n1\" } }");
  }
  lua_pop(L, 1);
  if (script.options.override_cluster) spec = script.options.override_cluster(std::move(spec));
  const auto added = script.world.add_cluster(spec);
  if (!added.has_value()) fail(L, "cluster: " + added.error().message);
  script.clusters.push_back(*added);
  push_value(L, ClusterType, *added);
  return 1;
}

ClusterId self(lua_State* L, const char* function) {
  const auto* cluster = test_value<ClusterId>(L, 1, ClusterType);
  if (cluster == nullptr) {
    fail(L, fmt::format("{}: call it with a colon on a cluster, for example c:{}()", function,
                        function));
  }
  return *cluster;
}

int start_cluster(lua_State* L) {
  const ClusterId id = self(L, "start");
  const Options options(L, 2, "start", {"together", "stagger"});
  StartOptions start;
  start.together = options.flag("together").value_or(false);
  start.stagger = options.duration("stagger").value_or(base::Duration::zero());
  context(L).world.start(id, start);
  return 0;
}

template <base::Duration ClusterBounds::* Bound>
int bound(lua_State* L) {
  push_value(L, DurationType, context(L).world.bounds(self(L, "bounds")).*Bound);
  return 1;
}

// --- selectors: resolved now, and noted ---

int select(lua_State* L, const char* selector, Members members, std::uint32_t cluster) {
  const Observation& observation = context(L).world.observation();
  std::sort(members.begin(), members.end());
  std::string words;
  for (const base::NodeId node : members) {
    words += (words.empty() ? "" : ", ") + observation.at(node).name;
  }
  context(L).world.note(
      fmt::format("line {}: {} = {}", script_line(L), selector, words.empty() ? "nobody" : words));
  if (members.empty()) {
    fail(L, fmt::format("{}: there is nobody to choose at {}", selector,
                        base::to_text(context(L).world.now())));
  }
  push_value(L, GroupType, Group{std::move(members), words, cluster});
  return 1;
}

// The view that most live members hold; empty if none has joined.
std::vector<base::NodeId> common_view(lua_State* L, ClusterId id) {
  const Observation& observation = context(L).world.observation();
  const MemberState* best = nullptr;
  for (const MemberState& member : observation.members()) {
    if (member.cluster != id.value || !member.is_live() || !member.joined) continue;
    if (best == nullptr || member.view.size() > best->view.size()) best = &member;
  }
  std::vector<base::NodeId> order;
  if (best == nullptr) return order;
  for (const ViewEntry& entry : best->view) {
    const base::NodeId node = observation.node_of(entry.uuid);
    if (node != base::NoNode) order.push_back(node);
  }
  return order;
}

Members live_members(lua_State* L, ClusterId id) {
  Members members;
  for (const MemberState& member : context(L).world.observation().members()) {
    if (member.cluster == id.value && member.is_live()) members.push_back(member.node);
  }
  return members;
}

int member(lua_State* L) {
  self(L, "member");
  push_value(L, GroupType, read_group(L, 2, "member: the name"));
  return 1;
}

// The n-th oldest of the largest group; negative counts from the youngest.
int ranked(lua_State* L, const char* selector, int rank) {
  const ClusterId id = self(L, selector);
  const std::vector<base::NodeId> order = common_view(L, id);
  const int size = static_cast<int>(order.size());
  const int index = rank < 0 ? size + rank : rank;
  if (index < 0 || index >= size) return select(L, selector, {}, id.value);
  return select(L, selector, {order[static_cast<std::size_t>(index)]}, id.value);
}
int master(lua_State* L) {
  return ranked(L, "master", 0);
}
int oldest(lua_State* L) {
  return ranked(L, "oldest", 0);
}
int candidate(lua_State* L) {
  return ranked(L, "candidate", 1);
}
int youngest(lua_State* L) {
  return ranked(L, "youngest", -1);
}

int well_known(lua_State* L) {
  const ClusterId id = self(L, "well_known");
  const ClusterSpec& spec = context(L).world.spec(id);
  const Members all = context(L).world.observation().cluster_members(id.value);
  Members members;
  for (const std::uint32_t index : spec.well_known) {
    if (index < all.size()) members.push_back(all[index]);
  }
  // A cluster without a list: its first member stands in, so that one script fits all schemes.
  if (members.empty() && !all.empty()) members.push_back(all.front());
  return select(L, "well_known", members, id.value);
}

int others(lua_State* L) {
  const ClusterId id = self(L, "others");
  Members excluded;
  if (lua_gettop(L) >= 2) {
    excluded = read_group(L, 2, "others").members;
  } else {
    const auto order = common_view(L, id);
    if (!order.empty()) excluded.push_back(order.front());
  }
  Members members;
  for (const base::NodeId node : context(L).world.observation().cluster_members(id.value)) {
    const std::uint32_t index = node.value;
    const ClusterSpec& spec = context(L).world.spec(id);
    const Members all = context(L).world.observation().cluster_members(id.value);
    const bool is_spare = index - all.front().value >= spec.members &&
                          !context(L).world.observation().at(node).process_running;
    if (!is_spare && !std::binary_search(excluded.begin(), excluded.end(), node)) {
      members.push_back(node);
    }
  }
  return select(L, "others", members, id.value);
}

Members drawn(lua_State* L, Members from, std::size_t count) {
  base::Prng& random = context(L).world.script_random();
  Members picked;
  while (picked.size() < count && !from.empty()) {
    const auto index = static_cast<std::size_t>(random.below(from.size()));
    picked.push_back(from[index]);
    from.erase(from.begin() + static_cast<std::ptrdiff_t>(index));
  }
  return picked;
}

int share(lua_State* L, const char* selector,
          const std::function<std::size_t(std::size_t)>& count) {
  const ClusterId id = self(L, selector);
  const Members live = live_members(L, id);
  return select(L, selector, drawn(L, live, count(live.size())), id.value);
}
int one(lua_State* L) {
  return share(L, "one", [](std::size_t) { return std::size_t{1}; });
}
int some(lua_State* L) {
  const std::int64_t count = read_integer(L, 2, "some: the number", 1, MembersMax);
  return share(L, "some", [count](std::size_t) { return static_cast<std::size_t>(count); });
}
int percent(lua_State* L) {
  const std::int64_t part = read_integer(L, 2, "percent: the number", 1, 100);
  return share(L, "percent", [part](std::size_t live) {
    return std::max<std::size_t>(1, live * static_cast<std::size_t>(part) / 100);
  });
}
int minority(lua_State* L) {
  return share(L, "minority", [](std::size_t live) { return (live - 1) / 2; });
}
int majority(lua_State* L) {
  return share(L, "majority", [](std::size_t live) { return live / 2 + 1; });
}
int all(lua_State* L) {
  const ClusterId id = self(L, "all");
  return select(L, "all", context(L).world.observation().cluster_members(id.value), id.value);
}
int spare(lua_State* L) {
  const ClusterId id = self(L, "spare");
  Members absent;
  for (const base::NodeId node : context(L).world.observation().cluster_members(id.value)) {
    const MemberState& state = context(L).world.observation().at(node);
    if (!state.process_running && state.incarnation.value == 0) {
      absent.push_back(node);
      break;
    }
  }
  return select(L, "spare", absent, id.value);
}

int group_text(lua_State* L) {
  const Group group = read_group(L, 1, "tostring");
  lua_pushlstring(L, group.words.data(), group.words.size());
  return 1;
}
int group_count(lua_State* L) {
  lua_pushinteger(L, static_cast<lua_Integer>(read_group(L, 1, "#").members.size()));
  return 1;
}

void add_methods(lua_State* L, const char* type, const luaL_Reg* methods) {
  luaL_getmetatable(L, type);
  lua_getfield(L, -1, "__index");
  luaL_setfuncs(L, methods, 0);
  lua_pop(L, 2);
}

}  // namespace

constexpr luaL_Reg ClusterMethods[] = {{"start", start_cluster},
                                       {"join_bound", bound<&ClusterBounds::join>},
                                       {"detect_bound", bound<&ClusterBounds::detect>},
                                       {"elect_bound", bound<&ClusterBounds::elect>},
                                       {"merge_bound", bound<&ClusterBounds::merge>},
                                       {"member", member},
                                       {"master", master},
                                       {"oldest", oldest},
                                       {"candidate", candidate},
                                       {"youngest", youngest},
                                       {"well_known", well_known},
                                       {"others", others},
                                       {"one", one},
                                       {"some", some},
                                       {"percent", percent},
                                       {"minority", minority},
                                       {"majority", majority},
                                       {"all", all},
                                       {"spare", spare},
                                       {nullptr, nullptr}};
constexpr luaL_Reg Nothing[] = {{nullptr, nullptr}};

void bind_clusters(lua_State* L) {
  define_type<ClusterId>(L, ClusterType, ClusterMethods);
  define_type<Group>(L, GroupType, Nothing);
  add_methods(L, ClusterType, ConditionMakers);
  add_methods(L, GroupType, ConditionMakers);
  add_metamethod(L, GroupType, "__tostring", group_text);
  add_metamethod(L, GroupType, "__len", group_count);
  lua_register(L, "network", network);
  lua_register(L, "site", site);
  lua_register(L, "cluster", cluster);
  lua_register(L, "wka", wka);
  lua_register(L, "multicast", multicast);
}

}  // namespace splitscope::scenarios
