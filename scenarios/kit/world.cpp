#include "scenarios/kit/world.hpp"

namespace splitscope::scenarios {

std::optional<NetworkSpec> site_named(std::string_view name) {
  NetworkSpec network;
  if (name == "lan") return network;
  if (name == "routed") {
    network.subnets = {{"a", true}, {"b", true}};
    return network;
  }
  if (name == "vpc") {
    network.subnets = {{"vpc", false}};
    return network;
  }
  if (name == "multi-az") {
    network.subnets = {{"a", false}, {"b", false}, {"c", false}};
    network.routed_latency = std::chrono::microseconds{700};
    return network;
  }
  return std::nullopt;
}

}  // namespace splitscope::scenarios
