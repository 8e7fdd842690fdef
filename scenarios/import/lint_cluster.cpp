// Rules on several files together: what differs, and who can find whom.
#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include <fmt/format.h>

#include "scenarios/import/lint_checks.hpp"
#include "scenarios/import/member_list.hpp"

namespace splitscope::scenarios {
namespace {

using schemes::ClusterConfig;
using schemes::SchemeKind;

// Groups of addresses that are linked by some list, however indirectly.
class AddressGroups {
 public:
  std::size_t index_of(const ListedMember& member) {
    const auto [found, is_new] = indexes_.emplace(member, parents_.size());
    if (is_new) parents_.push_back(parents_.size());
    return found->second;
  }
  std::size_t root_of(std::size_t index) const {
    while (parents_[index] != index) index = parents_[index];
    return index;
  }
  void link(const ListedMember& a, const ListedMember& b) {
    const std::size_t first = root_of(index_of(a));
    const std::size_t second = root_of(index_of(b));
    parents_[std::max(first, second)] = std::min(first, second);
  }

 private:
  std::map<ListedMember, std::size_t> indexes_;
  std::vector<std::size_t> parents_;
};

class ClusterCheck {
 public:
  ClusterCheck(const ReadFiles& read, const LintOptions& options, Findings& findings)
      : options_(options), findings_(findings) {
    for (const ImportedNode& node : read.nodes) {
      if (node.config.scheme != SchemeKind::None) nodes_.push_back(&node);
    }
  }

  void run() {
    check_unlisted();
    if (nodes_.size() < 2) return;
    for (const ImportedNode* node : nodes_) compare(*node);
    check_addresses_differ();
    const bool all_wka = std::all_of(nodes_.begin(), nodes_.end(), [](const ImportedNode* node) {
      return node->config.scheme == SchemeKind::Wka;
    });
    if (!all_wka) return;
    check_islands();
  }

 private:
  LintNode lint_node(const ImportedNode& node) const { return {node, options_}; }

  void compare(const ImportedNode& node) {
    const ImportedNode& first = *nodes_.front();
    const ClusterConfig& a = first.config;
    const ClusterConfig& b = node.config;
    const LintNode here = lint_node(node);
    const std::string& file = first.file.path;
    if (a.scheme != b.scheme) {
      add("L-SCHEME-DIFF", here.place_of("membershipScheme"),
          fmt::format("The scheme is {} here but {} in {}: the nodes refuse each other.",
                      to_text(b.scheme), to_text(a.scheme), file));
    }
    if (a.cluster_name != b.cluster_name) {
      add("L-DOMAIN-DIFF", here.place_of(b.wso2 ? "domain" : "cluster-name"),
          fmt::format("The domain is \"{}\" here but \"{}\" in {}: two clusters form.",
                      b.cluster_name, a.cluster_name, file));
    }
    if (a.engine != b.engine && !options_.engine) {
      add("L-ENGINE-DIFF", here.place_of("schema-version"),
          fmt::format("The engine is {} here but {} in {}: the later joiner shuts down.",
                      to_text(b.engine), to_text(a.engine), file));
    }
    if (a.scheme == SchemeKind::Multicast && b.scheme == a.scheme &&
        a.multicast.group != b.multicast.group) {
      add("L-MCAST-DIFF", here.place_of(b.wso2 ? "mcastAddress" : "join.multicast.multicast-group"),
          fmt::format("The group is {} here but {} in {}: they never hear each other.",
                      base::to_text(b.multicast.group), base::to_text(a.multicast.group), file));
    }
    if (a.scheme == SchemeKind::Wka && b.scheme == a.scheme && a.wka.members != b.wka.members) {
      add("L-WKA-DIFF", here.place_of("member"),
          fmt::format("The list differs from that of {}: who finds whom depends on who starts "
                      "first.",
                      file));
    }
    compare_properties(first, node);
  }

  void compare_properties(const ImportedNode& first, const ImportedNode& node) {
    std::set<std::string> names;
    for (const auto& [name, value] : first.config.properties) names.insert(name);
    for (const auto& [name, value] : node.config.properties) names.insert(name);
    const auto value_of = [](const ImportedNode& each, const std::string& name) {
      const auto found = each.config.properties.find(name);
      return found == each.config.properties.end() ? std::string{"not set"} : found->second;
    };
    for (const std::string& name : names) {
      const std::string mine = value_of(node, name);
      const std::string theirs = value_of(first, name);
      if (mine == theirs) continue;
      add("L-PROP-DIFF", lint_node(node).place_of_property(name),
          fmt::format("{} is {} here but {} in {}: members judge differently.", name, mine, theirs,
                      first.file.path));
    }
  }

  void check_addresses_differ() {
    std::map<ListedMember, const ImportedNode*> seen;
    for (const ImportedNode* node : nodes_) {
      if (node->self.host.empty()) continue;
      const auto [found, is_new] = seen.emplace(address_of(*node), node);
      if (is_new) continue;
      const bool wso2 = node->config.wso2;
      findings_.add("L-SAME-ADDRESS",
                    lint_node(*node).place_of(wso2 ? "localMemberHost" : "public-address"),
                    {fmt::format("{} has the same {}:{}; one of the two cannot be reached there.",
                                 found->second->file.path, node->self.host, node->self.port),
                     "Give each node its own address, or its own port on one machine."});
    }
  }

  static ListedMember address_of(const ImportedNode& node) {
    return {node.self.host, node.self.port};
  }

  // An entry without a port means the base port first.
  static std::vector<ListedMember> list_of(const ImportedNode& node) {
    std::vector<ListedMember> members = listed_members(node.config.wka.members);
    for (ListedMember& member : members) {
      if (member.port == 0) member.port = node.config.port;
    }
    return members;
  }

  void check_islands() {
    AddressGroups groups;
    for (const ImportedNode* node : nodes_) {
      if (node->self.host.empty()) return;
      groups.index_of(address_of(*node));
      for (const ListedMember& member : list_of(*node)) groups.link(address_of(*node), member);
    }
    const ImportedNode& first = *nodes_.front();
    const std::size_t main = groups.root_of(groups.index_of(address_of(first)));
    for (const ImportedNode* node : nodes_) {
      if (groups.root_of(groups.index_of(address_of(*node))) == main) continue;
      findings_.add("L-WKA-ISLANDS", lint_node(*node).place_of("member"),
                    {fmt::format("No list links {} with {}: they never form one cluster.",
                                 node->self.host, first.self.host),
                     "List at least two members that all nodes have in common."});
    }
  }

  // A node that is not in its own list; graver to read where all others are.
  void check_unlisted() {
    for (const ImportedNode* node : nodes_) {
      const auto list = list_of(*node);
      const auto lists = [&list](const ImportedNode& each) {
        return std::find(list.begin(), list.end(), address_of(each)) != list.end();
      };
      const bool is_asked = node->config.scheme == SchemeKind::Wka && !list.empty();
      const std::string& host = node->self.host;
      if (!is_asked || host.empty() || is_loopback_host(host) || lists(*node)) continue;
      const bool others = nodes_.size() > 1 &&
                          std::all_of(nodes_.begin(), nodes_.end(), [&](const ImportedNode* each) {
                            return each == node || lists(*each);
                          });
      const std::string_view beside = others ? " although all other nodes are" : "";
      findings_.add("L-WKA-OUT", lint_node(*node).place_of("member"),
                    {fmt::format("{}:{} is not well known{}: nobody finds the cluster through it.",
                                 host, node->self.port, beside),
                     "List it too, unless the listed ones are enough."});
    }
  }

  void add(std::string_view rule, const Place& place, std::string consequence) {
    findings_.add(rule, place, {std::move(consequence), "Write the same in every node's file."});
  }

  const LintOptions& options_;
  Findings& findings_;
  std::vector<const ImportedNode*> nodes_;
};

}  // namespace

void check_cluster(const ReadFiles& read, const LintOptions& options, Findings& findings) {
  for (const Place& place : read.overruled) {
    findings.add("L-FILE-BEATS", place,
                 {"With a hazelcast.xml or .yaml present the agent does not read this clustering "
                  "section.",
                  "Remove one of the two."});
  }
  for (const Place& place : read.without_effect) {
    findings.add("L-HZ-PROPS", place,
                 {"Nothing of it applies: the cluster is configured by hazelcast.xml or .yaml.",
                  "Move the properties into that file."});
  }
  ClusterCheck(read, options, findings).run();
}

}  // namespace splitscope::scenarios
