// The commands that carry out a comparison again, whole or one run of it. Values of placeholders
// may be secret, so a command takes them from the shell: --set NAME="$NAME".
#pragma once

#include <cstddef>
#include <string>

#include "scenarios/compare/comparison.hpp"

namespace splitscope::scenarios {

std::string compare_command(const ComparisonPlan& plan);

// One run, with its trace: the indexes are those of the plan.
std::string cell_command(const ComparisonPlan& plan, std::size_t scenario, std::size_t scheme,
                         std::size_t seed);

}  // namespace splitscope::scenarios
