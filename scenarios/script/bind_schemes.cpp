// How members find each other: wka { ... }, multicast { ... }, aws { ... } and ecs { ... }.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "scenarios/script/schemes.hpp"

namespace splitscope::scenarios {
namespace {

std::optional<std::uint32_t> number_of(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Index from 0 of "n5" (counted over all clusters) or "2" (the cluster's second).
std::uint32_t member_index(lua_State* L, const std::string& name, std::uint32_t first_number,
                           std::uint32_t members) {
  const bool is_name = name.starts_with('n');
  const auto number = number_of(std::string_view(name).substr(is_name ? 1 : 0));
  const std::uint32_t first = is_name ? first_number : 1;
  if (!number.has_value() || *number < first || *number - first >= members) {
    fail(L, fmt::format("wka: well_known: \"{}\" is none of the cluster's {} members (n{} to n{})",
                        name, members, first_number, first_number + members - 1));
  }
  return *number - first;
}

// A list of names and positions, one name, "all", or how many of the first members.
void read_well_known(lua_State* L, int index, SchemeValue& scheme) {
  if (lua_type(L, index) == LUA_TNUMBER) {
    const std::int64_t count = read_integer(L, index, "wka: well_known", 1, Limits::MembersMax);
    for (std::int64_t i = 1; i <= count; ++i) scheme.well_known.push_back(fmt::format("{}", i));
    return;
  }
  if (lua_type(L, index) == LUA_TSTRING) {
    const std::string text = lua_tostring(L, index);
    scheme.all_well_known = text == "all";
    if (!scheme.all_well_known) scheme.well_known.push_back(text);
    return;
  }
  const lua_Integer count = read_list_size(L, index, "wka: well_known");
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(L, index, i);
    const int entry = lua_gettop(L);
    scheme.well_known.push_back(
        lua_type(L, entry) == LUA_TSTRING
            ? std::string(lua_tostring(L, entry))
            : fmt::format("{}", read_integer(L, entry, "wka: well_known: a position", 1,
                                             Limits::MembersMax)));
    lua_pop(L, 1);
  }
  if (scheme.well_known.empty()) {
    fail(L, "wka: well_known names nobody; write for example { \"n1\", \"n2\" } or \"all\"");
  }
}

int wka(lua_State* L) {
  const Options options(L, 1, "wka",
                        {"well_known", "list", "connection_timeout", "required_member"});
  SchemeValue scheme;
  if (options.has("well_known") == options.has("list")) {
    fail(L,
         "wka: give either the well-known members, for example wka { well_known = { \"n1\" } }, "
         "or a list of addresses, for example wka { list = { \"10.77.0.11:5701\" } }");
  }
  if (options.push("well_known")) read_well_known(L, lua_gettop(L), scheme);
  if (options.push("list")) scheme.list = read_texts(L, lua_gettop(L), "wka: list");
  scheme.connection_timeout = options.duration("connection_timeout");
  scheme.required_member = options.text("required_member");
  push_value(L, std::move(scheme));
  return 1;
}

base::Ipv4 read_group_address(lua_State* L, const std::string& text) {
  const auto address = base::parse_ipv4(text);
  if (!address.has_value()) fail(L, "multicast: group: " + address.error().message);
  if (!address->is_multicast()) {
    fail(L, fmt::format("multicast: group: {} is no multicast address; those are 224.0.0.0 to "
                        "239.255.255.255",
                        text));
  }
  return *address;
}

int multicast(lua_State* L) {
  const Options options(L, 1, "multicast", {"group", "port", "ttl", "timeout", "loopback"});
  SchemeValue scheme;
  scheme.kind = schemes::SchemeKind::Multicast;
  if (const auto group = options.text("group")) scheme.group = read_group_address(L, *group);
  if (const auto port = options.integer("port", 1, 65535)) {
    scheme.port = static_cast<std::uint16_t>(*port);
  }
  if (const auto ttl = options.integer("ttl", 0, 255)) scheme.ttl = static_cast<std::uint8_t>(*ttl);
  scheme.timeout = options.duration("timeout");
  scheme.loopback = options.flag("loopback").value_or(false);
  push_value(L, std::move(scheme));
  return 1;
}

int aws(lua_State* L) {
  SchemeValue scheme;
  scheme.kind = schemes::SchemeKind::Aws;
  scheme.cloud = read_aws(L);
  push_value(L, std::move(scheme));
  return 1;
}

int ecs(lua_State* L) {
  SchemeValue scheme;
  scheme.kind = schemes::SchemeKind::Ecs;
  scheme.cloud = read_ecs(L);
  push_value(L, std::move(scheme));
  return 1;
}

// What "aws" and "ecs" as texts stand for: members found by a tag that they carry.
SchemeValue cloud_scheme(schemes::SchemeKind kind) {
  SchemeValue scheme;
  scheme.kind = kind;
  scheme.cloud.place.is_task = kind == schemes::SchemeKind::Ecs;
  scheme.cloud.properties = {{"tag-key", "cluster"}, {"tag-value", "dev"}};
  return scheme;
}

int text_of_scheme(lua_State* L) {
  const auto* scheme = test_value<SchemeValue>(L, 1);
  const std::string text = scheme == nullptr ? "scheme" : scheme_text(*scheme);
  lua_pushlstring(L, text.data(), text.size());
  return 1;
}

void apply_multicast(const SchemeValue& scheme, schemes::MulticastConfig& config) {
  config.group.address = scheme.group.value_or(config.group.address);
  config.group.port = scheme.port.value_or(config.group.port);
  config.ttl = scheme.ttl.value_or(config.ttl);
  config.timeout = scheme.timeout.value_or(config.timeout);
  config.loopback = scheme.loopback;
}

}  // namespace

SchemeValue parse_scheme(lua_State* L, std::string_view text, std::string_view what) {
  constexpr std::string_view Prefix = "wka:";
  SchemeValue scheme;
  if (text == "multicast") {
    scheme.kind = schemes::SchemeKind::Multicast;
    return scheme;
  }
  if (text == "aws") return cloud_scheme(schemes::SchemeKind::Aws);
  if (text == "ecs") return cloud_scheme(schemes::SchemeKind::Ecs);
  if (!text.starts_with(Prefix) || text.size() == Prefix.size()) {
    fail(L,
         fmt::format("{}: expected multicast, aws, ecs, wka:all or for example wka:n1,n2", what));
  }
  scheme.all_well_known = text == "wka:all";
  if (scheme.all_well_known) return scheme;
  for (std::size_t begin = Prefix.size(); begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    scheme.well_known.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return scheme;
}

std::string scheme_text(const SchemeValue& scheme) {
  if (scheme.kind == schemes::SchemeKind::Multicast) return "multicast";
  if (scheme.kind == schemes::SchemeKind::Aws) return "aws";
  if (scheme.kind == schemes::SchemeKind::Ecs) return "ecs";
  if (scheme.all_well_known) return "wka:all";
  const auto& entries = scheme.well_known.empty() ? scheme.list : scheme.well_known;
  return fmt::format("wka:{}", fmt::join(entries, ","));
}

void apply_scheme(lua_State* L, const SchemeValue& scheme, std::uint32_t first_number,
                  ClusterSpec& spec) {
  spec.config.scheme = scheme.kind;
  if (scheme.kind == schemes::SchemeKind::Multicast) {
    return apply_multicast(scheme, spec.config.multicast);
  }
  if (scheme.kind == schemes::SchemeKind::Aws || scheme.kind == schemes::SchemeKind::Ecs) {
    return apply_cloud_scheme(scheme.cloud, scheme.kind, spec);
  }
  const std::uint32_t members = spec.members + spec.spares;
  spec.config.wka.members.clear();
  spec.well_known.clear();
  for (std::uint32_t i = 0; scheme.all_well_known && i < spec.members; ++i) {
    spec.well_known.push_back(i);
  }
  for (const std::string& name : scheme.well_known) {
    spec.well_known.push_back(member_index(L, name, first_number, members));
  }
  for (const std::string& entry : scheme.list) spec.config.wka.members.push_back({entry});
  if (scheme.connection_timeout) spec.config.wka.connection_timeout = *scheme.connection_timeout;
  if (scheme.required_member) spec.config.wka.required_member = *scheme.required_member;
}

void bind_schemes(lua_State* L) {
  define_type<SchemeValue>(L, NoMethods);
  add_metamethod(L, TypeName<SchemeValue>, "__tostring", text_of_scheme);
  lua_register(L, "wka", wka);
  lua_register(L, "multicast", multicast);
  lua_register(L, "aws", aws);
  lua_register(L, "ecs", ecs);
}

}  // namespace splitscope::scenarios
