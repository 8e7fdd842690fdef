#include "scenarios/kit/sim_cluster.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "engine/base/assert.hpp"
#include "scenarios/kit/message_tap.hpp"
#include "scenarios/kit/placement.hpp"

namespace splitscope::scenarios {
namespace {

constexpr std::uint32_t MembersMax = 10'000;

bool asks_cloud(const schemes::ClusterConfig& config) {
  return config.scheme == schemes::SchemeKind::Aws || config.scheme == schemes::SchemeKind::Ecs;
}

// "us-east-1a" for the first subnet.
std::string zone_name(const std::string& region, std::uint32_t subnet) {
  return fmt::format("{}{}", region, static_cast<char>('a' + subnet % 26));
}

}  // namespace

// A member and what the kit puts around it, for one life.
class SimCluster::MemberProgram final : public env::Program {
 public:
  MemberProgram(Node& node, env::Environment environment, std::unique_ptr<MessageTap> tap,
                std::unique_ptr<CloudHttp> http, schemes::Member member)
      : node_(node),
        environment_(environment),
        tap_(std::move(tap)),
        http_(std::move(http)),
        member_(std::move(member)) {
    node_.tap = tap_.get();
    node_.inspection = member_.inspection;
    node_.data = member_.data;
    node_.program = this;
  }
  ~MemberProgram() override {
    node_.tap = nullptr;
    node_.inspection = nullptr;
    node_.data = nullptr;
    node_.program = nullptr;
  }
  void begin_probe(const ProbePlan& plan, ClientLedger& ledger, base::Duration first_look) {
    const ClientProbe::Member member{node_.process.node(), *member_.data, *member_.inspection};
    probe_ = std::make_unique<ClientProbe>(environment_, member, plan, ledger, first_look);
  }
  void start() override { member_.program->start(); }
  void shut_down() override { member_.program->shut_down(); }

 private:
  Node& node_;
  env::Environment environment_;
  // These outlive the member, which uses them to the end.
  std::unique_ptr<MessageTap> tap_;
  std::unique_ptr<CloudHttp> http_;  // none where no cloud is asked
  schemes::Member member_;
  std::unique_ptr<ClientProbe> probe_;  // maybe none
};

SimCluster::SimCluster(std::uint64_t seed, const schemes::PlantedBugs& bugs, MessageFaults& faults,
                       MemberDirectory& directory)
    : bugs_(bugs),
      faults_(faults),
      directory_(directory),
      simulation_(seed),
      cloud_(simulation_),
      network_(simulation_),
      processes_(simulation_) {}

SimCluster::~SimCluster() = default;

base::Result<void> SimCluster::set_network(const NetworkSpec& network) {
  if (network_set_) {
    return base::failure("the network is set already; describe it before the first cluster");
  }
  if (auto checked = check_network(network); !checked.has_value()) return checked;
  network_spec_ = network;
  network_set_ = true;
  for (const SubnetSpec& subnet : network.subnets) {
    network_.topology().add_subnet(
        {subnet.name, subnet.multicast,
         net::LinkModel{network.latency_min, network.latency_max, network.loss}});
  }
  network_.topology().set_routing(network.routed_latency, network.routes_multicast);
  return {};
}

base::Result<ClusterId> SimCluster::add_cluster(const ClusterSpec& spec) {
  if (!network_set_) {
    if (auto set = set_network(NetworkSpec{}); !set.has_value()) {
      return std::unexpected(set.error());
    }
  }
  const std::uint32_t count = spec.members + spec.spares;
  if (spec.members == 0 || nodes_.size() + count > MembersMax) {
    return base::failure(fmt::format("a cluster has 1 to {} members, not {}", MembersMax, count));
  }
  auto cluster = std::make_unique<Cluster>();
  cluster->spec = spec;
  clusters_.push_back(std::move(cluster));
  Cluster& added = *clusters_.back();
  for (std::uint32_t index = 0; index < count; ++index) add_node(added, index);
  if (!spec.well_known.empty()) {
    std::vector<base::Ipv4> addresses;
    for (const base::NodeId node : added.nodes) addresses.push_back(address(node));
    added.spec.config.wka.members = well_known_list(spec, addresses);
  }
  auto plan = schemes::ClusterPlan::make(added.spec.config);
  if (!plan.has_value()) return std::unexpected(plan.error());
  added.plan = std::move(*plan);
  return ClusterId{static_cast<std::uint32_t>(clusters_.size() - 1)};
}

void SimCluster::add_node(Cluster& cluster, std::uint32_t index) {
  const ClusterSpec& spec = cluster.spec;
  nodes_.push_back(std::make_unique<Node>(processes_.add()));
  Node& node = *nodes_.back();
  const base::NodeId number{static_cast<std::uint32_t>(nodes_.size() - 1)};
  node.cluster = &cluster;
  node.subnet = subnet_of(spec, index, network_spec_);
  const bool shares = spec.same_host && index > 0;
  if (shares) {
    node.host = nodes_[cluster.nodes.front().value]->host;
  } else {
    node.host = network_.add_host(node.subnet, address_of(spec, {index, number}, node.subnet));
    SPLITSCOPE_ASSERT(node.host.value == first_on_host_.size());
    first_on_host_.push_back(number);
  }
  node.kernel = &network_.attach(node.host, node.process);
  cluster.nodes.push_back(number);
}

ClusterBounds SimCluster::bounds(ClusterId cluster) const {
  const Cluster& state = *clusters_[cluster.value];
  const schemes::Bounds bounds =
      schemes::compute_bounds(state.plan->settings(), state.spec.config.scheme,
                              static_cast<std::uint32_t>(state.nodes.size()));
  return {bounds.join, bounds.detect, bounds.elect, bounds.merge};
}

std::vector<base::NodeId> SimCluster::members(ClusterId cluster) const {
  return clusters_[cluster.value]->nodes;
}

std::vector<base::NodeId> SimCluster::starters(ClusterId cluster) const {
  const Cluster& state = *clusters_[cluster.value];
  return {state.nodes.begin(), state.nodes.begin() + state.spec.members};
}

base::Ipv4 SimCluster::address(base::NodeId node) const {
  return network_.topology().address(nodes_[node.value]->host);
}

base::NodeId SimCluster::node_at(base::Ipv4 address) const {
  const net::HostId host = network_.topology().host_at(address);
  return host == net::NoHost ? base::NoNode : first_on_host_[host.value];
}

void SimCluster::start(base::NodeId node) {
  Node& state = *nodes_[node.value];
  if (!state.process.is_absent()) return;
  if (state.next_address.has_value()) {
    network_.topology().set_address(state.host, *state.next_address);
    state.next_address.reset();
  }
  if (!network_.is_on(state.host)) {
    network_.power_on(state.host);
    simulation_.emit(base::EventKind::HostPoweredOn, node, state.process.incarnation(), {});
  }
  std::vector<sim::SimResolver::Name> names;
  for (const auto& other : nodes_) {
    const auto& spec = other->cluster->spec;
    const auto index =
        static_cast<std::size_t>(&other - nodes_.data()) - other->cluster->nodes.front().value;
    if (index >= spec.host_names.size() || spec.host_names[index].empty()) continue;
    names.push_back({spec.host_names[index], {network_.topology().address(other->host)}});
  }
  state.kernel->sim_resolver().set_names(std::move(names));
  if (asks_cloud(state.cluster->spec.config)) {
    cloud_.begin_host(node, address(node), zone_name(cloud_.model().options().region, state.subnet),
                      state.cluster->spec.cloud);
  }
  state.process.start(*state.kernel, [&](env::Environment environment, env::ProgramHost& host) {
    return make_program(state, environment, host);
  });
}

std::unique_ptr<env::Program> SimCluster::make_program(Node& node, env::Environment environment,
                                                       env::ProgramHost& host) {
  auto tap = std::make_unique<MessageTap>(environment, node.process.node(), faults_, directory_);
  const ClusterSpec& spec = node.cluster->spec;
  std::unique_ptr<CloudHttp> http;
  if (asks_cloud(spec.config)) {
    http = std::make_unique<CloudHttp>(cloud_, node.process, address(node.process.node()));
  }
  const env::Environment tapped{
      environment.clock,  environment.timers,   *tap,
      environment.random, environment.resolver, http == nullptr ? environment.http : *http,
      environment.events};
  const std::uint32_t index = node.process.node().value - node.cluster->nodes.front().value;
  schemes::MemberSettings settings{
      .port = port_of(spec, index), .boot_time = node.overrides.boot_time, .bugs = bugs_};
  if (http != nullptr) {
    settings.cloud =
        cloud_.identity(node.process.node(), spec.cloud, spec.config.cloud.has_static_keys);
  }
  schemes::ClusterConfig config = spec.config;
  if (node.overrides.list.has_value()) config.wka.members = *node.overrides.list;
  if (node.overrides.cluster_name.has_value()) config.cluster_name = *node.overrides.cluster_name;
  for (const auto& [name, value] : node.overrides.properties) config.properties[name] = value;
  auto member = !node.overrides.is_empty()
                    ? schemes::make_member(config, settings, tapped, host)
                    : schemes::make_member(*node.cluster->plan, settings, tapped, host);
  SPLITSCOPE_ASSERT(member.has_value());  // add_cluster() and wrong_list have checked it
  auto program = std::make_unique<MemberProgram>(node, environment, std::move(tap), std::move(http),
                                                 std::move(*member));
  attach_probe(node);
  return program;
}

void SimCluster::begin_probes(ClusterId cluster, const ProbePlan& plan, ClientLedger& ledger) {
  Cluster& state = *clusters_[cluster.value];
  if (state.probes.has_value()) return;
  state.probes = plan;
  state.ledger = &ledger;
  for (const base::NodeId node : state.nodes) attach_probe(*nodes_[node.value]);
}

void SimCluster::attach_probe(Node& node) {
  const Cluster& cluster = *node.cluster;
  if (!cluster.probes.has_value() || node.program == nullptr) return;
  // Clients do not tick in step.
  base::Prng offsets = simulation_.stream("client probes", node.process.node().value);
  const base::Duration offset{offsets.between(0, cluster.probes->interval.count())};
  node.program->begin_probe(*cluster.probes, *cluster.ledger, offset);
}

void SimCluster::power_off(base::NodeId node) {
  Node& state = *nodes_[node.value];
  if (!network_.is_on(state.host)) return;
  for (const auto& other : nodes_) {
    if (other->host == state.host) other->process.end(sim::ExitReason::HostOff);
  }
  network_.power_off(state.host);
  simulation_.emit(base::EventKind::HostPoweredOff, node, state.process.incarnation(), {});
}

void SimCluster::change_address(base::NodeId node, base::Ipv4 address) {
  nodes_[node.value]->next_address = address;
}

void SimCluster::reseed(std::uint64_t seed) {
  network_.reseed(base::Prng(base::derive_seed(seed, "network")));
  cloud_.reseed(seed);
  for (std::uint32_t index = 0; index < nodes_.size(); ++index) {
    nodes_[index]->process.reseed(base::Prng(base::derive_seed(seed, "node", index)));
  }
}

void SimCluster::fill(base::NodeId node, MemberState& state) const {
  const Node& from = *nodes_[node.value];
  state.host_on = network_.is_on(from.host);
  state.process_running = !from.process.is_absent();
  state.paused = from.process.state() == sim::Process::State::Stopped;
  state.incarnation = from.process.incarnation();
  if (from.inspection == nullptr) {
    state.joined = false;
    state.leaving = false;
    state.view.clear();
    state.view_version = 0;
    return;
  }
  const schemes::NodeInspection& member = *from.inspection;
  state.joined = member.is_joined();
  state.uuid = member.uuid();
  if (member.endpoint() != base::NoEndpoint) state.endpoint = member.endpoint();
  state.cluster_name = member.cluster_name();
  state.leaving = member.node_state() == "leaving";
  state.view.clear();
  if (!state.joined) return;
  state.view_version = static_cast<std::uint64_t>(member.view().version());
  for (const schemes::MemberInfo& info : member.view().members()) {
    state.view.push_back({info.uuid, info.endpoint});
  }
}

}  // namespace splitscope::scenarios
