// A derived table in words: for the terminal, and as the page docs/comparison.md. Hides the layout
// of both. Invariant: every piece of evidence of a cell is named.
#pragma once

#include <cstddef>
#include <string>

#include "scenarios/table/scheme_table.hpp"

namespace splitscope::scenarios {

// "20 of 20 seeds (1 to 20), sim"
std::string runs_text(const Evidence& evidence);

// `width`: columns of the terminal.
std::string table_for_terminal(const SchemeTable& table, std::size_t width, bool colour);
std::string table_markdown(const SchemeTable& table);

}  // namespace splitscope::scenarios
