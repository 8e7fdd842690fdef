#include "scenarios/sockets/node_member.hpp"

#include <fstream>

#include "engine/base/prng.hpp"
#include "scenarios/import/cluster_file.hpp"

namespace splitscope::scenarios {

base::Result<void> write_member_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::trunc);
  file << text;
  file.close();
  if (!file) return base::failure(path + ": cannot be written: is the disk full?");
  return {};
}

base::Result<std::vector<std::string>> NodeMember::command_line(const MemberLife& life) const {
  auto written = write_member_file(life.config_path, to_cluster_file(life.config));
  if (!written.has_value()) return std::unexpected(written.error());
  std::vector<std::string> command{
      program_,         "node",
      "--cluster",      life.config_path,
      "--node",         std::to_string(life.node.value + 1),
      "--bind",         base::to_text(life.place),
      "--control",      life.control_path,
      "--seed",         std::to_string(base::derive_seed(life.seed, "sockets") >> 1 | 1),
      "--incarnation",  std::to_string(life.incarnation.value),
      "--run-start-ns", std::to_string(life.run_start.count()),
      "--allow-faults"};
  if (life.boot_time.has_value()) {
    command.emplace_back("--boot-ns");
    command.push_back(std::to_string(life.boot_time->count()));
  }
  return command;
}

}  // namespace splitscope::scenarios
