// The full protocol: members of profile hz-5.3 over simulated TCP, codec and checkers on.
#pragma once

#include <cstdint>

namespace splitscope::bench {

// Scenarios a CPU second: 5 members, 120 s, the master killed, from C++ or as a Lua scenario.
double protocol_scenarios_per_second(std::uint32_t runs);
double lua_scenarios_per_second(std::uint32_t runs);
// Simulated seconds a CPU second of a steady cluster, best of three spans. 0: it did not form.
double steady_speed(std::uint32_t members, std::uint32_t seconds);

}  // namespace splitscope::bench
