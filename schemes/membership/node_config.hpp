// What one member is started with: the cluster's settings, resolved, and the member's own.
#pragma once

#include <cstdint>
#include <string>

#include "schemes/membership/messages.hpp"
#include "schemes/membership/planted_bugs.hpp"
#include "schemes/membership/profile.hpp"

namespace splitscope::schemes {

struct NodeConfig {
  Settings settings;
  std::string cluster_name = "dev";
  std::uint16_t port = 5701;
  std::uint16_t port_count = 1;  // how many ports are tried from `port` on
  bool data_member = true;
  JoinerKind joiner = JoinerKind::TcpIp;
  Version version{5, 3, 8};
  // From the start of the process to the first listen(): a JVM that starts. Drawn between the two.
  base::Duration boot_time_min{};
  base::Duration boot_time_max{};
  // For tests only.
  PlantedBugs bugs;
};

// Whether a message to a peer without a connection waits for one (5.x), or is lost while the
// connection is begun (3.12). It is the cause of the difference that the switch names.
inline bool waits_for_connection(const Settings& settings) {
  return !settings.behaviour.failed_connection_ends_vote;
}
// Whether a joiner's waits end as soon as it is connected or joined (5.x), or are slept to the end.
inline bool wakes_when_joined(const Settings& settings) {
  return waits_for_connection(settings);
}

}  // namespace splitscope::schemes
