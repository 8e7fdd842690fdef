// Whether this machine lets tests make network namespaces and TAP devices.
#pragma once

#include "engine/lab/host_namespace.hpp"
#include "tests/support/skip.hpp"

namespace splitscope::testing {

// False, and said so, where it does not; the test then returns.
inline bool has_namespaces(const std::string& name) {
  const auto made = lab::make_host_namespace(base::ipv4(10, 0, 0, 1));
  if (made.has_value()) return true;
  skip(name, "network namespaces and /dev/net/tun (" + made.error().message + ")");
  return false;
}

}  // namespace splitscope::testing
