// The heartbeat workload of bench/bare/SPEC.md, written against the seam on the simulator that
// schemes use: packet rules, loss and digest are on.
#pragma once

#include <cstdint>

namespace splitscope::bench {

struct MeshOptions {
  std::uint32_t nodes = 100;
  std::uint32_t seconds = 20;
  std::uint64_t seed = 1;
  bool gossip = false;  // 8 drawn peers instead of all
  bool weighs = false;  // asks the machine for `bytes_per_node`, which takes time
};

struct MeshResult {
  std::uint64_t events = 0;  // deliveries, heartbeats and checks
  double cpu_seconds = 0;
  double bytes_per_node = 0;  // of resident memory; 0 unless weighed
};
MeshResult run_mesh(const MeshOptions& options);

}  // namespace splitscope::bench
