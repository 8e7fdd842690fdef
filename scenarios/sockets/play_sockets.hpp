// One run of a script on real sockets, from a RunSpec to its record.
#pragma once

#include "scenarios/script/play.hpp"
#include "scenarios/sockets/socket_world.hpp"

namespace splitscope::scenarios {

struct SocketPlayOptions {
  ScriptOptions script;              // its seed and parameters are taken from the RunSpec
  lab::LabOptions lab;               // its seed too
  const MemberKind* kind = nullptr;  // what members are
  const lab::Interrupt* interrupt = nullptr;
  // Called with the world before the script starts: to listen, to capture.
  std::function<void(SocketWorld&, lab::Lab&)> prepare;
  // Called when all is over, while the world still stands.
  std::function<void(SocketWorld&, lab::Lab&)> inspect;
};

// Errors say what the system does not allow. A script that is wrong is in Played::script.
base::Result<Played> play_on_sockets(const RunSpec& spec, const SocketPlayOptions& options);

// How long it will take: as long as in the simulator. The error is the script's.
base::Result<base::Duration> expected_duration(const RunSpec& spec, const ScriptOptions& script);

}  // namespace splitscope::scenarios
