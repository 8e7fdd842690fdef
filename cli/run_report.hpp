// A run's outcome for people, and as an exit code. The same for every world.
#pragma once

#include "scenarios/script/play.hpp"

namespace splitscope::cli {

int exit_code_of(const scenarios::Played& played);
void print_report(const scenarios::RunSpec& spec, const scenarios::Played& played);

}  // namespace splitscope::cli
