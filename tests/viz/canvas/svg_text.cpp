#include "svg_text.hpp"

#include <cstdlib>

#include <catch2/catch.hpp>

namespace splitscope::viz::test {

std::string Element::attribute(const std::string& wanted) const {
  const std::string start = " " + wanted + "=\"";
  const std::size_t at = attributes.find(start);
  if (at == std::string::npos) return "";
  const std::size_t from = at + start.size();
  return attributes.substr(from, attributes.find('"', from) - from);
}

double Element::number(const std::string& wanted) const {
  return std::strtod(attribute(wanted).c_str(), nullptr);
}

std::vector<Element> elements(const std::string& svg) {
  std::vector<Element> all;
  std::vector<std::string> open;
  for (std::size_t at = svg.find('<'); at != std::string::npos; at = svg.find('<', at)) {
    const std::size_t close = svg.find('>', at);
    REQUIRE(close != std::string::npos);
    const std::string tag = svg.substr(at + 1, close - at - 1);
    at = close + 1;
    if (tag.front() == '/') {
      REQUIRE(!open.empty());
      CHECK(open.back() == tag.substr(1));
      open.pop_back();
      continue;
    }
    const bool is_empty = tag.back() == '/';
    const std::size_t space = tag.find_first_of(" /");
    Element element{tag.substr(0, space), space == std::string::npos ? "" : tag.substr(space), ""};
    element.text = svg.substr(at, svg.find('<', at) - at);
    if (!is_empty) open.push_back(element.name);
    all.push_back(element);
  }
  CHECK(open.empty());
  return all;
}

std::vector<Element> named(const std::vector<Element>& all, const std::string& name) {
  std::vector<Element> found;
  for (const Element& element : all) {
    if (element.name == name) found.push_back(element);
  }
  return found;
}

}  // namespace splitscope::viz::test
