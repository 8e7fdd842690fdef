// Looks at SVG as text: enough to see that it is well-formed and where its parts are.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace splitscope::viz::test {

struct Element {
  std::string name;
  std::string attributes;
  std::string text;  // directly after the opening tag

  std::string attribute(const std::string& name) const;
  double number(const std::string& name) const;
};

// Every element, in order. Fails the test if tags do not nest.
std::vector<Element> elements(const std::string& svg);

std::vector<Element> named(const std::vector<Element>& all, const std::string& name);

}  // namespace splitscope::viz::test
