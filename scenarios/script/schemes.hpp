// A membership scheme as a script's value: wka { ... }, multicast { ... }, aws { ... },
// ecs { ... }, or the text that --set gives ("wka:n1,n2", "multicast", "aws", "ecs"). Private to
// scenarios/script.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/script/cloud_schemes.hpp"

namespace splitscope::scenarios {

struct SchemeValue {
  schemes::SchemeKind kind = schemes::SchemeKind::Wka;
  // Well-known members: names ("n2") or positions ("2") in the cluster, or all of them.
  std::vector<std::string> well_known;
  bool all_well_known = false;
  std::vector<std::string> list;  // addresses as they stand
  std::optional<base::Duration> connection_timeout;
  std::optional<std::string> required_member;
  // Of multicast; what is not said keeps the profile's value.
  std::optional<base::Ipv4> group;
  std::optional<std::uint16_t> port;
  std::optional<std::uint8_t> ttl;
  std::optional<base::Duration> timeout;
  bool loopback = false;
  CloudSchemeValue cloud;  // of aws and ecs
};

template <>
inline constexpr const char* TypeName<SchemeValue> = "scheme";

// "wka:n1,n2", "wka:all", "multicast", "aws", "ecs"; `what` begins the error.
SchemeValue parse_scheme(lua_State* L, std::string_view text, std::string_view what);
// The same text back, as far as it can say it.
std::string scheme_text(const SchemeValue& scheme);
// Applies it to a cluster whose first member is n<first_number>.
void apply_scheme(lua_State* L, const SchemeValue& scheme, std::uint32_t first_number,
                  ClusterSpec& spec);

}  // namespace splitscope::scenarios
