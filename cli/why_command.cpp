// splitscope why: what led to what a member is at a moment of a recorded run.
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/open_run.hpp"
#include "cli/usage_error.hpp"
#include "engine/base/duration_text.hpp"
#include "viz/model/explanation.hpp"

namespace splitscope::cli {
namespace {

struct WhyArguments {
  std::string trace_path;
  std::string member;
  std::string at;
};

const viz::MemberStrip* find_member(const viz::RunModel& model, const std::string& name) {
  for (const viz::MemberStrip& strip : model.members) {
    if (strip.name == name) return &strip;
  }
  return nullptr;
}

void print_reasons(const viz::RunModel& model, const viz::MemberStrip& strip, base::Instant at) {
  const viz::ConditionSpan& span = viz::span_at(strip, at);
  const std::string condition(viz::to_text(span.condition));
  std::printf("At %s %s is %s", base::to_text(at).c_str(), strip.name.c_str(), condition.c_str());
  if (span.fact == 0) {
    std::printf(", as it was from the start.\n");
    return;
  }
  std::printf(", since %s:\n", base::to_text(span.begin).c_str());
  for (const viz::Reason& reason : viz::explain(model, span.fact)) {
    std::printf("%12s  %s\n", base::to_text(reason.at).c_str(), reason.sentence.c_str());
  }
}

base::Result<void> why(const WhyArguments& arguments) {
  const auto loaded = open_run("why", arguments.trace_path);
  if (!loaded) return std::unexpected(loaded.error());
  const viz::RunModel& model = *loaded;
  const viz::MemberStrip* strip = find_member(model, arguments.member);
  if (strip == nullptr) {
    return base::failure(fmt::format("there is no member {}; the run has n1 to n{}",
                                     arguments.member, model.members.size()));
  }
  base::Instant at = model.end;
  if (!arguments.at.empty()) {
    const auto asked = base::parse_duration(arguments.at);
    if (!asked)
      return base::failure(fmt::format("--at {}: {}", arguments.at, asked.error().message));
    at = base::RunStart + *asked;
  }
  print_reasons(model, *strip, at);
  return {};
}

}  // namespace

void add_why(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<WhyArguments>();
  CLI::App* command =
      app.add_subcommand("why", "Say what led to what a member is at a moment of a recorded run");
  command->add_option("trace", arguments->trace_path, "Written by splitscope run --trace")
      ->required();
  command->add_option("member", arguments->member, "As n3")->required();
  command->add_option("--at", arguments->at, "Time since the start, as 80s. Default: the end");
  command->footer(
      "Examples:\n"
      "  splitscope run scenarios/library/split_two_three.lua --trace run.trace\n"
      "  splitscope why run.trace n4 --at 80s");
  command->callback([arguments, &exit_code] {
    const auto said = why(*arguments);
    exit_code = said ? 0 : usage_error("why", said.error().message);
  });
}

}  // namespace splitscope::cli
