// The machines of a simulated run: hosts and subnets, member processes, and how members are built
// from a ClusterSpec. SimWorld tells it what to do; it knows nothing of scripts, conditions or
// metrics.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/sim/sim_transport.hpp"
#include "scenarios/kit/client_probe.hpp"
#include "scenarios/kit/member_overrides.hpp"
#include "scenarios/kit/sim_cloud.hpp"
#include "scenarios/kit/world.hpp"
#include "schemes/registry/registry.hpp"

namespace splitscope::scenarios {

class MemberDirectory;
class MessageFaults;
class MessageTap;

class SimCluster {
 public:
  // All references outlive *this.
  SimCluster(std::uint64_t seed, const schemes::PlantedBugs& bugs, MessageFaults& faults,
             MemberDirectory& directory);
  ~SimCluster();
  SimCluster(const SimCluster&) = delete;
  SimCluster& operator=(const SimCluster&) = delete;

  sim::Simulation& simulation() { return simulation_; }
  const sim::Simulation& simulation() const { return simulation_; }
  sim::Network& network() { return network_; }
  const sim::Network& network() const { return network_; }

  SimCloud& cloud() { return cloud_; }
  const SimCloud& cloud() const { return cloud_; }

  base::Result<void> set_network(const NetworkSpec& network);
  // Resolves the settings and makes hosts and absent processes. Errors come from the settings.
  base::Result<ClusterId> add_cluster(const ClusterSpec& spec);
  const ClusterSpec& spec(ClusterId cluster) const { return clusters_[cluster.value]->spec; }
  ClusterBounds bounds(ClusterId cluster) const;
  // All members, spares included, in order.
  std::vector<base::NodeId> members(ClusterId cluster) const;
  // Those that start() starts.
  std::vector<base::NodeId> starters(ClusterId cluster) const;

  base::Ipv4 address(base::NodeId node) const;
  std::uint32_t subnet(base::NodeId node) const { return nodes_[node.value]->subnet; }
  // Whose address this is, or NoNode; of several on one host the first.
  base::NodeId node_at(base::Ipv4 address) const;

  // A new life of the member, its host turned on first if need be. Ignored when it runs.
  void start(base::NodeId node);
  void power_off(base::NodeId node);
  void change_address(base::NodeId node, base::Ipv4 address);
  MemberOverrides& overrides(base::NodeId node) { return nodes_[node.value]->overrides; }
  sim::Process& process(base::NodeId node) { return nodes_[node.value]->process; }
  // None when the member does not run.
  MessageTap* tap(base::NodeId node) { return nodes_[node.value]->tap; }
  const schemes::NodeInspection* inspection(base::NodeId node) const {
    return nodes_[node.value]->inspection;
  }
  // None when the member does not run.
  schemes::DataAccess* data(base::NodeId node) const { return nodes_[node.value]->data; }
  // Clients at all members of the cluster, at those that run now and at every later start. Once.
  void begin_probes(ClusterId cluster, const ProbePlan& plan, ClientLedger& ledger);

  // All streams that later draws come from continue from `seed`.
  void reseed(std::uint64_t seed);

  // What is known of the member now.
  void fill(base::NodeId node, MemberState& state) const;

 private:
  struct Cluster {
    ClusterSpec spec;
    std::optional<schemes::ClusterPlan> plan;
    std::vector<base::NodeId> nodes;
    std::optional<ProbePlan> probes;
    ClientLedger* ledger = nullptr;
  };
  class MemberProgram;
  struct Node {
    Node(sim::Process& node_process) : process(node_process) {}
    sim::Process& process;
    net::HostId host;
    sim::SimTransport* kernel = nullptr;
    Cluster* cluster = nullptr;
    std::uint32_t subnet = 0;
    std::optional<base::Ipv4> next_address;
    MemberOverrides overrides;
    // Of the running life.
    MessageTap* tap = nullptr;
    const schemes::NodeInspection* inspection = nullptr;
    schemes::DataAccess* data = nullptr;
    MemberProgram* program = nullptr;
  };

  void attach_probe(Node& node);
  void add_node(Cluster& cluster, std::uint32_t index);
  std::unique_ptr<env::Program> make_program(Node& node, env::Environment environment,
                                             env::ProgramHost& host);

  schemes::PlantedBugs bugs_;
  MessageFaults& faults_;
  MemberDirectory& directory_;
  NetworkSpec network_spec_;
  bool network_set_ = false;
  sim::Simulation simulation_;
  SimCloud cloud_;
  sim::Network network_;
  // Programs write into their nodes until they end, so processes go first.
  std::vector<std::unique_ptr<Cluster>> clusters_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::vector<base::NodeId> first_on_host_;  // by host
  sim::ProcessTable processes_;
};

}  // namespace splitscope::scenarios
