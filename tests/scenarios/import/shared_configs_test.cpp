// The example configurations of data/, with all that they say.
#include <catch2/catch.hpp>

#include "import_support.hpp"
#include "scenarios/import/member_list.hpp"

namespace splitscope::tests {
namespace {

using namespace std::chrono_literals;
using schemes::ClusterConfig;
using schemes::Engine;
using schemes::SchemeKind;
using schemes::WellKnownEntry;
using Entries = std::vector<WellKnownEntry>;
using Parameters = std::map<std::string, std::string>;

// What every AXIS2-mode file of one node has in common.
void check_wso2(const ClusterConfig& config) {
  CHECK(config.wso2);
  CHECK(config.engine == Engine::Hz53);
  CHECK_FALSE(config.engine_from_file);
  CHECK(config.port_auto_increment);
  CHECK(config.port_count == 100);
  CHECK(config.nodes.empty());
}

TEST_CASE("import: an axis2.xml with two well-known members of three", "[scenarios][import]") {
  const auto result = imported({data_file("x01-wka.axis2.xml")});
  const ClusterConfig& config = result.config;
  check_wso2(config);
  CHECK(config.scheme == SchemeKind::Wka);
  CHECK(config.cluster_name == "bank.identity.prod");
  CHECK(config.port == 4100);
  CHECK(config.wka.members == Entries{{"10.20.1.11:4100"}, {"10.20.1.12:4100"}});
  CHECK(config.wka.connection_timeout == 8s);
  CHECK_FALSE(config.wka.required_member);
  CHECK(config.properties.empty());
  CHECK(result.first_node.host == "10.20.1.13");
  CHECK(result.first_node.port == 4100);
  CHECK(result.provenance.at("domain") == scenarios::Place{"x01-wka.axis2.xml", 4});
  CHECK(result.provenance.at("members/member[2]").line == 15);
  CHECK(scenarios::default_member_count(config) == 3);
}

TEST_CASE("import: an axis2.xml with a multicast group of its own", "[scenarios][import]") {
  const auto result = imported({data_file("x02-multicast.axis2.xml")});
  check_wso2(result.config);
  CHECK(result.config.scheme == SchemeKind::Multicast);
  CHECK(result.config.cluster_name == "lab.rack7");
  CHECK(result.config.port == 4000);
  CHECK(result.config.multicast.group == base::Endpoint{base::ipv4(239, 10, 7, 1), 45570});
  CHECK(result.config.multicast.ttl == 1);
  CHECK(result.config.multicast.timeout == 10s);
  CHECK(result.first_node.host == "192.168.70.21");
}

TEST_CASE("import: AWS keys are noticed but never kept", "[scenarios][import]") {
  const auto result = imported({data_file("x03-aws-wrong-port.axis2.xml")});
  check_wso2(result.config);
  CHECK(result.config.scheme == SchemeKind::Aws);
  CHECK(result.config.cluster_name == "shop.apim.eu");
  CHECK(result.config.port == 4000);
  CHECK(result.config.wka.connection_timeout == 15s);
  CHECK(result.config.cloud.has_static_keys);
  CHECK(result.config.cloud.parameters == Parameters{{"region", "eu-west-1"},
                                                     {"securityGroup", "sg-apim-cluster"},
                                                     {"tagKey", "role"},
                                                     {"tagValue", "gateway"}});
}

TEST_CASE("import: a load balancer's node", "[scenarios][import]") {
  const auto result = imported({data_file("x04-load-balancer.axis2.xml")});
  check_wso2(result.config);
  CHECK(result.config.scheme == SchemeKind::Wka);
  CHECK(result.config.cluster_name == "edge.lb");
  CHECK(result.config.wka.members == Entries{{"10.8.0.6:4000"}});
  CHECK(result.config.wka.connection_timeout == 5s);
  CHECK(result.first_node.host == "10.8.0.5");
}

TEST_CASE("import: a deployment.toml with two members on one host", "[scenarios][import]") {
  const auto result = imported({data_file("x05-wka-ports.deployment.toml")});
  check_wso2(result.config);
  CHECK(result.config.cluster_name == "corp.id");
  CHECK(result.config.port == 4001);
  CHECK(result.config.wka.members ==
        Entries{{"10.1.4.7:4000"}, {"10.1.4.7:4001"}, {"10.1.4.9:4000"}});
  CHECK(result.first_node.host == "10.1.4.7");
  CHECK(result.provenance.at("clustering.members[2]").line == 9);
}

TEST_CASE("import: a range of addresses and tuned timeouts", "[scenarios][import]") {
  const auto result = imported({data_file("x06-wka-range.deployment.toml")});
  check_wso2(result.config);
  CHECK(result.config.wka.members == Entries{{"10.1.4.10-15:4000"}});
  CHECK(result.config.wka.connection_timeout == 12s);
  CHECK(result.config.properties == Parameters{{"hazelcast.max.no.heartbeat.seconds", "60"},
                                               {"hazelcast.merge.first.run.delay.seconds", "120"}});
  const auto listed = scenarios::listed_members(result.config.wka.members);
  REQUIRE(listed.size() == 6);
  CHECK(listed.front() == scenarios::ListedMember{"10.1.4.10", 4000});
  CHECK(listed.back() == scenarios::ListedMember{"10.1.4.15", 4000});
  CHECK(scenarios::default_member_count(result.config) == 6);
}

TEST_CASE("import: multicast in deployment.toml has WSO2's port, TTL and timeout",
          "[scenarios][import]") {
  const auto result = imported({data_file("x07-multicast.deployment.toml")});
  check_wso2(result.config);
  CHECK(result.config.scheme == SchemeKind::Multicast);
  CHECK(result.config.cluster_name == "qa.apim");
  CHECK(result.config.multicast.group == base::Endpoint{base::ipv4(239, 33, 0, 9), 45564});
  CHECK(result.config.multicast.ttl == 100);
  CHECK(result.config.multicast.timeout == 60s);
  CHECK_FALSE(result.config.multicast.loopback);
}

TEST_CASE("import: AWS with an instance role", "[scenarios][import]") {
  const auto result = imported({data_file("x08-aws-role.deployment.toml")});
  check_wso2(result.config);
  CHECK(result.config.scheme == SchemeKind::Aws);
  CHECK(result.config.port == 5701);
  CHECK_FALSE(result.config.cloud.has_static_keys);
  CHECK(result.config.cloud.parameters == Parameters{{"hostHeader", "ec2"},
                                                     {"iamRole", "acme-is-node"},
                                                     {"region", "ap-southeast-1"},
                                                     {"securityGroup", "acme-is-sg"},
                                                     {"tagKey", "cluster"},
                                                     {"tagValue", "is-prod"}});
}

TEST_CASE("import: AWS with references to secrets", "[scenarios][import]") {
  const auto result = imported({data_file("x09-aws-keys.deployment.toml")});
  check_wso2(result.config);
  CHECK(result.config.port == 5703);
  CHECK(result.config.cloud.has_static_keys);
  CHECK(result.config.cloud.parameters ==
        Parameters{{"region", "us-west-2"}, {"securityGroup", "stage-is"}});
}

TEST_CASE("import: ECS has port 5701 and its pattern of addresses", "[scenarios][import]") {
  const auto result = imported({data_file("x10-ecs.deployment.toml")});
  check_wso2(result.config);
  CHECK(result.config.scheme == SchemeKind::Ecs);
  CHECK(result.config.cluster_name == "acme.ecs");
  CHECK(result.config.port == 5701);
  CHECK(result.first_node.host.empty());
  CHECK(result.config.cloud.parameters == Parameters{{"clusterName", "acme-is"},
                                                     {"hostHeader", "ec2"},
                                                     {"networkInterface", "10.44.*.*"},
                                                     {"region", "us-east-1"},
                                                     {"tagKey", "aws:autoscaling:groupName"},
                                                     {"tagValue", "acme-is-asg"}});
}

TEST_CASE("import: Kubernetes with the node's address from the environment",
          "[scenarios][import]") {
  const auto result =
      imported({data_file("x11-kubernetes.deployment.toml")}, values({{"POD_IP", "10.244.1.7"}}));
  check_wso2(result.config);
  CHECK(result.config.scheme == SchemeKind::Kubernetes);
  CHECK(result.config.cluster_name == "acme.k8s");
  CHECK(result.config.port == 4000);
  CHECK(result.first_node.host == "10.244.1.7");
  CHECK(result.config.cloud.parameters == Parameters{{"KUBERNETES_API_SERVER", "https://10.96.0.1"},
                                                     {"KUBERNETES_NAMESPACE", "identity"},
                                                     {"KUBERNETES_SERVICES", "is-a-svc,is-b-svc"}});
  CHECK(
      import_error({data_file("x11-kubernetes.deployment.toml")}) ==
      "x11-kubernetes.deployment.toml:4: clustering.local_member_host: the placeholder POD_IP has "
      "no value; set POD_IP in the environment or give --set POD_IP=VALUE");
}

TEST_CASE("import: clusters that coordinate through a database are refused by name",
          "[scenarios][import]") {
  CHECK(import_error({data_file("x12-coordination.deployment.yaml")})
            .starts_with("x12-coordination.deployment.yaml:1: cluster.config: this cluster "
                         "coordinates through a database"));
  CHECK(
      import_error({data_file("x13-mi-coordination.deployment.toml")})
          .starts_with("x13-mi-coordination.deployment.toml:1: clustering.membership_scheme: this "
                       "node coordinates through its database"));
}

TEST_CASE("import: files of other parts of a product are refused with the kinds that are read",
          "[scenarios][import]") {
  const std::string balancer = import_error({data_file("x14-loadbalancer.conf")});
  CHECK(balancer.starts_with("x14-loadbalancer.conf:1: file: its kind is not known"));
  CHECK(balancer.find("deployment.toml") != std::string::npos);
  CHECK(import_error({data_file("x15-deployment-synchronizer.carbon.xml")})
            .starts_with("x15-deployment-synchronizer.carbon.xml:1: <DeploymentSynchronizer>: this "
                         "root element holds no cluster"));
}

TEST_CASE("import: a hazelcast.xml of 5.x in FILE mode", "[scenarios][import]") {
  const auto result = imported({data_file("x16-native.hazelcast.xml")});
  const ClusterConfig& config = result.config;
  CHECK(config.scheme == SchemeKind::Wka);
  CHECK_FALSE(config.wso2);
  CHECK(config.engine == Engine::Hz53);
  CHECK(config.engine_from_file);
  CHECK(config.cluster_name == "acme.native");
  CHECK(config.port == 5801);
  CHECK_FALSE(config.port_auto_increment);
  CHECK(config.wka.members == Entries{{"10.5.0.2:5801"}, {"10.5.0.3:5801"}});
  CHECK(config.wka.connection_timeout == 7s);
  CHECK(config.wka.required_member == "10.5.0.2:5801");
  CHECK(config.multicast.group.port == 54327);
  CHECK(config.multicast.ttl == 32);
  CHECK(config.multicast.timeout == 2s);
  CHECK(result.provenance.at("cluster-name").line == 2);
  CHECK(result.provenance.at("network.port").line == 4);
}

}  // namespace
}  // namespace splitscope::tests
