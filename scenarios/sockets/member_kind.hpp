// What the members of a world on real sockets are: which program a member is, and what it can be
// asked for. Whatever it is, it serves the stream of docs/node.md on its control socket, leaves
// gracefully on SIGTERM, and exits with 0 or 1 unless something is wrong.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/result.hpp"
#include "schemes/membership/cluster_config.hpp"

namespace splitscope::scenarios {

// One life of a member, about to begin.
struct MemberLife {
  base::NodeId node;
  base::Incarnation incarnation;
  base::Endpoint place;
  schemes::ClusterConfig config;            // its own: with what differs on it
  std::string control_path;                 // where its control socket is to be
  std::string config_path;                  // for a file of its configuration, if it takes one
  std::uint64_t seed = 1;                   // of the run
  base::Duration run_start{};               // CLOCK_MONOTONIC at the run's time 0
  std::optional<base::Duration> boot_time;  // of members that take faults; else as it comes
};

class MemberKind {
 public:
  virtual ~MemberKind() = default;
  // The error begins with "not in this world".
  virtual base::Result<void> check(const schemes::ClusterConfig& config) const = 0;
  // The command line, the program's path first.
  virtual base::Result<std::vector<std::string>> command_line(const MemberLife& life) const = 0;
  // It counts its messages by type, and does to them, to its clock and to its pace what is asked.
  virtual bool takes_faults() const = 0;
};

base::Result<void> write_member_file(const std::string& path, const std::string& text);

}  // namespace splitscope::scenarios
