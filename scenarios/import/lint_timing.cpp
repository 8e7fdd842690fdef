// Rules on Hazelcast's properties and what follows from them.
#include <fmt/format.h>

#include "engine/base/duration_text.hpp"
#include "scenarios/import/lint_checks.hpp"
#include "schemes/membership/profile.hpp"
#include "schemes/membership/properties.hpp"

namespace splitscope::scenarios {
namespace {

using schemes::SchemeKind;

constexpr std::string_view Prefix = "hazelcast.";
constexpr std::string_view HeartbeatInterval = "hazelcast.heartbeat.interval.seconds";
constexpr std::string_view MaxNoHeartbeat = "hazelcast.max.no.heartbeat.seconds";
constexpr std::string_view MergeFirst = "hazelcast.merge.first.run.delay.seconds";
constexpr std::string_view MergeNext = "hazelcast.merge.next.run.delay.seconds";
constexpr std::string_view JoinWait = "hazelcast.wait.seconds.before.join";
constexpr std::string_view JoinWaitMax = "hazelcast.max.wait.seconds.before.join";
constexpr std::string_view MaxJoin = "hazelcast.max.join.seconds";
constexpr base::Duration SlowMerge = std::chrono::seconds{300};

bool is_set(const LintNode& node, std::string_view name) {
  return node.file().properties.find(name) != nullptr;
}

void check_property_names(const LintNode& node, Findings& findings) {
  for (const Setting& setting : node.file().properties.items()) {
    if (!setting.name.starts_with(Prefix)) {
      findings.add(
          "L-PROP-PREFIX", setting.place,
          {fmt::format("{} does not reach the engine.", setting.name),
           fmt::format("Write \"{}{}\", if such a property is meant.", Prefix, setting.name)});
      continue;
    }
    const schemes::PropertyRow* row = schemes::find_property(setting.name);
    if (row == nullptr) {
      const auto meant = schemes::nearest_property(setting.name);
      if (!meant) continue;
      findings.add("L-PROP-TYPO", setting.place,
                   {fmt::format("Hazelcast has no property {} and ignores it.", setting.name),
                    fmt::format("Write {}.", *meant)});
    } else if (schemes::default_value(*row, node.engine(), node.config().wso2).empty()) {
      findings.add("L-PROP-ENGINE", setting.place,
                   {fmt::format("The engine {} has no such property and ignores it.",
                                to_text(node.engine())),
                    "Remove it, or name the engine with --profile."});
    }
  }
}

void check_heartbeats(const LintNode& node, const schemes::Settings& settings, Findings& findings) {
  if (node.config().wso2 && !is_set(node, MaxNoHeartbeat)) {
    findings.add(
        "L-HB-600", node.file().section,
        {"A member that falls silent (host off, network cut) is removed after 600 s; until "
         "then calls to it hang.",
         fmt::format("Set \"{}\" = \"60\" in [hazelcast] or hazelcast.properties.",
                     MaxNoHeartbeat)});
  }
  if (settings.max_no_heartbeat < 2 * settings.heartbeat_interval) {
    const std::string_view name = is_set(node, MaxNoHeartbeat) ? MaxNoHeartbeat : HeartbeatInterval;
    findings.add("L-HB-TIGHT", node.place_of_property(name),
                 {fmt::format("Heartbeats come each {} and a member is removed after {}: one late "
                              "heartbeat removes a healthy member.",
                              base::to_text(settings.heartbeat_interval),
                              base::to_text(settings.max_no_heartbeat)),
                  "Allow at least three intervals."});
  }
}

void check_merges(const LintNode& node, const schemes::Settings& settings, Findings& findings) {
  if (settings.merge_next_run_delay > settings.merge_first_run_delay) {
    findings.add(
        "L-MERGE-ORDER", node.place_of_property(is_set(node, MergeNext) ? MergeNext : MergeFirst),
        {fmt::format("The first search for another half is after {}, each further one after {}.",
                     base::to_text(settings.merge_first_run_delay),
                     base::to_text(settings.merge_next_run_delay)),
         "Make the next delay the smaller one."});
  }
  if (settings.merge_next_run_delay > SlowMerge) {
    findings.add("L-MERGE-SLOW", node.place_of_property(MergeNext),
                 {fmt::format("Halves of a healed network stay apart for up to {}.",
                              base::to_text(settings.merge_next_run_delay)),
                  "Write 120 or less."});
  }
}

void check_joins(const LintNode& node, const schemes::Settings& settings, Findings& findings) {
  if (settings.wait_before_join > settings.max_wait_before_join) {
    findings.add("L-JOIN-WINDOW",
                 node.place_of_property(is_set(node, JoinWait) ? JoinWait : JoinWaitMax),
                 {fmt::format("The master admits joiners after {} at the latest, so {} has no "
                              "effect.",
                              base::to_text(settings.max_wait_before_join),
                              base::to_text(settings.wait_before_join)),
                  "Raise the maximum too, or lower the wait."});
  }
  if (node.config().scheme == SchemeKind::Multicast &&
      settings.max_join <= settings.multicast.timeout) {
    findings.add(
        "L-JOIN-SHORT", node.place_of_property(MaxJoin),
        {fmt::format("A lone start searches for {} but gives up after {}: the node stops.",
                     base::to_text(settings.multicast.timeout), base::to_text(settings.max_join)),
         "Raise max.join.seconds, or shorten the multicast timeout."});
  }
}

}  // namespace

void check_timing(const LintNode& node, Findings& findings) {
  check_property_names(node, findings);
  schemes::ClusterConfig config = node.config();
  config.engine = node.engine();
  // Misspelt names are reported above; they would hide the rest here.
  std::erase_if(config.properties, [](const auto& property) {
    return schemes::find_property(property.first) == nullptr;
  });
  const auto settings = schemes::resolve_settings(config);
  if (!settings) return;
  check_heartbeats(node, *settings, findings);
  check_merges(node, *settings, findings);
  check_joins(node, *settings, findings);
}

}  // namespace splitscope::scenarios
