#include "bench/heartbeat_mesh.hpp"

#include <array>
#include <cstring>
#include <fstream>
#include <memory>
#include <vector>

#include "bench/measure.hpp"
#include "engine/sim/sim_transport.hpp"

namespace splitscope::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t Port = 9000;
constexpr base::Duration Silence = 15s;

base::Endpoint endpoint_of(std::uint32_t node) {
  return {base::Ipv4{base::ipv4(10, 0, 0, 1).value + node}, Port};
}

struct Shared {
  MeshOptions options;
  std::uint64_t deliveries = 0;
  std::uint64_t heartbeats = 0;
  std::uint64_t checks = 0;
  std::uint64_t silent = 0;
};

// When each other node was last heard.
class AllPeers {
 public:
  explicit AllPeers(const MeshOptions& options) : last_heard_(options.nodes, -1) {}
  void hear(std::uint32_t peer, std::int64_t now) { last_heard_[peer] = now; }
  std::uint64_t count_silent_since(std::int64_t limit) const {
    std::uint64_t silent = 0;
    for (const std::int64_t last : last_heard_) silent += (last >= 0) & (last < limit);
    return silent;
  }

 private:
  std::vector<std::int64_t> last_heard_;
};

// The same of 32 at most, in milliseconds.
class SomePeers {
 public:
  explicit SomePeers(const MeshOptions&) {}
  void hear(std::uint32_t peer, std::int64_t now) {
    view_[peer % view_.size()] = {peer, static_cast<std::uint32_t>(now / 1'000'000) + 1};
  }
  std::uint64_t count_silent_since(std::int64_t limit) const {
    const auto limit_ms = limit > 0 ? static_cast<std::uint32_t>(limit / 1'000'000) + 1 : 0;
    std::uint64_t silent = 0;
    for (const Slot& slot : view_) silent += (slot.last_ms > 0) & (slot.last_ms < limit_ms);
    return silent;
  }

 private:
  struct Slot {
    std::uint32_t peer = 0;
    std::uint32_t last_ms = 0;
  };
  std::array<Slot, 32> view_{};
};

template <typename Peers>
class HeartbeatNode final : public env::Program, public env::DatagramHandler {
 public:
  HeartbeatNode(env::Environment environment, Shared& shared, std::uint32_t self)
      : clock_(environment.clock),
        shared_(shared),
        peers_(shared.options),
        transport_(environment.transport),
        random_(environment.random),
        self_(self),
        heartbeat_(environment.timers, base::Callback::to<&HeartbeatNode::on_heartbeat>(*this)),
        check_(environment.timers, base::Callback::to<&HeartbeatNode::on_check>(*this)) {}

  void start() override {
    (void)transport_.bind_datagram(Port, *this);
    heartbeat_.arm_after(10ms + random_.between(0ns, 4'980ms));
    check_.arm_after(10ms + random_.between(0ns, 980ms));
  }
  void shut_down() override {}

  void on_datagram(base::Endpoint, const base::Message& datagram) override {
    ++shared_.deliveries;
    std::uint32_t sender = 0;
    std::memcpy(&sender, datagram.bytes().data(), sizeof sender);
    peers_.hear(sender, base::nanoseconds(clock_.now()));
  }

 private:
  void on_heartbeat() {
    ++shared_.heartbeats;
    std::array<std::byte, 64> payload{};
    std::memcpy(payload.data(), &self_, sizeof self_);
    std::memcpy(payload.data() + 4, &sent_, sizeof sent_);
    ++sent_;
    const base::Message message = transport_.messages().make(payload);
    const std::uint32_t others = shared_.options.nodes - 1;
    const std::uint32_t count = shared_.options.gossip ? 8 : others;
    for (std::uint32_t i = 0; i < count; ++i) {
      std::uint32_t peer =
          shared_.options.gossip ? static_cast<std::uint32_t>(random_.below(others)) : i;
      if (peer >= self_) ++peer;
      transport_.send_datagram(Port, endpoint_of(peer), message);
    }
    heartbeat_.arm_after(5s);
  }

  void on_check() {
    ++shared_.checks;
    shared_.silent += peers_.count_silent_since(base::nanoseconds(clock_.now()) - Silence.count());
    check_.arm_after(1s);
  }

  // First what a delivery looks at.
  const env::Clock& clock_;
  Shared& shared_;
  Peers peers_;
  env::Transport& transport_;
  env::Random& random_;
  std::uint32_t self_;
  std::uint32_t sent_ = 0;
  env::Timer heartbeat_;
  env::Timer check_;
};

std::unique_ptr<env::Program> make_node(env::Environment environment, Shared& shared,
                                        std::uint32_t self) {
  if (shared.options.gossip) {
    return std::make_unique<HeartbeatNode<SomePeers>>(environment, shared, self);
  }
  return std::make_unique<HeartbeatNode<AllPeers>>(environment, shared, self);
}

double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  double total = 0;
  double resident = 0;
  statm >> total >> resident;
  return resident * 4096;
}

}  // namespace

MeshResult run_mesh(const MeshOptions& options) {
  const double memory_before = options.weighs ? resident_bytes() : 0;
  Shared shared{.options = options};
  sim::Simulation simulation(options.seed);
  sim::Network network(simulation);
  sim::ProcessTable processes(simulation);
  network.topology().add_subnet(
      {"mesh", true, {500us, 1500us, base::Probability::from_ratio(1, 1'000'000'000)}});
  // A rule that never matches keeps the rule path on.
  net::PacketRule rule;
  rule.match.port = 1;
  network.install(rule);
  for (std::uint32_t node = 0; node < options.nodes; ++node) {
    const net::HostId host = network.add_host(0, endpoint_of(node).address);
    sim::Process& process = processes.add();
    process.start(network.attach(host, process),
                  [&](env::Environment environment, env::ProgramHost&) {
                    return make_node(environment, shared, node);
                  });
  }
  const double before = cpu_seconds();
  simulation.run(base::RunStart + std::chrono::seconds(options.seconds));
  MeshResult result;
  result.cpu_seconds = cpu_seconds() - before;
  result.events = shared.deliveries + shared.heartbeats + shared.checks;
  if (options.weighs) {
    result.bytes_per_node = (resident_bytes() - memory_before) / options.nodes;
  }
  return result;
}

}  // namespace splitscope::bench
