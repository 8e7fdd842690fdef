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

namespace CLI {
class App;
}

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

// Which world, and in "hazelcast" which release of it.
struct WorldName {
  std::string name = "sim";
  std::string release;  // empty: 5.3.8
  bool is_real() const { return name != "sim"; }
};
// The error names the worlds that there are, or the releases.
base::Result<void> check_world(const WorldName& world);

// --world and --hazelcast.
void add_world_options(CLI::App& command, WorldName& world);

// What members are in a world on real sockets. Builds real Hazelcast where it is not built yet; the
// error says what to install.
base::Result<std::unique_ptr<scenarios::MemberKind>> open_members(const WorldName& world);

// The error names the worlds that there are, or what the system does not allow.
// On real sockets the caller has one thread, and Ctrl-C ends the run in order.
base::Result<OpenWorld> open_world(const WorldName& world, std::uint64_t seed);

}  // namespace splitscope::cli
