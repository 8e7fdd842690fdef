// The bodies that this program has, as Catch knows them, and which rules they show.
#pragma once

#include <string>
#include <vector>

namespace splitscope::conformance {

struct Body {
  std::string name;
  std::vector<int> rules;  // that its name begins with
  bool is_nightly = false;
};
// In the order of their names.
std::vector<Body> bodies();

}  // namespace splitscope::conformance
