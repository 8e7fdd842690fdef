// splitscope run --world sockets, and hazelcast.
#pragma once

#include "scenarios/script/play.hpp"

namespace splitscope::cli {

struct SocketsRun {
  scenarios::ScriptOptions script;
  std::string trace_path;
  std::string pcap_path;
  bool json = false;
  bool may_be_long = false;
};
// The exit code.
int run_on_sockets(const scenarios::RunSpec& spec, const SocketsRun& run);

}  // namespace splitscope::cli
