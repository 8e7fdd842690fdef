// docs/scripting.md is tested: every example runs, and every function of the language is described.
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>

#include "scenarios/script/play.hpp"

using namespace splitscope::scenarios;

namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file.good());
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Example {
  std::string kind;  // "", "prelude" or "alone"
  std::string text;
  std::size_t line = 0;
};

std::vector<Example> examples() {
  std::istringstream file(read_file(SPLITSCOPE_SOURCE "/docs/scripting.md"));
  std::vector<Example> found;
  std::string line;
  bool inside = false;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (!inside && line.starts_with("```lua")) {
      found.push_back({line.size() > 7 ? line.substr(7) : "", "", number});
      inside = true;
    } else if (inside && line == "```") {
      inside = false;
    } else if (inside) {
      found.back().text += line + "\n";
    }
  }
  return found;
}

}  // namespace

TEST_CASE("docs: every example of the script language runs", "[scenarios][script][docs]") {
  std::string prelude;
  std::size_t ran = 0;
  for (const Example& example : examples()) {
    if (example.kind == "prelude") {
      prelude = example.text;
      continue;
    }
    const bool whole =
        example.kind == "alone" || example.text.find("cluster {") != std::string::npos;
    RunSpec spec;
    spec.script_path = "docs/scripting.md";
    spec.script = (whole ? "" : prelude) + example.text;
    const Played played = play(spec, {});
    INFO("the example at line " << example.line << ": " << played.script.error
                                << (played.record.reasons.empty() ? "" : played.record.reasons[0]));
    CHECK(played.script.end == ScriptOutcome::End::Finished);
    CHECK(played.record.violations.empty());
    CHECK(played.record.verdict != Verdict::Fail);
    ++ran;
  }
  CHECK(ran > 20);
}

TEST_CASE("docs: every function of the script language is described", "[scenarios][script][docs]") {
  const std::string page = read_file(SPLITSCOPE_SOURCE "/docs/scripting.md");
  std::set<std::string> names;
  const std::regex entry(R"re(\{"(\w+)",\s*\w)re");
  const std::regex global(R"re(lua_register\(L, "(\w+)")re");
  for (const auto& file :
       std::filesystem::directory_iterator(SPLITSCOPE_SOURCE "/scenarios/script")) {
    const std::string name = file.path().filename().string();
    if (!name.starts_with("bind_") && name != "script.cpp") continue;
    const std::string source = read_file(file.path().string());
    for (const std::regex& pattern : {entry, global}) {
      for (std::sregex_iterator at(source.begin(), source.end(), pattern), end; at != end; ++at) {
        names.insert((*at)[1]);
      }
    }
  }
  CHECK(names.size() > 60);
  for (const std::string& name : names) {
    if (name.starts_with("__")) continue;  // operators
    INFO(name);
    CHECK(page.find(name) != std::string::npos);
  }
}
