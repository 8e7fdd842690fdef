// The worlds that commands can open by name, in one place.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/base/result.hpp"
#include "scenarios/kit/world.hpp"

namespace splitscope::cli {

struct OpenWorld {
  std::unique_ptr<scenarios::World> world;
  // Ends the run: until all monitors are decided. Once; the world still stands afterwards.
  std::function<scenarios::Verdict()> finish;
};

// "sim"; the error names the worlds that there are.
base::Result<OpenWorld> open_world(const std::string& name, std::uint64_t seed);

}  // namespace splitscope::cli
