// The documentation's table, row by row, with the scenarios behind each cell. Its sentences are
// those of "Clustering Overview" of WSO2 Identity Server.
#include "scenarios/table/scheme_table.hpp"

namespace splitscope::scenarios {

namespace {

using Parameters = std::map<std::string, std::string>;

EvidenceClaim shows(std::string scenario, std::string words, Parameters parameters = {}) {
  return {.scenario = std::move(scenario),
          .parameters = std::move(parameters),
          .shows = std::move(words)};
}

EvidenceClaim refines(std::string scenario, std::string words, Parameters parameters = {}) {
  EvidenceClaim spec = shows(std::move(scenario), std::move(words), std::move(parameters));
  spec.bearing = Bearing::Refines;
  return spec;
}

EvidenceClaim contradicts(std::string scenario, std::string words) {
  EvidenceClaim spec = shows(std::move(scenario), std::move(words));
  spec.bearing = Bearing::Contradicts;
  return spec;
}

EvidenceClaim missed(EvidenceClaim spec) {
  spec.wants_pass = false;
  return spec;
}

DocumentedRow subnet_row() {
  return {"Same subnet",
          {"All nodes should be in the same subnet",
           {shows("multicast_across_router", "behind a router two clusters form and never meet")}},
          {"Nodes can be in different networks",
           {shows("wka_across_router", "members of two routed subnets are one cluster")}},
          {"Amazon EC2 nodes",
           {shows("aws_steady", "instances of a VPC find each other by a tag"),
            shows("ecs_steady", "tasks of ECS find each other too")}}};
}

DocumentedRow domain_row() {
  return {
      "Multicast domain",
      {"All nodes should be in the same multicast domain",
       {shows("multicast_across_router", "two domains are two clusters"),
        refines("multicast_routed",
                "two subnets are one domain where the router passes multicast and the TTL "
                "allows it: then the subnet does not matter")}},
      {"No multicasting requirement",
       {shows("wka_across_router", "a VPC without multicast is enough", {{"site", "vpc"}})}},
      {"No multicasting requirement", {shows("aws_steady", "a VPC without multicast is enough")}}};
}

DocumentedRow blocked_row() {
  return {
      "Multicast blocked",
      {"Multicasting should not be blocked",
       {shows("multicast_blocked",
              "each member is a cluster of its own until multicast passes, then they merge")}},
      {"No multicasting requirement",
       {shows("wka_across_router", "a VPC without multicast is enough", {{"site", "vpc"}})}},
      {"No multicasting requirement", {shows("ecs_steady", "a VPC without multicast is enough")}}};
}

DocumentedRow addresses_row() {
  return {"Fixed addresses",
          {"No fixed IP addresses or hosts required",
           {shows("addresses_change", "every address changes in turn, the cluster stays one")}},
          {"At least one well-known IP address or host required",
           {shows("wka_address_changes",
                  "the sole well-known member at another address is alone, and so is a newcomer")}},
          {"No fixed IP addresses or hosts required",
           {shows("aws_rolling_replacement",
                  "every instance is replaced in turn, the cluster stays one"),
            refines("aws_port_4000",
                    "but the port matters: on WSO2's default 4000, outside of the 5701 to 5708 "
                    "that the plugin tries, each member stays alone"),
            refines("ecs_bridge",
                    "and on ECS so does the network: in bridge mode ECS knows no address, and "
                    "each task stays alone"),
            refines("ecs_stale_tag",
                    "WSO2's aws-ecs looks for a tag that clusters made since January 2023 lack; "
                    "with one of your own it works")}}};
}

DocumentedRow failure_row() {
  return {
      "Failure of a member",
      {"Failure of any member does not affect membership discovery",
       {shows("any_member_fails", "whoever is down, the master too, newcomers join")}},
      {"New members can join with some WKA nodes down",
       {shows("two_wkas_one_down", "a newcomer joins through the other one")}},
      {"Failure of any member does not affect membership discovery",
       {shows("any_member_fails", "whoever is down, newcomers join",
              {{"scheme", "aws"}, {"site", "vpc"}}),
        shows("any_member_fails", "on ECS as well", {{"scheme", "ecs"}, {"site", "vpc"}}),
        refines("aws_terminated_still_listed", "that EC2 still lists who is gone does no harm"),
        refines("aws_api_outage",
                "but an outage of the API makes newcomers clusters of their own; running "
                "members feel nothing, and all merge when it is over"),
        refines("aws_clock_skew",
                "and so does a clock that is wrong by 20 minutes, for EC2 refuses its signatures"),
        refines("aws_throttled_start",
                "and many who start before they are listed are throttled, and found clusters of "
                "their own")}}};
}

DocumentedRow all_down_row() {
  return {"All well-known members down",
          {"", {}},
          {"Not if all WKA nodes are down",
           {shows("two_wkas_both_down",
                  "a newcomer is alone; when the well-known members return all merge"),
            refines("wka_sole_member_restarts",
                    "after a restart of a sole well-known member 5.3 has one cluster in the end"),
            missed(refines(
                "wka_sole_member_restarts",
                "3.12 forgets whom it knew: the restarted one founds a second cluster for good",
                {{"profile", "hz-3.12"}}))}},
          {"", {}}};
}

DocumentedRow ec2_row() {
  return {"Amazon EC2",
          {"Does not work on IaaSs such as Amazon EC2",
           {shows("multicast_on_ec2", "a VPC carries no multicast: each member stays alone")}},
          {"IaaS-friendly",
           {shows("wka_across_router", "members in a VPC are one cluster", {{"site", "vpc"}}),
            shows("wka_across_router", "and over three zones", {{"site", "multi-az"}})}},
          {"Works on Amazon EC2",
           {shows("aws_steady", "instances find each other by a tag"),
            refines("aws_metadata_tokens",
                    "where metadata require tokens, 3.12 does not start and 5.3 does")}}};
}

DocumentedRow remapping_row() {
  return {"Re-mapping of well-known addresses",
          {"No WKA requirement",
           {shows("addresses_change", "every address changes in turn, the cluster stays one")}},
          {"Requires keepalive, elastic IPs, or some other mechanism for re-mapping IP addresses "
           "of WK members in cases of failure",
           {shows("wka_address_changes", "without it a newcomer is alone"),
            shows("wka_address_moves", "with it newcomers join again"),
            refines("wka_address_moves",
                    "the standby is at first a cluster of its own, and one with the old cluster "
                    "only after that one's next merge run"),
            missed(refines("wka_address_moves",
                           "3.12 does not merge the two in the time of two merge runs",
                           {{"profile", "hz-3.12"}}))}},
          {"No WKA requirement",
           {shows("aws_rolling_replacement",
                  "every instance is replaced in turn, the cluster stays one")}}};
}

DocumentedRow note_row() {
  return {"Beside the table",
          {"", {}},
          {"When the WKA member is down, the cluster breaks, and the members cannot communicate "
           "with each other; at least two are needed to recover if one fails",
           {contradicts("wka_down_then_newcomer",
                        "the running members go on as one cluster without it: it is newcomers "
                        "who find nobody"),
            shows("two_wkas_one_down", "with two, the loss of one is no harm")}},
          {"", {}}};
}

}  // namespace

std::vector<DocumentedRow> documented_rows() {
  return {subnet_row(),   domain_row(), blocked_row(),   addresses_row(), failure_row(),
          all_down_row(), ec2_row(),    remapping_row(), note_row()};
}

}  // namespace splitscope::scenarios
