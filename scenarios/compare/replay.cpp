#include "scenarios/compare/replay.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "scenarios/compare/cloud_variants.hpp"

namespace splitscope::scenarios {

namespace {

// As a shell takes it for one word.
std::string shell_word(const std::string& text) {
  constexpr std::string_view Plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:@%+,";
  if (!text.empty() && text.find_first_not_of(Plain) == std::string::npos) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

// A path where the scenario is the user's own file, else its name in the library.
std::string scenario_word(const ScenarioText& scenario) {
  return scenario.is_of_library ? scenario.name : scenario.path;
}

std::string joined(const std::vector<std::string>& parts) {
  return shell_word(fmt::format("{}", fmt::join(parts, ",")));
}

// What all commands of the plan share.
std::string stem(const ComparisonPlan& plan) {
  std::string command = "splitscope compare";
  for (const std::string& source : plan.sources) command += " " + shell_word(source);
  for (const std::string& name : plan.placeholders) {
    command += fmt::format(" --set {0}=\"${0}\"", name);
  }
  command += fmt::format(" --members {}", plan.members);
  if (!plan.schemes.empty()) {
    command +=
        fmt::format(" --profile {}", schemes::to_text(plan.schemes.front().cluster.config.engine));
  }
  // Always where it could follow from the files.
  const bool asks_cloud = std::ranges::any_of(plan.schemes, [](const SchemeVariant& scheme) {
    return is_cloud_scheme(scheme.cluster.config.scheme);
  });
  if (plan.site != "lan" || asks_cloud) command += " --site " + shell_word(plan.site);
  if (!plan.prices_path.empty()) command += " --prices " + shell_word(plan.prices_path);
  return command;
}

}  // namespace

std::string compare_command(const ComparisonPlan& plan) {
  std::string command = stem(plan);
  if (!plan.seeds.empty()) {
    command += plan.seeds.front() == 1
                   ? fmt::format(" --seeds {}", plan.seeds.size())
                   : fmt::format(" --seeds {}..{}", plan.seeds.front(), plan.seeds.back());
  }
  std::vector<std::string> names;
  if (plan.is_of_some_schemes) {
    for (const SchemeVariant& scheme : plan.schemes) names.push_back(scheme.name);
    command += " --schemes " + joined(names);
  }
  names.clear();
  for (const ScenarioText& scenario : plan.scenarios) names.push_back(scenario_word(scenario));
  if (!names.empty()) command += " --scenarios " + joined(names);
  return command;
}

std::string cell_command(const ComparisonPlan& plan, std::size_t scenario, std::size_t scheme,
                         std::size_t seed) {
  return fmt::format("{} --scenarios {} --schemes {} --seeds {}..{} --trace run.trace", stem(plan),
                     shell_word(scenario_word(plan.scenarios[scenario])),
                     shell_word(plan.schemes[scheme].name), plan.seeds[seed], plan.seeds[seed]);
}

}  // namespace splitscope::scenarios
