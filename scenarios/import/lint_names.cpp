// Rules on the file as such: switches, names, duplicates.
#include <array>
#include <set>

#include <fmt/format.h>

#include "scenarios/import/known_names.hpp"
#include "scenarios/import/lint_checks.hpp"
#include "scenarios/import/setting_writer.hpp"

namespace splitscope::scenarios {
namespace {

using schemes::Engine;
using schemes::SchemeKind;

void check_unknown_keys(const LintNode& node, Findings& findings) {
  for (const Setting& setting : node.file().unknown_keys) {
    const std::string_view key = setting.key;
    const std::size_t dot = key.rfind('.');
    const auto meant = likely_toml_key(dot == key.npos ? key : key.substr(dot + 1));
    findings.add("L-UNKNOWN-KEY", setting.place,
                 {fmt::format("Nothing reads {}.", setting.key),
                  meant ? fmt::format("Write {}.", *meant) : "Remove it, or mend its name."});
  }
  if (!node.config().wso2) return;
  for (const Setting& setting : node.file().settings.items()) {
    const auto meant = likely_parameter(setting.name);
    if (!meant) continue;
    findings.add("L-UNKNOWN-KEY", setting.place,
                 {fmt::format("The agent knows no parameter {}.", setting.name),
                  fmt::format("Write {}, if that is meant.", *meant)});
  }
}

// Names that may well occur more than once.
bool may_repeat(std::string_view name) {
  return name == "member" || name == "applicationDomain.port" || name == "import";
}

void check_duplicates(const LintNode& node, Findings& findings) {
  for (const SettingList* list : {&node.file().settings, &node.file().properties}) {
    std::set<std::string_view> seen;
    for (const Setting& setting : list->items()) {
      if (may_repeat(setting.name) || setting.is_inferred) continue;
      if (seen.insert(setting.name).second) continue;
      // A line of hazelcast.properties is meant to beat the node's own.
      if (setting.place.file != node.file().path) continue;
      findings.add(
          "L-PARAM-DUP", setting.place,
          {fmt::format("{} is written again; this one counts.", setting.key), "Keep one of them."});
    }
  }
}

void check_dead_parameters(const LintNode& node, Findings& findings) {
  for (const std::string_view name :
       {"localMemberBindAddress", "localMemberBindPort", "mcastBindAddress"}) {
    const Setting* setting = node.file().settings.find(name);
    if (!node.config().wso2 || setting == nullptr) continue;
    findings.add("L-DEADPARAM", setting->place,
                 {fmt::format("The agent never reads {}; it has no effect.", name),
                  "Remove it; localMemberHost and localMemberPort say where the node is."});
  }
  const Setting* password = node.file().settings.find("groupPassword");
  if (password == nullptr) password = node.file().settings.find("group.password");
  if (password != nullptr && node.engine() == Engine::Hz53) {
    findings.add("L-GRP-PASSWORD", password->place,
                 {"The engine ignores the password: any node with this domain joins.",
                  "Remove it, and keep strangers out with the network or another domain."});
  }
}

void check_hazelcast_file(const LintNode& node, Findings& findings) {
  const SettingList& settings = node.file().settings;
  for (const std::string_view name : {"import", "import.resource"}) {
    const Setting* import = settings.find(name);
    if (import == nullptr) continue;
    findings.add("L-IMPORT", import->place,
                 {"The imported file is not read, so what it says of the cluster is missing.",
                  "Put network and join into this file."});
  }
  const Setting* version = settings.find("schema-version");
  if (version != nullptr && !version->value.starts_with("3.12") &&
      !version->value.starts_with("5.3")) {
    findings.add("L-ENGINE-NEAR", version->place,
                 {fmt::format("Version {} has no profile of its own; {} stands in for it.",
                              version->value, to_text(node.config().engine)),
                  "Name the engine with --profile if another is nearer."});
  }
}

void check_join_flags(const LintNode& node, Findings& findings) {
  if (node.config().wso2) return;
  const SettingList& settings = node.file().settings;
  const Setting* multicast = settings.find("join.multicast.enabled");
  const bool default_multicast = multicast == nullptr && node.engine() != Engine::Hz53;
  const bool has_multicast =
      default_multicast || (multicast != nullptr && multicast->value == "true");
  std::vector<const Setting*> enabled;
  for (const std::string_view name : {"join.tcp-ip.enabled", "join.aws.enabled",
                                      "join.kubernetes.enabled", "join.strategy.enabled"}) {
    const Setting* setting = settings.find(name);
    if (setting != nullptr && setting->value == "true") enabled.push_back(setting);
  }
  const std::size_t count = enabled.size() + (has_multicast ? 1 : 0);
  if (count < 2) return;
  const std::string_view first = has_multicast ? "multicast" : std::string_view{enabled[0]->key};
  findings.add("L-JOIN-MANY", enabled.back()->place,
               {fmt::format("{} ways to join are enabled{}; only {} is used.", count,
                            default_multicast ? ", multicast by default" : "", first),
                "Enable one, and write enabled=\"false\" for the others."});
}

}  // namespace

void check_switches(const LintNode& node, Findings& findings) {
  const SettingList& settings = node.file().settings;
  const Setting* scheme = settings.find("membershipScheme");
  if (scheme != nullptr && scheme->value != lower_case(scheme->value)) {
    findings.add(
        "L-SCHEME-CASE", scheme->place,
        {fmt::format("The agent knows no scheme \"{}\"; clustering fails to start.", scheme->value),
         fmt::format("Write \"{}\".", lower_case(scheme->value))});
  }
  if (node.config().scheme != SchemeKind::None) return;
  const bool is_database = settings.find("coordination") != nullptr;
  findings.add("L-OFF", node.file().section,
               {is_database ? "This node coordinates through its database; no members are joined."
                            : "The node runs alone.",
                "Set the membership scheme, or leave this file out."});
}

void check_names(const LintNode& node, Findings& findings) {
  check_unknown_keys(node, findings);
  check_duplicates(node, findings);
  check_dead_parameters(node, findings);
  check_hazelcast_file(node, findings);
  check_join_flags(node, findings);
  const bool is_default =
      node.config().cluster_name == (node.config().wso2 ? "wso2.carbon.domain" : "dev");
  if (!is_default) return;
  findings.add("L-DOMAIN-DEFAULT", node.place_of(node.config().wso2 ? "domain" : "cluster-name"),
               {fmt::format("Any other cluster named \"{}\" that can be reached joins this one.",
                            node.config().cluster_name),
                "Give the cluster a name of its own."});
}

}  // namespace splitscope::scenarios
