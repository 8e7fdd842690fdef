// What the logs say of the cluster's configuration: the engine, how members find each other, their
// addresses, the time-out of heartbeats. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "scenarios/incident/incident.hpp"

namespace splitscope::scenarios::incident {

struct ClusterGuess {
  std::string profile;      // "hz-5.3", "hz-3.12+wso2"
  std::uint32_t major = 0;  // what the logs say; 0 = nothing
  std::uint32_t minor = 0;
  bool is_multicast = false;
  MemberIndexes well_known;  // whom starting members tried or found; empty: nobody was seen to
  std::optional<base::Duration> heartbeat_timeout;
  std::optional<LinePlace> heartbeat_place;
  // The earliest merge after the start of the master that found the better cluster.
  std::optional<base::Duration> merge_first;
  std::optional<LinePlace> merge_place;
  // With multicast: members lived beside each other and never met, though nothing was cut.
  bool is_multicast_blocked = false;
};

ClusterGuess guess_cluster(const Incident& incident);

}  // namespace splitscope::scenarios::incident
