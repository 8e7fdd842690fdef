// Opens the recorded run that a command draws or explains.
#pragma once

#include <string>

#include "engine/base/result.hpp"
#include "viz/model/run_model.hpp"

namespace splitscope::cli {

// A damaged place is told on standard error, under the command's name, and left out. Errors begin
// with the file's name.
base::Result<viz::RunModel> open_run(const std::string& command, const std::string& path);

}  // namespace splitscope::cli
