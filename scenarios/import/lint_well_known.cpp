// Rules on well-known lists of one node.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "scenarios/import/lint_checks.hpp"
#include "scenarios/import/member_list.hpp"

namespace splitscope::scenarios {
namespace {

using schemes::SchemeKind;

class WellKnownCheck {
 public:
  WellKnownCheck(const LintNode& node, Findings& findings)
      : node_(node), findings_(findings), listed_(listed_members(node.config().wka.members)) {}

  void run() {
    if (node_.config().wka.required_member) {
      findings_.add(
          "L-REQUIRED-MEMBER", node_.place_of("join.tcp-ip.required-member"),
          {"A start waits for this member for up to 300 s and then fails; no other listed "
           "member is asked.",
           "Keep it if a second cluster is worse than no start."});
    }
    if (node_.file().settings.find("member") == nullptr) {
      findings_.add("L-WKA-NONE", node_.place_of("membershipScheme"),
                    {"The node looks for the cluster on itself alone and is its own master.",
                     R"(List the members: members = ["10.0.0.1:4000", "10.0.0.2:4000"].)"});
      return;
    }
    check_size();
    check_self();
    check_entries();
    check_ports();
  }

 private:
  const Place& list_place() const { return node_.file().settings.all("member").front()->place; }

  bool is_self(const ListedMember& member) const {
    const schemes::MemberConfig& self = node_.node.self;
    return member.host == self.host && (member.port == 0 || member.port == self.port);
  }

  void check_size() {
    if (listed_.size() != 1) return;
    const std::string name = shown(listed_.front());
    findings_.add(
        "L-WKA-ONE", list_place(),
        {fmt::format("While {} is down no newcomer finds the cluster; when it restarts it "
                     "founds a second one, which engines before 5.2 never merge.",
                     name),
         "List a second member, and let both list each other."});
  }

  void check_self() {
    const schemes::MemberConfig& self = node_.node.self;
    if (self.host.empty() || is_loopback_host(self.host)) return;
    const bool lists_self = std::any_of(listed_.begin(), listed_.end(),
                                        [this](const auto& member) { return is_self(member); });
    const bool lists_other = std::any_of(listed_.begin(), listed_.end(),
                                         [this](const auto& member) { return !is_self(member); });
    if (lists_self && !lists_other) {
      findings_.add(
          "L-WKA-SELF", list_place(),
          {fmt::format("{} asks nobody: at every start it is its own master at once.", self.host),
           "List another member too."});
    }
  }

  void check_entries() {
    std::set<ListedMember> seen;
    for (const Setting* entry : node_.file().settings.all("member")) {
      const auto members = expand_entry(entry->value);
      if (!members) continue;
      const bool is_new = std::any_of(members->begin(), members->end(),
                                      [&seen](const auto& each) { return !seen.contains(each); });
      if (!is_new) {
        findings_.add(
            "L-WKA-DUP", entry->place,
            {fmt::format("{} is listed before already; this entry adds nothing.", entry->value),
             "Remove it, or write the member that was meant."});
      }
      seen.insert(members->begin(), members->end());
      if (node_.config().wso2 && members->front().port == 0) {
        findings_.add("L-WKA-PORT", entry->place,
                      {fmt::format("The port of {} is empty for the agent.", entry->value),
                       fmt::format("Write \"{}:{}\".", entry->value, node_.config().port)});
      }
    }
  }

  void check_ports() {
    const schemes::ClusterConfig& config = node_.config();
    const bool has_ports = std::any_of(listed_.begin(), listed_.end(),
                                       [](const auto& member) { return member.port != 0; });
    const bool one_port = std::all_of(listed_.begin(), listed_.end(), [&config](const auto& each) {
      return each.port == config.port;
    });
    if (config.port_auto_increment && has_ports) {
      findings_.add("L-AUTOINC", config.wso2 ? list_place() : node_.place_of("port"),
                    {"A member whose port is taken at its start listens on the next one, where "
                     "nobody looks for it.",
                     config.wso2 ? "The agent cannot switch it off: keep the ports free, and stop "
                                   "old processes before a start."
                                 : "Write auto-increment=\"false\"."});
    }
    if (config.wso2 && one_port && listed_.size() > 1) {
      findings_.add("L-WKA-SAME-PORT", list_place(),
                    {fmt::format("All use port {}, so the agent remembers none of the members it "
                                 "met at its join.",
                                 config.port),
                     "List every member that a half of the cluster may need to find."});
    }
    if (config.port_auto_increment) check_overlap();
  }

  void check_overlap() {
    std::vector<ListedMember> members = listed_;
    std::sort(members.begin(), members.end());
    for (std::size_t i = 1; i < members.size(); ++i) {
      const ListedMember& a = members[i - 1];
      const ListedMember& b = members[i];
      if (a.host != b.host || a.port == 0 || b.port - a.port >= node_.config().port_count) continue;
      findings_.add("L-PORT-OVERLAP", list_place(),
                    {fmt::format("On {} the ports {} and {} go to whoever starts first.", a.host,
                                 a.port, b.port),
                     "Keep both in the list of every member."});
    }
  }

  static std::string shown(const ListedMember& member) {
    return member.port == 0 ? member.host : fmt::format("{}:{}", member.host, member.port);
  }

  const LintNode& node_;
  Findings& findings_;
  std::vector<ListedMember> listed_;
};

}  // namespace

void check_well_known(const LintNode& node, Findings& findings) {
  if (node.config().scheme == SchemeKind::Wka) {
    WellKnownCheck(node, findings).run();
    return;
  }
  const Setting* member = node.file().settings.find("member");
  if (member == nullptr) return;
  findings.add("L-MEMBERS-IGNORED", member->place,
               {fmt::format("The scheme {} does not read the list of members.",
                            to_text(node.config().scheme)),
                "Remove the list, or use the scheme wka."});
}

}  // namespace splitscope::scenarios
