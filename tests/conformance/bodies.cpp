#include "bodies.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

namespace splitscope::conformance {
namespace {

// "rules 5 and 20: with..." shows 5 and 20.
std::vector<int> rules_of(const std::string& name) {
  std::vector<int> rules;
  int number = 0;
  for (const char c : name.substr(0, name.find(':') + 1)) {
    if (c >= '0' && c <= '9') {
      number = 10 * number + (c - '0');
    } else if (number != 0) {
      rules.push_back(std::exchange(number, 0));
    }
  }
  return rules;
}

}  // namespace

std::vector<Body> bodies() {
  std::vector<Body> result;
  for (const Catch::TestCase& test : Catch::getRegistryHub().getTestCaseRegistry().getAllTests()) {
    if (std::ranges::count(test.lcaseTags, "body") == 0) continue;
    const bool is_nightly = std::ranges::count(test.lcaseTags, "nightly") > 0;
    result.push_back({test.name, rules_of(test.name), is_nightly});
  }
  std::ranges::sort(result, {}, &Body::name);
  return result;
}

}  // namespace splitscope::conformance
