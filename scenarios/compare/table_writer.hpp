// A comparison as a table for a terminal: findings first, then one block for each scenario, then
// assumptions. Pure.
#pragma once

#include <cstddef>
#include <string>

#include "scenarios/compare/comparison.hpp"

namespace splitscope::scenarios {

struct TableOptions {
  std::size_t width = 100;  // columns; fewer than 60 count as 60
  bool has_colour = false;  // ANSI colours; without them the words alone tell all
};

std::string write_table(const Comparison& comparison, const TableOptions& options);

}  // namespace splitscope::scenarios
