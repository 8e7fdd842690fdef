#include "cli/worlds.hpp"

#include "scenarios/kit/sim_world.hpp"

namespace splitscope::cli {

base::Result<OpenWorld> open_world(const std::string& name, std::uint64_t seed) {
  if (name != "sim") {
    return base::failure("--world " + name + ": this version has the world \"sim\"");
  }
  auto world = std::make_unique<scenarios::SimWorld>(scenarios::SimWorldOptions{.seed = seed});
  scenarios::SimWorld* sim = world.get();
  return OpenWorld{std::move(world), [sim] { return sim->finish().verdict; }};
}

}  // namespace splitscope::cli
