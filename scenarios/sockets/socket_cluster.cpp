#include "scenarios/sockets/socket_cluster.hpp"

#include <algorithm>
#include <fstream>

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>

#include "engine/base/assert.hpp"
#include "scenarios/kit/placement.hpp"
#include "scenarios/sockets/member_kind.hpp"

namespace splitscope::scenarios {
namespace {

// How often a member that was started is looked for.
constexpr base::Duration ReachInterval = std::chrono::milliseconds{2};
// A state follows the facts of its event at once, if anything has changed.
constexpr base::Duration StatePatience = std::chrono::milliseconds{20};

timespec timespec_of(base::Duration duration) {
  const std::int64_t ns = std::max<std::int64_t>(duration.count(), 0);
  return {ns / 1'000'000'000, ns % 1'000'000'000};
}

}  // namespace

SocketCluster::SocketCluster(lab::Lab& lab, SocketClusterOptions options, ClusterEvents& events)
    : lab_(lab), options_(options), events_(events) {
  SPLITSCOPE_ASSERT(options_.kind != nullptr);
}

SocketCluster::~SocketCluster() = default;

// --- building ---

base::Result<void> SocketCluster::set_network(const NetworkSpec& network) {
  if (network_set_) {
    return base::failure("the network is set already; describe it before the first cluster");
  }
  if (auto checked = check_network(network); !checked.has_value()) return checked;
  network_ = network;
  network_set_ = true;
  lab_.network().with_topology([&network](net::Topology& topology) {
    for (const SubnetSpec& subnet : network.subnets) {
      topology.add_subnet({subnet.name, subnet.multicast,
                           net::LinkModel{network.latency_min, network.latency_max, network.loss}});
    }
    topology.set_routing(network.routed_latency, network.routes_multicast);
  });
  return {};
}

base::Result<ClusterId> SocketCluster::add_cluster(const ClusterSpec& spec) {
  const schemes::SchemeKind scheme = spec.config.scheme;
  if (scheme == schemes::SchemeKind::Aws || scheme == schemes::SchemeKind::Ecs) {
    return base::failure(fmt::format(
        "not in this world: members that find each other by {} (there is no cloud to ask); use the "
        "simulator",
        to_text(scheme)));
  }
  if (auto checked = options_.kind->check(spec.config); !checked.has_value()) {
    return std::unexpected(checked.error());
  }
  if (!network_set_) {
    if (auto set = set_network(NetworkSpec{}); !set.has_value()) {
      return std::unexpected(set.error());
    }
  }
  const std::uint32_t count = spec.members + spec.spares;
  if (spec.members == 0 || members_.size() + count > MembersMax) {
    return base::failure(
        fmt::format("on real sockets a cluster has 1 to {} members, not {}", MembersMax, count));
  }
  clusters_.push_back(std::make_unique<Cluster>());
  Cluster& added = *clusters_.back();
  added.spec = spec;
  for (std::uint32_t index = 0; index < count; ++index) add_member(added, index);
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

void SocketCluster::add_member(Cluster& cluster, std::uint32_t index) {
  members_.push_back(std::make_unique<Member>());
  Member& member = *members_.back();
  member.node = base::NodeId{static_cast<std::uint32_t>(members_.size() - 1)};
  member.cluster = &cluster;
  member.index = index;
  member.subnet = subnet_of(cluster.spec, index, network_);
  if (cluster.spec.same_host && index > 0) {
    member.host = members_[cluster.nodes.front().value]->host;
  } else {
    const base::Ipv4 where = address_of(cluster.spec, {index, member.node}, member.subnet);
    member.host = lab_.add_host(member.subnet, where);
  }
  cluster.nodes.push_back(member.node);
}

ClusterBounds SocketCluster::bounds(ClusterId cluster) const {
  const Cluster& state = *clusters_[cluster.value];
  const schemes::Bounds bounds =
      schemes::compute_bounds(state.plan->settings(), state.spec.config.scheme,
                              static_cast<std::uint32_t>(state.nodes.size()));
  return {bounds.join, bounds.detect, bounds.elect, bounds.merge};
}

std::vector<base::NodeId> SocketCluster::members(ClusterId cluster) const {
  return clusters_[cluster.value]->nodes;
}

base::Ipv4 SocketCluster::address(base::NodeId node) const {
  const net::HostId host = members_[node.value]->host;
  return lab_.network().with_topology(
      [host](const net::Topology& topology) { return topology.address(host); });
}

// --- acts ---

void SocketCluster::change_address(base::NodeId node, base::Ipv4 address) {
  members_[node.value]->next_address = address;
}

base::Result<void> SocketCluster::start(base::NodeId node) {
  Member& member = *members_[node.value];
  if (member.process != nullptr) return {};
  if (member.next_address.has_value()) {
    power_off(node);  // a host gets a new address as a new machine
    lab_.network().with_topology([&member](net::Topology& topology) {
      topology.set_address(member.host, *member.next_address);
    });
    member.next_address.reset();
  }
  if (auto on = lab_.power_on(member.host); !on.has_value()) return on;
  ++member.incarnation.value;
  const auto command = command_of(member);
  if (!command.has_value()) return std::unexpected(command.error());
  const auto started = lab_.start(member.host, *command);
  if (!started.has_value()) return std::unexpected(started.error());
  member.process = *started;
  member.paused = false;
  member.was_reached = false;
  member.report.reset();
  return {};
}

std::string SocketCluster::path_of(const Member& member, std::string_view what) const {
  return (lab_.folder() /
          fmt::format("n{}.{}.{}", member.node.value + 1, member.incarnation.value, what))
      .string();
}

base::Result<lab::LabCommand> SocketCluster::command_of(const Member& member) const {
  schemes::ClusterConfig config = member.cluster->spec.config;
  if (member.overrides.list.has_value()) config.wka.members = *member.overrides.list;
  if (member.overrides.cluster_name.has_value())
    config.cluster_name = *member.overrides.cluster_name;
  for (const auto& [name, value] : member.overrides.properties) config.properties[name] = value;
  MemberLife life;
  life.node = member.node;
  life.incarnation = member.incarnation;
  life.place = {address(member.node), port_of(member.cluster->spec, member.index)};
  life.config = std::move(config);
  life.control_path = path_of(member, "sock");
  life.config_path = path_of(member, "json");
  life.seed = options_.seed;
  life.run_start = lab_.clock().origin();
  life.boot_time = member.overrides.boot_time;
  auto arguments = options_.kind->command_line(life);
  if (!arguments.has_value()) return std::unexpected(arguments.error());
  const auto hosts = write_hosts();
  if (!hosts.has_value()) return std::unexpected(hosts.error());
  lab::LabCommand command;
  command.arguments = std::move(*arguments);
  command.output_path = path_of(member, "log");
  command.hosts_path = *hosts;
  return command;
}

// The names that lists use, as the machines' /etc/hosts.
base::Result<std::string> SocketCluster::write_hosts() const {
  std::string text = "127.0.0.1 localhost\n";
  for (const auto& other : members_) {
    const std::vector<std::string>& names = other->cluster->spec.host_names;
    if (other->index >= names.size() || names[other->index].empty()) continue;
    text += fmt::format("{} {}\n", base::to_text(address(other->node)), names[other->index]);
  }
  const std::string path = (lab_.folder() / "hosts").string();
  if (auto written = write_member_file(path, text); !written.has_value()) {
    return std::unexpected(written.error());
  }
  return path;
}

void SocketCluster::kill(base::NodeId node) {
  Member& member = *members_[node.value];
  if (member.process == nullptr) return;
  member.process->end();
  bury(member);
}

void SocketCluster::shut_down(base::NodeId node) {
  Member& member = *members_[node.value];
  if (member.process != nullptr) member.process->signal(SIGTERM);
}

void SocketCluster::pause(base::NodeId node) {
  Member& member = *members_[node.value];
  if (member.process == nullptr) return;
  member.process->signal(SIGSTOP);
  member.paused = true;
}

void SocketCluster::resume(base::NodeId node) {
  Member& member = *members_[node.value];
  if (member.process == nullptr) return;
  member.process->signal(SIGCONT);
  member.paused = false;
}

void SocketCluster::power_off(base::NodeId node) {
  const net::HostId host = members_[node.value]->host;
  lab_.power_off(host);
  for (const auto& other : members_) {
    if (other->host == host && other->process != nullptr) bury(*other);
  }
}

bool SocketCluster::ask(base::NodeId node, const MemberLink::Asked& asked,
                        std::string_view request) {
  return members_[node.value]->link.ask(asked, request);
}

bool SocketCluster::is_waiting_for_answers() const {
  return std::ranges::any_of(members_, [](const auto& member) {
    return member->process != nullptr && !member->paused && member->link.unanswered() > 0;
  });
}

// --- what members tell ---

void SocketCluster::fill(base::NodeId node, MemberState& state) const {
  const Member& member = *members_[node.value];
  state.host_on = lab_.is_on(member.host);
  state.process_running = member.process != nullptr;
  state.paused = member.paused;
  state.incarnation = member.incarnation;
  state.joined = false;
  state.leaving = false;
  state.view.clear();
  state.view_version = 0;
  if (member.process == nullptr || !member.report.has_value()) return;
  const MemberReport& report = *member.report;
  state.joined = report.joined;
  state.leaving = report.leaving;
  state.uuid = report.uuid;
  if (report.endpoint != base::NoEndpoint) state.endpoint = report.endpoint;
  state.cluster_name = report.cluster_name;
  if (!report.joined) return;
  state.view_version = static_cast<std::uint64_t>(report.view_version);
  for (const MemberReport::Entry& entry : report.view) {
    state.view.push_back({entry.uuid, entry.endpoint});
  }
}

void SocketCluster::wait(base::Instant until) {
  std::vector<pollfd> polled;
  std::vector<Member*> owners;
  for (const auto& member : members_) {
    if (member->process == nullptr) continue;
    polled.push_back({member->process->descriptor(), POLLIN, 0});
    owners.push_back(member.get());
    if (member->link.is_open()) {
      const int wanted = POLLIN | (member->link.has_outbox() ? POLLOUT : 0);
      polled.push_back({member->link.descriptor(), static_cast<short>(wanted), 0});
      owners.push_back(member.get());
    } else if (!member->was_reached) {
      until = std::min(until, lab_.clock().now() + ReachInterval);
    }
    if (!member->facts.empty()) until = std::min(until, member->facts_since + StatePatience);
  }
  const timespec timeout = timespec_of(until - lab_.clock().now());
  ::ppoll(polled.data(), polled.size(), &timeout, nullptr);
  reach_members();
  for (std::size_t i = 0; i < polled.size(); ++i) {
    Member& member = *owners[i];
    if (polled[i].revents == 0 || member.process == nullptr) continue;
    member.link.flush();
    read_link(member);
    if (member.process->poll().has_value()) bury(member);
  }
  const base::Instant long_ago = lab_.clock().now() - StatePatience;
  for (const auto& member : members_) {
    if (member->facts_since <= long_ago) release_facts(*member);
  }
}

void SocketCluster::reach_members() {
  for (const auto& member : members_) {
    if (member->process == nullptr || member->was_reached) continue;
    if (!member->link.connect(path_of(*member, "sock"))) continue;
    member->was_reached = true;
    member->link.ask({"facts", 0}, R"({"command":"facts","from":1})");
    events_.on_member_reached(member->node);
  }
}

void SocketCluster::read_link(Member& member) {
  for (const MemberLink::Line& line : member.link.read()) take_line(member, line);
}

// What is observed at a fact is what its event came to, as in the simulator: so facts wait for the
// state behind them.
void SocketCluster::take_line(Member& member, const MemberLink::Line& line) {
  if (line.is_answer) {
    events_.on_answer(member.node, line.asked, line.text);
    return;
  }
  const auto parsed = parse_stream_line(line.text);
  if (!parsed.has_value()) return;
  if (parsed->fact.has_value()) {
    if (member.facts.empty()) member.facts_since = lab_.clock().now();
    member.facts.push_back(*parsed->fact);
    member.facts.back().node = member.node;
    member.facts.back().incarnation = member.incarnation;
  }
  if (parsed->message.has_value()) events_.on_member_message(member.node, *parsed->message);
  if (parsed->state.has_value()) {
    member.report = *parsed->state;
    release_facts(member);
    events_.on_member_state(member.node);
  }
}

void SocketCluster::release_facts(Member& member) {
  std::vector<base::TraceEvent> facts;
  facts.swap(member.facts);
  for (const base::TraceEvent& fact : facts) events_.on_member_fact(fact);
}

// The process has ended: what it still said is heard first.
void SocketCluster::bury(Member& member) {
  read_link(member);
  release_facts(member);
  const lab::ExitStatus status = member.process->poll().value_or(lab::ExitStatus{true, SIGKILL});
  const bool is_trouble = !status.was_killed && status.code > 1;
  member.process = nullptr;
  member.paused = false;
  member.link = MemberLink{};
  events_.on_member_ended(member.node, status, is_trouble ? last_words(member) : "");
}

std::string SocketCluster::last_words(const Member& member) const {
  std::ifstream log(path_of(member, "log"));
  std::string last;
  for (std::string line; std::getline(log, line);) {
    if (!line.empty()) last = line;
  }
  return last;
}

}  // namespace splitscope::scenarios
