#include "cli/worlds.hpp"

#include <filesystem>

#include "cli/lab_folders.hpp"
#include "scenarios/kit/sim_world.hpp"
#include "scenarios/sockets/node_member.hpp"
#include "scenarios/sockets/socket_world.hpp"

namespace splitscope::cli {
namespace {

OpenWorld open_sim(std::uint64_t seed) {
  auto world = std::make_unique<scenarios::SimWorld>(scenarios::SimWorldOptions{.seed = seed});
  scenarios::SimWorld* sim = world.get();
  OpenWorld opened;
  opened.world = std::move(world);
  opened.finish = [sim] { return sim->finish(); };
  return opened;
}

base::Result<OpenWorld> open_sockets(const std::string& name, std::uint64_t seed) {
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

}  // namespace

base::Result<std::unique_ptr<scenarios::MemberKind>> open_members(const std::string&) {
  return std::make_unique<scenarios::NodeMember>(
      std::filesystem::read_symlink("/proc/self/exe").string());
}

base::Result<OpenWorld> open_world(const std::string& name, std::uint64_t seed) {
  if (name == "sim") return open_sim(seed);
  if (name == "sockets") return open_sockets(name, seed);
  return base::failure("--world " + name + ": write sim or sockets");
}

}  // namespace splitscope::cli
