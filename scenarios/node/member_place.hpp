// Which member of a configuration a process is, and where it lives. Pure.
#pragma once

#include <optional>
#include <string>

#include "engine/base/endpoint.hpp"
#include "schemes/membership/cluster_config.hpp"

namespace splitscope::scenarios {

// What the command line says about it.
struct PlaceRequest {
  std::uint32_t node = 0;  // 1 = the first; 0 = not said
  std::string bind;        // "address" or "address:port"; empty = not said
  // From the files: the node whose own file came first.
  schemes::MemberConfig first_node;
};

struct MemberPlace {
  std::uint32_t node = 1;
  base::Ipv4 address;
  std::uint16_t port = 0;  // 0 = the cluster's
  friend bool operator==(const MemberPlace&, const MemberPlace&) = default;
};

// --bind decides (the node is then the one that the files know there, else 1); else the node's own
// file or entry in the list of well-known members; else the only file's own address. Error: nothing
// says where the member lives, or it is no literal address.
base::Result<MemberPlace> find_place(const schemes::ClusterConfig& config,
                                     const PlaceRequest& request);

}  // namespace splitscope::scenarios
