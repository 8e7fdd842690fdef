// Rules on a node's own address and on multicast.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "engine/base/duration_text.hpp"
#include "scenarios/import/lint_checks.hpp"
#include "scenarios/import/member_list.hpp"
#include "scenarios/import/setting_writer.hpp"

namespace splitscope::scenarios {
namespace {

using schemes::SchemeKind;

constexpr base::Duration LongSearch = std::chrono::seconds{30};

void check_loopback(const LintNode& node, Findings& findings) {
  const schemes::ClusterConfig& config = node.config();
  const auto listed = listed_members(config.wka.members);
  const auto is_remote = [](const ListedMember& member) { return !is_loopback_host(member.host); };
  const bool has_remote = std::any_of(listed.begin(), listed.end(), is_remote);
  const std::string& self = node.node.self.host;
  const bool is_loopback = is_loopback_host(self);
  if (is_loopback && (config.scheme != SchemeKind::Wka || has_remote)) {
    findings.add(
        "L-LOOPBACK", node.place_of(config.wso2 ? "localMemberHost" : "public-address"),
        {fmt::format("The others are told to connect to {}, which is themselves; no member "
                     "can connect back.",
                     self),
         "Write the address of the interface that the other members reach."});
  }
  for (const Setting* entry : node.file().settings.all("member")) {
    if (config.scheme != SchemeKind::Wka) break;
    const bool others = has_remote || (!self.empty() && !is_loopback);
    const auto members = expand_entry(entry->value);
    if (!members || is_remote(members->front()) || !others) continue;
    findings.add("L-LOOPBACK-LISTED", entry->place,
                 {fmt::format("{} is each node itself, so it names nobody.", entry->value),
                  "Write the member's address in the network."});
  }
}

void check_ttl(const LintNode& node, Findings& findings) {
  const std::uint8_t ttl = node.config().multicast.ttl;
  const Place& place =
      node.place_of(node.config().wso2 ? "mcastTTL" : "join.multicast.multicast-time-to-live");
  if (ttl == 0) {
    findings.add("L-TTL", Severity::Error, place,
                 {"No datagram leaves the host: every node stays alone.",
                  "Write 1 for one subnet, or as many as there are routers between and one more."});
  } else if (ttl == 1) {
    findings.add(
        "L-TTL", node.options.is_routed ? Severity::Error : Severity::Note, place,
        {"No datagram passes a router: members of other subnets form their own cluster.",
         "Write 2 or more for members in several subnets, whose routers must forward multicast."});
  }
}

void check_multicast(const LintNode& node, Findings& findings) {
  const schemes::MulticastConfig& multicast = node.config().multicast;
  const bool wso2 = node.config().wso2;
  check_ttl(node, findings);
  if ((multicast.group.address.value >> 8) == (base::ipv4(224, 0, 0, 0).value >> 8)) {
    findings.add("L-MCAST-LOCAL",
                 node.place_of(wso2 ? "mcastAddress" : "join.multicast.multicast-group"),
                 {fmt::format("{} is reserved for protocols of the link.",
                              base::to_text(multicast.group.address)),
                  "Write a group of 239.0.0.0 to 239.255.255.255."});
  }
  if (multicast.timeout >= LongSearch) {
    findings.add("L-MCAST-WAIT",
                 node.place_of(wso2 ? "mcastTimeout" : "join.multicast.multicast-timeout-seconds"),
                 {fmt::format("The first member searches for {} before it is its own master.",
                              base::to_text(multicast.timeout)),
                  "Write a shorter timeout if starts must be quick."});
  }
  for (const std::string_view name : {"mcastPort", "mcastTTL", "mcastTimeout"}) {
    const Setting* setting = node.file().settings.find(name);
    if (node.file().kind != FileKind::DeploymentToml || setting == nullptr) continue;
    findings.add(
        "L-MCAST-DUP", setting->place,
        {fmt::format("axis2.xml then holds {} twice; which one counts is not defined.", name),
         "Change the template of axis2.xml instead."});
  }
}

void check_group_ports(const LintNode& node, Findings& findings) {
  if (lower_case(node.file().settings.text("groupManagement")) != "true") return;
  const std::string own = std::to_string(node.config().port);
  for (const Setting* port : node.file().settings.all("applicationDomain.port")) {
    if (port->value != own) continue;
    findings.add(
        "L-GRP-PORT", port->place,
        {fmt::format("Port {} belongs to the balancer's own cluster; the domain's instance "
                     "listens elsewhere and no worker finds it.",
                     own),
         "Give each managed domain a port of its own."});
  }
}

}  // namespace

void check_addresses(const LintNode& node, Findings& findings) {
  check_loopback(node, findings);
  if (node.config().scheme == SchemeKind::Multicast) check_multicast(node, findings);
  check_group_ports(node, findings);
}

}  // namespace splitscope::scenarios
