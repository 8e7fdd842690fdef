// The worlds that commands can open by name, in one place.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "engine/base/result.hpp"
#include "engine/lab/interrupt.hpp"
#include "engine/lab/lab.hpp"
#include "scenarios/kit/run_record.hpp"
#include "scenarios/kit/world.hpp"
#include "scenarios/sockets/member_kind.hpp"

namespace splitscope::cli {

// What takes longer than this in real time needs --long.
inline constexpr base::Duration LongRun = std::chrono::minutes{10};

struct OpenWorld {
  // What a world on real sockets stands on; null for others. Goes after the world.
  std::unique_ptr<lab::Interrupt> interrupt;
  std::unique_ptr<scenarios::MemberKind> members;
  std::unique_ptr<lab::Lab> lab;
  std::unique_ptr<scenarios::World> world;
  // Ends the run: until all monitors are decided. Once; the world still stands afterwards.
  std::function<scenarios::RunRecord()> finish;
};

// What members are in a world on real sockets.
base::Result<std::unique_ptr<scenarios::MemberKind>> open_members(const std::string& world);

// "sim" or "sockets"; the error names the worlds that there are, or what the system does not allow.
// On real sockets the caller has one thread, and Ctrl-C ends the run in order.
base::Result<OpenWorld> open_world(const std::string& name, std::uint64_t seed);

}  // namespace splitscope::cli
