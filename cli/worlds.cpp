#include "cli/worlds.hpp"

#include <cstdlib>
#include <filesystem>

#include <CLI/CLI.hpp>

#include "cli/lab_folders.hpp"
#include "scenarios/hazelcast_world/hazelcast_member.hpp"
#include "scenarios/kit/sim_world.hpp"
#include "scenarios/sockets/node_member.hpp"
#include "scenarios/sockets/socket_world.hpp"

namespace splitscope::cli {
namespace {

constexpr const char* DefaultRelease = "5.3.8";

base::Result<scenarios::HazelcastRelease> release_of(const WorldName& world) {
  return scenarios::hazelcast_release(world.release.empty() ? DefaultRelease : world.release);
}

OpenWorld open_sim(std::uint64_t seed) {
  auto world = std::make_unique<scenarios::SimWorld>(scenarios::SimWorldOptions{.seed = seed});
  scenarios::SimWorld* sim = world.get();
  OpenWorld opened;
  opened.world = std::move(world);
  opened.finish = [sim] { return sim->finish(); };
  return opened;
}

base::Result<OpenWorld> open_sockets(const WorldName& name, std::uint64_t seed) {
  const LabFolders folders = lab_folders();
  auto members = open_members(name);
  if (!members.has_value()) return std::unexpected(members.error());
  if (auto entered = lab::enter_user_namespace_if_needed(); !entered.has_value()) {
    return std::unexpected(entered.error());
  }
  OpenWorld opened;
  opened.members = std::move(*members);
  opened.interrupt = std::make_unique<lab::Interrupt>();
  auto lab = lab::Lab::open({.seed = seed, .records = folders.records, .runs = folders.runs});
  if (!lab.has_value()) return std::unexpected(lab.error());
  opened.lab = std::move(*lab);
  scenarios::SocketWorldOptions options;
  options.seed = seed;
  options.kind = opened.members.get();
  options.interrupt = opened.interrupt.get();
  auto world = std::make_unique<scenarios::SocketWorld>(*opened.lab, options);
  opened.finish = [sockets = world.get()] { return sockets->finish(); };
  opened.world = std::move(world);
  return opened;
}

// Where what Maven builds is kept between runs.
std::filesystem::path hazelcast_target() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/') {
    return std::filesystem::path(cache) / "splitscope" / "hazelcast";
  }
  const char* home = std::getenv("HOME");
  const std::filesystem::path own = home == nullptr || *home == 0 ? "/tmp" : home;
  return own / ".cache" / "splitscope" / "hazelcast";
}

base::Result<std::unique_ptr<scenarios::MemberKind>> open_hazelcast(const WorldName& world) {
  auto release = release_of(world);
  if (!release.has_value()) return std::unexpected(release.error());
  auto built = scenarios::build_hazelcast(*release, {SPLITSCOPE_HAZELCAST, hazelcast_target()});
  if (!built.has_value()) return std::unexpected(built.error());
  return std::make_unique<scenarios::HazelcastMember>(std::move(*release), std::move(*built));
}

}  // namespace

void add_world_options(CLI::App& command, WorldName& world) {
  command.add_option("--world", world.name,
                     "Where it runs: sim, sockets (real members in network namespaces), or "
                     "hazelcast (the same with real Hazelcast)");
  command.add_option("--hazelcast", world.release,
                     "The release of real Hazelcast: 5.3.8 (the default), 3.12.13, ...");
}

base::Result<void> check_world(const WorldName& world) {
  if (world.name == "hazelcast") {
    if (auto release = release_of(world); !release.has_value()) {
      return std::unexpected(release.error());
    }
    return {};
  }
  if (!world.release.empty()) {
    return base::failure("--hazelcast " + world.release + " is for --world hazelcast");
  }
  if (world.name == "sim" || world.name == "sockets") return {};
  return base::failure("--world " + world.name + ": write sim, sockets or hazelcast");
}

base::Result<std::unique_ptr<scenarios::MemberKind>> open_members(const WorldName& world) {
  if (world.name == "hazelcast") return open_hazelcast(world);
  return std::make_unique<scenarios::NodeMember>(
      std::filesystem::read_symlink("/proc/self/exe").string());
}

base::Result<OpenWorld> open_world(const WorldName& world, std::uint64_t seed) {
  if (auto checked = check_world(world); !checked.has_value()) {
    return std::unexpected(checked.error());
  }
  return world.is_real() ? open_sockets(world, seed) : open_sim(seed);
}

}  // namespace splitscope::cli
