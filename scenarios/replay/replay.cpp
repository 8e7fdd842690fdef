#include "scenarios/replay/replay.hpp"

#include <fmt/format.h>

#include "engine/base/duration_text.hpp"

namespace splitscope::scenarios {
namespace {

constexpr std::string_view PropertyPrefix = "hazelcast.";

// "hz-3.12", "hz-5.3+wso2"
base::Result<void> set_profile(const std::string& text, schemes::ClusterConfig& config) {
  const std::size_t plus = text.find('+');
  const auto engine = schemes::engine_named(text.substr(0, plus));
  const bool is_overlaid = plus != text.npos;
  if (!engine.has_value() || (is_overlaid && text.substr(plus + 1) != "wso2")) {
    return base::failure("--set profile=" + text +
                         ": write hz-3.12 or hz-5.3, with or without +wso2");
  }
  config.engine = *engine;
  config.wso2 = is_overlaid;
  return {};
}

base::Result<void> check(const std::map<std::string, std::string>& settings) {
  for (const auto& [name, value] : settings) {
    schemes::ClusterConfig scratch;
    if (name == "profile") {
      if (auto set = set_profile(value, scratch); !set.has_value()) return set;
    } else if (!name.starts_with(PropertyPrefix)) {
      return base::failure("--set " + name +
                           ": a replay changes profile, or a property by its name, for example "
                           "hazelcast.max.no.heartbeat.seconds");
    }
  }
  return {};
}

ClusterSpec changed(ClusterSpec spec, const std::map<std::string, std::string>& settings) {
  for (const auto& [name, value] : settings) {
    if (name == "profile") {
      (void)set_profile(value, spec.config);
    } else {
      spec.config.properties[name] = value;
    }
  }
  return spec;
}

std::string placement_text(const Placement& placement) {
  std::string acts;
  for (const std::string& act : placement.acts) acts += (acts.empty() ? "" : ", ") + act;
  std::string text = fmt::format("  {:>11} {:>11}  {}\n", base::to_text(placement.recorded_at),
                                 base::to_text(placement.at), acts);
  if (!placement.anchor.has_value()) return text;
  const SharedFact& anchor = *placement.anchor;
  return text +
         fmt::format("  {:>23}  {} {}{}{}\n", "after", node_name(anchor.node), to_text(anchor),
                     anchor.ordinal > 1 ? fmt::format(", time {}", anchor.ordinal) : "",
                     placement.was_found
                         ? fmt::format(" + {}", base::to_text(placement.recorded_at - anchor.at))
                         : ", which did not come: placed without it");
}

std::string parting_text(const Parting& parting) {
  const auto side = [](const std::optional<SharedFact>& fact) {
    return fact.has_value() ? fmt::format("{} at {}", to_text(*fact), base::to_text(fact->at))
                            : std::string("nothing more");
  };
  return fmt::format("{}: recorded {}; here {}\n", node_name(parting.node), side(parting.recorded),
                     side(parting.here));
}

}  // namespace

base::Result<ReplayOutcome> replay(const RecordedRun& recorded, const std::string& literal_path,
                                   const std::string& literal, const ReplayOptions& options,
                                   World& world, const std::function<void()>& finish) {
  if (const auto fits = check(options.settings); !fits.has_value()) {
    return std::unexpected(fits.error());
  }
  AnchoredWorld anchored(world, recorded, options.anchors);
  ScriptOptions script_options;
  script_options.seed = options.seed;
  script_options.waits_may_run_out = true;
  if (!options.settings.empty()) {
    script_options.override_cluster = [&options](ClusterSpec spec) {
      return changed(std::move(spec), options.settings);
    };
  }
  ScriptRun script(literal_path, literal, script_options, anchored);
  script.run();
  if (script.outcome().end == ScriptOutcome::End::Error) {
    return base::failure(script.outcome().error);
  }
  finish();
  ReplayOutcome outcome;
  outcome.recorded_end = recorded.end;
  outcome.here_end = world.now();
  outcome.was_cut_short = script.outcome().end == ScriptOutcome::End::Stopped;
  outcome.placements = anchored.placements();
  const History* history = world.history();
  if (history == nullptr) {
    return base::failure("not in this world: it keeps no history of what its members report");
  }
  outcome.alignment = align(shared_facts(recorded.history, options.anchors.settle, recorded.end),
                            shared_facts(*history, options.anchors.settle, outcome.here_end),
                            // What came in the last moment had no time to last.
                            {.recorded = outcome.recorded_end - options.anchors.settle,
                             .here = outcome.here_end - options.anchors.settle});
  return outcome;
}

std::string to_plain_text(const ReplayOutcome& outcome) {
  std::string text = "Acts\n     recorded        here\n";
  for (const Placement& placement : outcome.placements) text += placement_text(placement);
  text +=
      fmt::format("\nAlike ({})\n     recorded        here\n", outcome.alignment.aligned.size());
  for (const AlignedFact& fact : outcome.alignment.aligned) {
    text += fmt::format("  {:>11} {:>11}  {:<4} {}\n", base::to_text(fact.recorded.at),
                        base::to_text(fact.here_at), node_name(fact.recorded.node),
                        to_text(fact.recorded));
  }
  if (outcome.alignment.partings.empty()) {
    return text + "\nThe worlds never part: every member went the same way.\n";
  }
  text += "\nThe worlds part first at " + parting_text(outcome.alignment.partings.front());
  for (std::size_t i = 1; i < outcome.alignment.partings.size(); ++i) {
    text += "  then " + parting_text(outcome.alignment.partings[i]);
  }
  return text;
}

}  // namespace splitscope::scenarios
