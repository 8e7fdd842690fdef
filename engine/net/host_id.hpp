// The name of a host of one network: dense numbers from 0, in order of adding.
#pragma once

#include <compare>
#include <cstdint>

namespace splitscope::net {

struct HostId {
  std::uint32_t value = 0;
  friend auto operator<=>(const HostId&, const HostId&) = default;
};
inline constexpr HostId NoHost{0xffff'ffff};

}  // namespace splitscope::net
