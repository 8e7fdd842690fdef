// The derived comparison of schemes as a page: one file without scripts or links to elsewhere.
// Hides HTML. Invariant: no text reaches the page unescaped.
#pragma once

#include <string>

#include "scenarios/table/scheme_table.hpp"

namespace splitscope::viz {

std::string scheme_table_page(const scenarios::SchemeTable& table);

}  // namespace splitscope::viz
