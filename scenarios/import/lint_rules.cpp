#include "scenarios/import/lint_rules.hpp"

#include <algorithm>
#include <array>

namespace splitscope::scenarios {
namespace {

using enum Severity;

constexpr std::array<LintRule, 14> Wka{{
    {"L-WKA-ONE", Warning, "there is exactly one well-known member",
     "While it is down no newcomer finds the cluster; when it restarts it may found a second "
     "cluster "
     "that never merges. List at least two members, and let each list the other."},
    {"L-WKA-SELF", Error, "the well-known list holds only the node itself",
     "The node asks nobody and is its own master at once, also after a restart beside a running "
     "cluster. List another member too."},
    {"L-WKA-NONE", Error, "the scheme is wka and no member is listed",
     "Without a list the product writes 127.0.0.1:4000, so each node looks for the cluster on "
     "itself and stays alone."},
    {"L-WKA-DUP", Warning, "a member is listed twice",
     "The second entry adds nothing; most often another member was meant."},
    {"L-WKA-PORT", Error, "a listed member has no port",
     "The product's template splits entries at the colon; without one the port is empty."},
    {"L-WKA-SAME-PORT", Note,
     "all members use one port, so the agent learns nothing after its join",
     "The agent adds the members it met only where host and port both differ from its own. With "
     "one "
     "port for all it adds none of the earlier members, and what it can find after a split is the "
     "list alone."},
    {"L-WKA-OUT", Note, "the node is not in its own list",
     "It is not well known: nobody finds a cluster through it. If all other nodes are listed it "
     "was "
     "most likely forgotten."},
    {"L-WKA-DIFF", Warning, "the nodes list different members",
     "Who can find whom depends on which node starts first, and on who restarts."},
    {"L-WKA-ISLANDS", Error, "some nodes can never find each other",
     "The lists fall into groups without any address in common: each group forms its own cluster."},
    {"L-AUTOINC", Note, "port auto-increment can move a member away from the listed port",
     "If the port is taken at start the member listens on the next one, where nobody who lists the "
     "port looks for it."},
    {"L-PORT-OVERLAP", Note, "members on one host can take each other's port",
     "With port auto-increment the order of start decides who listens where; both ports must stay "
     "in the list."},
    {"L-SAME-ADDRESS", Error, "two nodes have the same host and port",
     "On one machine the second one moves to another port; on two machines one hides the other."},
    {"L-REQUIRED-MEMBER", Note, "a required member is set",
     "Nothing else is asked: without that member a start waits up to max.join.seconds (300 s) and "
     "fails. It does prevent silent clusters of one."},
    {"L-MEMBERS-IGNORED", Warning, "members are listed but the scheme does not read them",
     "Only wka reads the list of members."},
}};

constexpr std::array<LintRule, 8> Addresses{{
    {"L-LOOPBACK", Error, "the node's own address is the loopback address",
     "Other members are told to connect to 127.0.0.1, which is themselves; the agent prints a "
     "warning "
     "and continues."},
    {"L-LOOPBACK-LISTED", Warning, "a loopback address is listed among others",
     "On every node it means that node itself, so it names nobody."},
    {"L-TTL", Warning, "the multicast TTL is too small",
     "With 0 nothing leaves the host; with 1 nothing passes a router."},
    {"L-MCAST-LOCAL", Warning, "the multicast group is link-local",
     "Groups 224.0.0.0 to 224.0.0.255 belong to network protocols; no router forwards them."},
    {"L-MCAST-WAIT", Note, "a lone start waits long before it is ready",
     "The first member searches for the whole multicast timeout (60 s in WSO2) before it declares "
     "itself master."},
    {"L-MCAST-DUP", Warning, "a multicast value is written a second time",
     "The template of deployment.toml fixes mcastPort, mcastTTL and mcastTimeout; a key of "
     "[clustering.properties] makes a second parameter of that name, and which one counts is not "
     "defined."},
    {"L-MCAST-DIFF", Error, "the nodes use different multicast groups",
     "Nodes of different groups or ports never hear each other."},
    {"L-GRP-PORT", Error, "a managed domain uses the load balancer's own port",
     "The balancer starts one more instance for each domain; on the port of its own cluster that "
     "instance moves to another port, where no worker looks."},
}};

constexpr std::array<LintRule, 11> Cloud{{
    {"L-AWS-PORT", Error, "the port is outside of 5701 to 5708",
     "Since engine 3.12 only these ports are tried at the addresses that AWS lists: each node "
     "stays "
     "alone."},
    {"L-AWS-OPEN", Warning, "nothing selects the instances",
     "Without a tag or a security group every running instance of the region is a candidate, and "
     "each is asked at eight ports."},
    {"L-CAMEL-47", Error, "camelCase keys that some kernels drop",
     "Kernels 4.7.0 to 4.9.29 and 4.11.0 to 4.11.19 read only access-key, security-group-name and "
     "so on; camelCase keys are dropped without a word."},
    {"L-ECS-TAG", Warning, "the tag is the one of the old ECS console",
     "Clusters made since January 2023 do not carry aws:cloudformation:stack-name = "
     "EC2ContainerService-...: no instance is found."},
    {"L-ECS-NIC", Error, "aws-ecs without vpcCidrBlock",
     "The scheme needs it as the pattern of the interface; without it clustering does not start."},
    {"L-ECS-MODE", Note, "aws-ecs works in host network mode only",
     "The scheme takes addresses from EC2. In bridge and awsvpc mode a container does not listen "
     "on "
     "them."},
    {"L-MIX", Error, "EC2 filters mixed with ECS properties",
     "The plugin refuses the mixture: iam-role, security group and tags belong to EC2; cluster, "
     "family and "
     "service-name to ECS."},
    {"L-IMDSV1", Warning, "the engine speaks only version 1 of the metadata service",
     "Engines before 5.2.2 get no credentials where instances require tokens "
     "(HttpTokens=required): "
     "each node stays alone."},
    {"L-HZ-PORT", Warning, "hz-port is never forwarded",
     "The agent does not pass it on; the plugin tries 5701 to 5708 whatever it says."},
    {"L-SECRET-PLAIN", Warning, "a secret stands in plain text",
     "Whoever reads the file has the key."},
    {"L-K8S-DEAD", Warning, "a Kubernetes parameter that the scheme does not read",
     "The scheme built into kernels since 4.7 reads KUBERNETES_NAMESPACE and KUBERNETES_SERVICES "
     "alone."},
}};

constexpr std::array<LintRule, 9> Timing{{
    {"L-HB-600", Warning, "a silent partition is noticed after 600 s",
     "WSO2 sets hazelcast.max.no.heartbeat.seconds to 600. A member whose host is cut off or "
     "powered down stays in the list that long, and calls to it hang."},
    {"L-HB-TIGHT", Warning, "less than two heartbeats fit in the timeout",
     "One late heartbeat removes a healthy member."},
    {"L-MERGE-SLOW", Warning, "two halves find each other very late",
     "After a split is healed the losing half's master looks for the other only at its next run."},
    {"L-MERGE-ORDER", Note, "the next merge run is later than the first",
     "A split that the first run misses lasts longer than one that it finds; most often the two "
     "values were exchanged."},
    {"L-JOIN-WINDOW", Warning, "the wait before a join is longer than its maximum",
     "The window of the master ends at the maximum, so the larger value has no effect."},
    {"L-JOIN-SHORT", Error, "a start gives up before its search ends",
     "The joiner ends at max.join.seconds; a multicast search as long as that never makes a "
     "master, and "
     "the node stops."},
    {"L-PROP-TYPO", Error, "a property that Hazelcast does not have",
     "Its name is a letter or two away from a real one; Hazelcast ignores it."},
    {"L-PROP-PREFIX", Warning, "a property name that does not begin with hazelcast",
     "Only keys that begin with hazelcast. reach the engine."},
    {"L-PROP-ENGINE", Note, "a property that this engine does not have",
     "It existed in another version; this engine ignores it."},
}};

constexpr std::array<LintRule, 16> Files{{
    {"L-OFF", Warning, "clustering is off", "The node runs alone whatever else the file says."},
    {"L-SCHEME-CASE", Error, "the scheme is not in small letters",
     "The agent compares exactly; with capitals clustering does not start."},
    {"L-SCHEME-DIFF", Error, "the nodes use different schemes",
     "Nodes with other joiners refuse each other at the join, and the joiner stops."},
    {"L-DOMAIN-DIFF", Error, "the nodes have different domains",
     "The domain is the cluster's name: nodes of other names blacklist each other for good."},
    {"L-DOMAIN-DEFAULT", Note, "the domain has its default name",
     "Every other cluster that kept the default and can be reached joins this one."},
    {"L-ENGINE-DIFF", Error, "the nodes run different engines",
     "A joiner must have the cluster's major and minor version; others shut down."},
    {"L-ENGINE-NEAR", Note, "the schema is of a version without a profile of its own",
     "The nearest engine is simulated."},
    {"L-PROP-DIFF", Warning, "the nodes have different timeouts",
     "Members then judge the same silence differently; one removes who another keeps."},
    {"L-FILE-BEATS", Warning, "a hazelcast.xml or .yaml beats this file",
     "With such a file present the agent does not read the clustering section at all, and WSO2's "
     "own timeouts do not apply."},
    {"L-HZ-PROPS", Warning, "hazelcast.properties has no effect here",
     "It is loaded only where the cluster is configured by axis2.xml."},
    {"L-UNKNOWN-KEY", Warning, "a key that nothing reads", "It has no effect."},
    {"L-DEADPARAM", Warning, "a parameter that the agent never reads",
     "localMemberBindAddress, localMemberBindPort and mcastBindAddress stand in templates but no "
     "code "
     "reads them."},
    {"L-PARAM-DUP", Warning, "a parameter is written twice", "The last one counts."},
    {"L-GRP-PASSWORD", Note, "groupPassword is ignored",
     "Hazelcast 4 dropped group passwords; nothing keeps strangers of the same name out."},
    {"L-JOIN-MANY", Warning, "more than one way to join is enabled",
     "Only the first counts, in the order multicast, tcp-ip, aws, discovery. Multicast is enabled "
     "by "
     "default in 3.x."},
    {"L-IMPORT", Warning, "the file imports others, which are not read",
     "What they say about the cluster is missing here."},
}};

constexpr auto All = [] {
  std::array<LintRule, Wka.size() + Addresses.size() + Cloud.size() + Timing.size() + Files.size()>
      rules{};
  auto out = rules.begin();
  out = std::copy(Wka.begin(), Wka.end(), out);
  out = std::copy(Addresses.begin(), Addresses.end(), out);
  out = std::copy(Cloud.begin(), Cloud.end(), out);
  out = std::copy(Timing.begin(), Timing.end(), out);
  std::copy(Files.begin(), Files.end(), out);
  return rules;
}();

}  // namespace

std::span<const LintRule> lint_rules() {
  return All;
}

const LintRule* find_lint_rule(std::string_view id) {
  const auto found =
      std::find_if(All.begin(), All.end(), [id](const LintRule& rule) { return rule.id == id; });
  return found == All.end() ? nullptr : &*found;
}

}  // namespace splitscope::scenarios
