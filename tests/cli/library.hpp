// What several tests of the program hold its runs against: the library and the schema of --json.
#pragma once

#include <fstream>
#include <sstream>
#include <string>

#include <boost/json.hpp>

namespace splitscope::tests {

inline const std::string Library = SPLITSCOPE_SOURCE "/scenarios/library/";

inline boost::json::value run_schema() {
  std::ifstream file(SPLITSCOPE_SOURCE "/docs/run.schema.json");
  std::stringstream text;
  text << file.rdbuf();
  return boost::json::parse(text.str());
}

}  // namespace splitscope::tests
