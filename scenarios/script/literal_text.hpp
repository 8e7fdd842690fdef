// Values of the kit as scenario scripts write them, so that reading the text gives the value again.
// Members are named by position, as worlds name them. Private to scenarios/script.
#pragma once

#include <string>
#include <string_view>

#include "scenarios/kit/fault.hpp"
#include "scenarios/kit/world.hpp"

namespace splitscope::scenarios {

// "text", with what Lua would read otherwise escaped.
std::string lua_quoted(std::string_view text);
// `"90s"`, `"1s500ms"`, `"12s345678901ns"`: exact.
std::string lua_duration(base::Duration duration);
// The same without its quotes, for longer texts: `90s`.
std::string bare_duration(base::Duration duration);
// Exact for rates that a script gave.
std::string lua_rate(base::Probability probability);
// `"n1"` or `{ "n1", "n3" }`.
std::string lua_members(const Members& members);
std::string lua_network(const NetworkSpec& network);
std::string lua_cluster(const ClusterSpec& spec);
// `partition({ "n1" }, { "n2", "n3" }, { for_ = "20s" })`
std::string lua_fault(const Fault& fault);

}  // namespace splitscope::scenarios
